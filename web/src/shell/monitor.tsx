// SPDX-License-Identifier: BSD-3-Clause
// The Traffic Monitor: one sentence, the choice of view, and the live graph or its table.

import { signal } from "@preact/signals";
import type { Graph } from "../api/types.ts";
import { GraphView, matching } from "../graph/graph-view.tsx";
import { Filter } from "../kit/filter.tsx";
import { GraphControls, Legend } from "../graph/legend.tsx";
import {
  graph,
  graphError,
  link,
  refreshGraph,
  rules,
  showIgnored,
  toggleIgnored,
  world,
} from "../live/store.ts";
import { TableView } from "../table/table-view.tsx";
import { explain } from "../text/explain.ts";
import { t } from "../text/t.ts";
import { Icon } from "./icons.tsx";
import { go, route, type View } from "./route.ts";

const query = signal("");

export function Monitor() {
  const view = route.value.view;
  const current = graph.value;
  return (
    <div class="monitor">
      <header class="bar">
        <div class="bar-title">
          <h1>{t("app.title")}</h1>
          <p class="summary">
            {current === null ? t("summary.loading") : sentence(current)}
          </p>
        </div>
        <div class="bar-tools">
          <Filter
            label={t("find.label")}
            value={query.value}
            change={(text) => {
              query.value = text.trim();
            }}
          />
          <button
            type="button"
            class="switch"
            role="switch"
            aria-checked={showIgnored.value}
            onClick={toggleIgnored}
          >
            <span class="switch-track" aria-hidden="true" />
            {t("view.ignored")}
          </button>
          <div class="segments" role="group" aria-label={t("view.label")}>
            <ViewButton view="graph" />
            <ViewButton view="table" />
          </div>
        </div>
      </header>
      <Body graph={current} view={view} />
    </div>
  );
}

function Body({ graph: current, view }: { graph: Graph | null; view: View }) {
  if (current === null) {
    if (graphError.value !== null && link.value !== "connecting")
      return <Failed />;
    return (
      <div class="stage empty">
        <p>{t("graph.loading")}</p>
      </div>
    );
  }
  if (current.nodes.length === 0) return <Quiet />;
  if (view === "table")
    return <TableView graph={current} query={query.value} />;
  const missing =
    query.value !== "" && matching(current.nodes, query.value).size === 0;
  return (
    <div class="stage">
      <GraphView graph={current} query={missing ? "" : query.value} />
      {missing && (
        <p class="float-note">{t("find.none", { query: query.value })}</p>
      )}
      {current.folded.nodes > 0 && (
        <p class="float-note">
          {t("graph.folded", { n: current.folded.nodes })}
        </p>
      )}
      <GraphControls />
      <Legend />
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
    t("summary.talking", { n: talking }),
    `${t("summary.destinations", { n: current.nodes.length - devices.length })} ${t("summary.window")}`,
  ];
  if (blocks > 0) parts.push(t("summary.blocked", { n: blocks }));
  return parts.join(" · ");
}
