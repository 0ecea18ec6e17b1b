// SPDX-License-Identifier: BSD-3-Clause
// The graph as rows: what the table shows, how it is sorted and filtered. Pure.

import type { Subject } from "../api/act.ts";
import type { Graph, GraphEdge, GraphNode, Id } from "../api/types.ts";
import { sideOf } from "../graph/layout.ts";
import { subjectsOf } from "../graph/near.ts";
import { edgeTone, nodeLook, type Look } from "../graph/look.ts";
import { t } from "../text/t.ts";

export type RowKind = "device" | "destination" | "pair";
export type Show = "all" | RowKind;
export type Column =
  "name" | "state" | "partners" | "out" | "in" | "rate" | "seen";
export type Direction = "ascending" | "descending";

export interface Row {
  key: string;
  kind: RowKind;
  // What it stands for: one, or all of an organisation.
  subjects: readonly Subject[];
  name: string;
  detail: string;
  look: Look;
  partners: number;
  out: number;
  in: number;
  rate: number;
  seen: string | null;
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
  node: GraphNode | null;
}

export function rowsOf(graph: Graph): Row[] {
  const byNode = new Map<Id, GraphEdge[]>();
  for (const edge of graph.edges) {
    for (const end of [edge.device, edge.destination]) {
      const list = byNode.get(end);
      if (list === undefined) byNode.set(end, [edge]);
      else list.push(edge);
    }
  }
  const names = new Map(graph.nodes.map((node) => [node.id, node.name]));
  const { nodes } = graph;
  return [
    ...graph.nodes.map((node) => nodeRow(node, byNode.get(node.id) ?? [])),
    ...graph.edges.map((edge) => pairRow(edge, nodes, names)),
  ];
}

function nodeRow(node: GraphNode, edges: readonly GraphEdge[]): Row {
  const sum = (field: "bytes_out" | "bytes_in") =>
    edges.reduce((total, edge) => total + edge[field], 0);
  return {
    key: node.id,
    kind: sideOf(node),
    subjects: subjectsOf(node.id, [node]),
    name: node.name,
    detail: node.detail || node.vendor || "",
    look: nodeLook(node),
    partners: edges.length,
    out: sum("bytes_out"),
    in: sum("bytes_in"),
    rate: node.rate,
    seen: node.last_seen,
    blocked: node.blocked,
    allowed: node.allowed,
    ignored: node.ignored,
    node,
  };
}

function pairRow(
  edge: GraphEdge,
  nodes: readonly GraphNode[],
  names: ReadonlyMap<Id, string>,
): Row {
  const tone = edgeTone(edge);
  const shape =
    tone === "blocked" ? "octagon" : tone === "dns" ? "diamond" : "circle";
  const name = (id: Id) => names.get(id) ?? id;
  return {
    key: edge.id,
    kind: "pair",
    subjects: subjectsOf(edge.id, nodes),
    name: t("drawer.pair", {
      device: name(edge.device),
      destination: name(edge.destination),
    }),
    detail: edge.services.join(", "),
    look: { tone, shape, icon: tone, word: t(`state.${tone}`) },
    partners: 0,
    out: edge.bytes_out,
    in: edge.bytes_in,
    rate: edge.rate,
    seen: edge.last_seen,
    blocked: edge.blocked,
    allowed: edge.allowed,
    ignored: edge.ignored,
    node: null,
  };
}

export function filterRows(
  rows: readonly Row[],
  show: Show,
  query: string,
): Row[] {
  const words = query.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (show === "all" ? row.kind !== "pair" : row.kind === show) &&
      (words === "" ||
        row.name.toLowerCase().includes(words) ||
        row.detail.toLowerCase().includes(words)),
  );
}

const order = ["blocked", "recent", "device", "older", "dns"];

export function sortRows(
  rows: readonly Row[],
  column: Column,
  direction: Direction,
): Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  const compare = comparers[column];
  return [...rows].sort(
    (a, b) =>
      sign * compare(a, b) ||
      a.name.localeCompare(b.name) ||
      a.key.localeCompare(b.key),
  );
}

const comparers: Record<Column, (a: Row, b: Row) => number> = {
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  state: (a, b) => order.indexOf(a.look.tone) - order.indexOf(b.look.tone),
  partners: (a, b) => a.partners - b.partners,
  out: (a, b) => a.out - b.out,
  in: (a, b) => a.in - b.in,
  rate: (a, b) => a.rate - b.rate,
  seen: (a, b) => (a.seen ?? "").localeCompare(b.seen ?? ""),
};
