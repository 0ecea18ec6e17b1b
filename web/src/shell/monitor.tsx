// SPDX-License-Identifier: BSD-3-Clause
// The Traffic Monitor: one sentence, what is chosen, the graph or its table, and the time below it.

import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Graph } from "../api/types.ts";
import { GraphView } from "../graph/graph-view.tsx";
import { GraphControls, Legend } from "../graph/legend.tsx";
import { matching } from "../graph/near.ts";
import { picked, picking, unpick } from "../graph/pick.ts";
import { foldedHits, moreNode, shown, unfolded } from "../graph/shown.ts";
import { Filter } from "../kit/filter.tsx";
import { Titled } from "../kit/help-link.tsx";
import { lazy } from "../kit/lazy.tsx";
import { choice, choose, frozen, WINDOW_S } from "../live/choice.ts";
import {
  graph,
  graphError,
  link,
  refreshGraph,
  rules,
  world,
} from "../live/store.ts";
import { explain } from "../text/explain.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { go, route, type View } from "./route.ts";

// What is fetched after the first picture keeps its room until it is there; what lies over the picture takes none.
function Room({ children }: { children: ComponentChildren }) {
  return <div class="room">{children}</div>;
}

function Over({ children }: { children: ComponentChildren }) {
  return <div class="several">{children}</div>;
}

const Choices = lazy("choices", Room);
const Brush = lazy("brush", Room);
const Several = lazy("several", Over);
const Folded = lazy("folded", Over);
const TableView = lazy("table");

export function Monitor() {
  const view = route.value.view;
  const current = shown.value;
  const { query } = choice.value;
  useEffect(
    () => () => {
      unpick();
      frozen.value = false;
    },
    [],
  );
  return (
    <div class="monitor">
      <header class="bar">
        <div class="bar-title">
          <Titled title={t("app.title")} />
          <p class="summary">
            {current === null ? t("summary.loading") : sentence(current)}
          </p>
        </div>
        <div class="bar-tools">
          <Filter
            label={t("find.label")}
            value={query}
            change={(text) => choose({ query: text })}
            enter={() => {
              const [id] = query === "" ? [] : matching(current?.nodes ?? [], query);
              document.getElementById(`node-${id}`)?.focus();
            }}
          />
          <div class="segments" role="group" aria-label={t("view.label")}>
            <ViewButton view="graph" />
            <ViewButton view="table" />
          </div>
        </div>
      </header>
      <div class="chooser-room">{graph.value !== null && <Choices />}</div>
      <Body graph={current} view={view} query={query.trim()} />
      <div class="brush-room">{graph.value !== null && <Brush />}</div>
      {(picked.value.size > 0 || picking.value) && <Several />}
    </div>
  );
}

function Body(props: { graph: Graph | null; view: View; query: string }) {
  const { graph: current, view, query } = props;
  const folded = graph.value?.folded.nodes ?? 0;
  const drawn = useMemo(
    () =>
      current === null || folded === 0
        ? current
        : { ...current, nodes: [...current.nodes, moreNode(folded)] },
    [current, folded],
  );
  if (current === null || drawn === null) {
    if (graphError.value !== null && link.value !== "connecting")
      return <Failed />;
    return (
      <div class="stage empty">
        <p>{t("graph.loading")}</p>
      </div>
    );
  }
  if (current.nodes.length === 0) return <Quiet />;
  const more = folded > 0 && (unfolded.value || query !== "") && <Folded />;
  if (view === "table")
    return (
      <div class="stage">
        <TableView />
        {more}
      </div>
    );
  const missing = query !== "" && matching(current.nodes, query).size === 0;
  return (
    <div class="stage">
      <GraphView graph={drawn} query={missing ? "" : query} />
      {missing && (!more || foldedHits.value === 0) && <p class="float-note">{t("find.none", { query })}</p>}
      {choice.value.at !== null && graphError.value !== null && (
        <p class="float-note" role="alert">
          {explain(graphError.value).what}
        </p>
      )}
      <GraphControls />
      <Legend />
      {more}
    </div>
  );
}

function Failed() {
  const { what, hint } = explain(graphError.value);
  return (
    <div class="stage empty">
      <Icon name="warn" class="big" />
      <h2>{t("graph.failed.title")}</h2>
      <p>
        {what} {hint}
      </p>
      <button type="button" class="primary" onClick={refreshGraph}>
        {t("action.retry")}
      </button>
    </div>
  );
}

function Quiet() {
  const known = world.value.devices.size > 0;
  const { device, kind, verdict, at, window } = choice.value;
  const filtered = device !== null || kind !== null || verdict !== null;
  if (filtered || at !== null || window !== WINDOW_S)
    return (
      <div class="stage empty">
        <Icon name="older" class="big" />
        <h2>{t("graph.empty.choice.title")}</h2>
        <p>{t("graph.empty.choice.text")}</p>
        <button
          type="button"
          class="primary"
          onClick={() =>
            choose({
              device: null,
              kind: null,
              verdict: null,
              at: null,
              window: WINDOW_S,
            })
          }
        >
          {t("graph.empty.choice.all")}
        </button>
      </div>
    );
  return (
    <div class="stage empty">
      <Icon name={known ? "older" : "monitor"} class="big" />
      <h2>{t(known ? "graph.empty.quiet.title" : "graph.empty.title")}</h2>
      <p>{t(known ? "graph.empty.quiet.text" : "graph.empty.text")}</p>
    </div>
  );
}

function ViewButton({ view }: { view: View }) {
  return (
    <button
      type="button"
      aria-pressed={route.value.view === view}
      onClick={() => go({ view })}
    >
      <Icon name={view} />
      {t(`view.${view}`)}
    </button>
  );
}

function sentence(current: Graph): string {
  const devices = current.nodes.filter((node) => node.kind === "device");
  const talking = new Set(
    current.edges
      .filter((edge) => edge.state === "recent")
      .map((edge) => edge.device),
  ).size;
  const blocks = [...rules.value.values()].filter(
    (rule) => rule.action === "block",
  ).length;
  const parts = [
    t("summary.devices", { n: devices.length }),
    ...(choice.value.at === null ? [t("summary.talking", { n: talking })] : []),
    `${t("summary.destinations", { n: current.nodes.length - devices.length })} ${t(`in.${choice.value.window as 60}`)}`,
  ];
  if (blocks > 0) parts.push(t("summary.blocked", { n: blocks }));
  return parts.join(" · ");
}
