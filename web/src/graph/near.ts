// SPDX-License-Identifier: BSD-3-Clause
// What belongs to what in the graph: the lines of a node, its neighbours, the subjects it stands for. Pure.

import type { Subject } from "../api/act.ts";
import type { Graph, GraphEdge, GraphNode, Id } from "../api/types.ts";
import { parseSubject } from "../shell/route.ts";

export function litEdges(
  graph: Graph,
  focus: string | null,
): ReadonlySet<string> {
  if (focus === null) return new Set();
  const touched = graph.edges.filter(
    (edge) =>
      edge.id === focus || edge.device === focus || edge.destination === focus,
  );
  return new Set(touched.map((edge) => edge.id));
}

export function nearNodes(
  graph: Graph,
  lit: ReadonlySet<string>,
  focus: string | null,
): ReadonlySet<string> | null {
  const drawn = lit.size > 0 || graph.nodes.some((node) => node.id === focus);
  if (focus === null || !drawn) return null;
  const near = new Set<string>(focus.split("~"));
  for (const id of lit) for (const end of id.split("~")) near.add(end);
  return near;
}

export function countLinks(
  edges: readonly GraphEdge[],
): ReadonlyMap<Id, number> {
  const links = new Map<Id, number>();
  for (const { device, destination } of edges) {
    links.set(device, (links.get(device) ?? 0) + 1);
    links.set(destination, (links.get(destination) ?? 0) + 1);
  }
  return links;
}

export function matching(
  nodes: readonly GraphNode[],
  query: string,
): ReadonlySet<Id> {
  const words = query.toLowerCase();
  const hit = (node: GraphNode) =>
    [node.name, node.detail, node.vendor].some(
      (text) => text?.toLowerCase().includes(words) ?? false,
    );
  return new Set(nodes.filter(hit).map((node) => node.id));
}

// What can be acted on: a node or a line itself, or all that an organisation or a host stands for.
export function subjectsOf(key: string, nodes: readonly GraphNode[]): Subject[] {
  const own = parseSubject(key);
  if (own !== null) return [own];
  const [first = "", last = first] = key.split("~");
  const members = nodes.find((node) => node.id === last)?.members ?? [];
  return members
    .map((id) => parseSubject(first === last ? id : `${first}~${id}`))
    .filter((subject) => subject !== null);
}
