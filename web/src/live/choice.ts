// SPDX-License-Identifier: BSD-3-Clause
// What the Traffic Monitor shows: the window, how destinations are put together, what is filtered, which time. All of
// it stands in the address, so that a reload, a link and the way back show the same.
//
// Units: window in seconds, times in milliseconds.

import { computed, signal } from "@preact/signals";
import type { Graph, GraphEdge, GraphNode, Id } from "../api/types.ts";
import { keep, route } from "../shell/route.ts";

export const WINDOW_S = 600;
export const WINDOWS = [60, WINDOW_S, 3600, 86_400] as const;
export const GROUPS = ["domain", "organisation", "host"] as const;
export const VERDICTS = ["passed", "blocked", "allowed"] as const;

export type Group = (typeof GROUPS)[number];
export type Verdict = (typeof VERDICTS)[number];

export interface Choice {
  window: number;
  group: Group;
  ignored: boolean;
  // One device, one kind of device, one verdict; null: all.
  device: Id | null;
  kind: string | null;
  verdict: Verdict | null;
  query: string;
  // The end of a window that is over; null: it goes on.
  at: number | null;
}

export function readChoice(more: Readonly<Record<string, string>>): Choice {
  const window = Number(more["window"]);
  const at = Date.parse(more["at"] ?? "");
  return {
    window: WINDOWS.find((one) => one === window) ?? WINDOW_S,
    group: GROUPS.find((one) => one === more["group"]) ?? "domain",
    ignored: more["ignored"] === "1",
    device: more["device"] || null,
    kind: more["kind"] || null,
    verdict: VERDICTS.find((one) => one === more["verdict"]) ?? null,
    query: more["find"] ?? "",
    at: Number.isNaN(at) ? null : at,
  };
}

// What is usual is not written.
export function writeChoice(choice: Choice): Record<string, string> {
  return {
    window: choice.window === WINDOW_S ? "" : String(choice.window),
    group: choice.group === "domain" ? "" : choice.group,
    ignored: choice.ignored ? "1" : "",
    device: choice.device ?? "",
    kind: choice.kind ?? "",
    verdict: choice.verdict ?? "",
    find: choice.query,
    at: choice.at === null ? "" : new Date(choice.at).toISOString().slice(0, 19) + "Z",
  };
}

// Other screens live beside the usual picture.
export const choice = computed(() =>
  readChoice(route.value.screen === "monitor" ? route.value.more : {}),
);

export function choose(change: Partial<Choice>): void {
  keep(writeChoice({ ...choice.peek(), ...change }));
}

// The picture stands still as it is until it is let go.
export const frozen = signal(false);

export function graphPath({ window, group, ignored, at }: Choice): string {
  const query = new URLSearchParams({ window: String(window), group });
  if (ignored) query.set("ignored", "1");
  if (at !== null) {
    query.set("from", new Date(at - window * 1000).toISOString());
    query.set("to", new Date(at).toISOString());
  }
  return `graph?${query}`;
}

// Only what the filters let through, with what it talks to.
export function filterGraph(
  graph: Graph,
  { device, kind, verdict }: Choice,
  kindOf: (id: Id) => string | undefined,
): Graph {
  if (device === null && kind === null && verdict === null) return graph;
  const isWanted = (id: Id) =>
    (device === null || id === device) && (kind === null || kindOf(id) === kind);
  const edges = graph.edges.filter(
    (edge) =>
      isWanted(edge.device) && (verdict === null || verdictOf(edge) === verdict),
  );
  const ends = new Set(edges.flatMap((edge) => [edge.device, edge.destination]));
  const stays = (node: GraphNode) =>
    ends.has(node.id) ||
    (verdict === null && node.kind === "device" && isWanted(node.id));
  return { ...graph, nodes: graph.nodes.filter(stays), edges };
}

function verdictOf(edge: GraphEdge): Verdict {
  if (edge.allowed) return "allowed";
  return edge.blocked || edge.state === "blocked" ? "blocked" : "passed";
}

// What a picture that stands still may take from a newer one: how its own things are now, no other things.
export function sameCast(held: Graph, next: Graph): Graph {
  const newer = <T extends { id: Id }>(before: readonly T[], after: readonly T[]) => {
    const byId = new Map(after.map((one) => [one.id, one]));
    return before.map((one) => byId.get(one.id) ?? one);
  };
  return {
    ...held,
    generation: next.generation,
    nodes: newer(held.nodes, next.nodes),
    edges: newer(held.edges, next.edges),
  };
}
