// SPDX-License-Identifier: BSD-3-Clause
// The audit trail: who did what, to what, when; and the way back.

import { useSignal } from "@preact/signals";
import { mayAct } from "../access/provider.ts";
import { request } from "../api/http.ts";
import type { ActionAnswer } from "../api/types.ts";
import { Load } from "../kit/load.tsx";
import { useResource } from "../kit/resource.ts";
import { now } from "../live/clock.ts";
import { rules } from "../live/store.ts";
import { run } from "../shell/actions.ts";
import { ago, moment } from "../text/format.ts";
import { keptRule, ruleSaid } from "../text/said.ts";
import { known, t } from "../text/t.ts";

interface Kept {
  objects: { id: string; name: string }[];
  before: unknown;
  after: unknown;
}

interface Entry extends Kept {
  id: string;
  time: string;
  who: string;
  way: string;
  operation: string;
  outcome: "done" | "refused";
  reason: string | null;
  times: number;
  change: string | null;
}

const STEP = 30;

export function AuditTrail() {
  const most = useSignal(STEP);
  const { state, reload } = useResource<{
    items: Entry[];
    next_cursor: string | null;
  }>(`audit?limit=${most.value}`, ["audit"]);
  return (
    <section aria-labelledby="access-audit">
      <h2 id="access-audit">{t("access.audit")}</h2>
      <p class="lead">{t("access.audit.lead")}</p>
      <Load from={state} reload={reload}>
        {({ items, next_cursor }) => (
          <>
            <ol class="rule-cards card audit">
              {items.map((one) => (
                <Row key={one.id} entry={one} reload={reload} />
              ))}
            </ol>
            {next_cursor !== null && most.value < 500 && (
              <p class="below">
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    most.value = Math.min(500, most.value * 3);
                  }}
                >
                  {t("load.more")}
                </button>
              </p>
            )}
          </>
        )}
      </Load>
    </section>
  );
}

// The newest entries that a question finds, live.
export function Entries(props: {
  query: string;
  pick: (items: Entry[]) => Entry[];
  none: string;
}) {
  const { query, pick, none } = props;
  const { state, reload } = useResource<{ items: Entry[] }>(`audit?${query}`, [
    "audit",
  ]);
  return (
    <Load from={state} reload={reload}>
      {({ items }) =>
        pick(items).length === 0 ? (
          <p class="note">{none}</p>
        ) : (
          <ol class="rule-cards card audit">
            {pick(items).map((one) => (
              <Row key={one.id} entry={one} reload={reload} />
            ))}
          </ol>
        )
      }
    </Load>
  );
}

// A rule is said in the reader's language, one that is gone as the entry kept it.
export function objectSaid(
  { id, name }: { id: string; name: string },
  { objects, before, after }: Kept,
): string {
  if (!id.startsWith("rule_")) return name || id;
  const rule = rules.value.get(id) ?? keptRule(name, before ?? after, objects);
  return rule === null ? name : ruleSaid(rule);
}

function Row({ entry, reload }: { entry: Entry; reload: () => void }) {
  const what = entry.objects.map((one) => objectSaid(one, entry)).join(", ");
  return (
    <li class={entry.outcome === "refused" ? "off" : ""}>
      <span class="rule-text">
        <span>
          <strong>{entry.who}</strong> · {known("op", entry.operation, words)}
          {what !== "" && <> · {what}</>}
          {entry.times > 1 && <> × {entry.times}</>}
        </span>
        <span class="quiet">
          <time dateTime={entry.time} title={moment(entry.time)}>
            {ago(entry.time, now.value)}
          </time>
          {entry.way !== "" && <> · {known("way", entry.way)}</>}
          {entry.reason !== null && (
            <> · {t("access.refused", { reason: words(entry.reason) })}</>
          )}
        </span>
      </span>
      {entry.change !== null && entry.outcome === "done" && mayAct.value && (
        <button
          type="button"
          class="plain"
          aria-label={t("action.of", {
            action: t("action.undo"),
            name: `${known("op", entry.operation, words)} ${what}`,
          })}
          onClick={() =>
            void run(
              null,
              (how) =>
                request<ActionAnswer>("POST", `audit/${entry.id}:undo${how}`),
              t("did.undo"),
            ).then(reload)
          }
        >
          {t("action.undo")}
        </button>
      )}
    </li>
  );
}

// "actOnDevice" and "rule_conflict" as words.
export function words(name: string): string {
  return name
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}
