// SPDX-License-Identifier: BSD-3-Clause
// What is folded into one node because the picture holds no more: each by name, to open or to pick.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Graph, GraphNode } from "../api/types.ts";
import { choice, graphPath } from "../live/choice.ts";
import { now } from "../live/clock.ts";
import { graph } from "../live/store.ts";
import { Icon } from "../shell/icons.tsx";
import { openSubject, subjectKey } from "../shell/route.ts";
import { explain } from "../text/explain.ts";
import { t } from "../text/t.ts";
import { nodeNote } from "./look.ts";
import { matching, subjectsOf } from "./near.ts";
import { pick, picked } from "./pick.ts";
import { foldedHits, unfolded } from "./shown.ts";

const MOST = 1000;

const all = signal<Graph | null>(null);
const error = signal<unknown>(null);

async function load(path: string): Promise<void> {
  error.value = null;
  try {
    all.value = await get<Graph>(`${path}&limit=${MOST}`);
  } catch (why) {
    error.value = why;
  }
}

export function Screen() {
  const path = graphPath(choice.value);
  useEffect(() => void load(path), [path]);
  const drawn = new Set(graph.value?.nodes.map((node) => node.id));
  const query = choice.value.query.trim();
  const rest = all.value?.nodes.filter((node) => !drawn.has(node.id)) ?? [];
  const hits = matching(rest, query);
  const nodes = rest.filter(({ id }) => hits.has(id));
  const less = query === "" ? (all.value?.folded.nodes ?? 0) : 0;
  useEffect(() => {
    foldedHits.value = query === "" ? 0 : hits.size;
  });
  useEffect(() => () => void (foldedHits.value = 0), []);
  // A search alone opens it for what it finds.
  if (!unfolded.value && nodes.length === 0) return null;
  return (
    <section
      class="folded"
      aria-label={t("folded.label")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        unfolded.value = false;
      }}
    >
      <header>
        <h2>{t(query === "" ? "graph.more" : "folded.found", { n: nodes.length + less })}</h2>
        {unfolded.value && (
          <button
            type="button"
            class="icon-button"
            aria-label={t("action.close")}
            onClick={() => {
              unfolded.value = false;
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </header>
      {error.value !== null && <p class="note">{explain(error.value).what}</p>}
      <ul tabIndex={0} aria-label={t("folded.label")}>
        {nodes.map((node) => (
          <Row key={node.id} node={node} />
        ))}
        {less > 0 && <li class="quiet">{t("fact.more", { n: less })}</li>}
      </ul>
    </section>
  );
}

function Row({ node }: { node: GraphNode }) {
  const subjects = subjectsOf(node.id, [node]);
  const isPicked = subjects.every((one) => picked.value.has(subjectKey(one)));
  return (
    <li>
      <label>
        <input
          type="checkbox"
          checked={isPicked}
          aria-label={t("pick.in", { name: node.name })}
          onChange={() => pick(subjects)}
        />
      </label>
      <button
        type="button"
        class="link-button"
        onClick={() =>
          subjects.length === 1 ? openSubject(subjects[0]!) : pick(subjects)
        }
      >
        {node.name}
      </button>
      <span class="quiet">{nodeNote(node, now.value)}</span>
    </li>
  );
}
