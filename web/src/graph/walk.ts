// SPDX-License-Identifier: BSD-3-Clause
// The keyboard's way through the graph: up and down inside a side, left and right along an edge. Pure.

import type { GraphEdge, Id } from "../api/types.ts";

export interface Spot {
  id: Id;
  kind: "device" | "destination";
  x: number;
  y: number;
}

export type Key =
  "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

export const walkKeys: ReadonlySet<string> = new Set<Key>([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
]);

// `from` is the node before this one: going back over an edge returns there.
export function walk(
  spots: readonly Spot[],
  edges: readonly GraphEdge[],
  at: Id,
  key: Key,
  from: Id | null,
): Id | null {
  const here = spots.find((spot) => spot.id === at);
  if (here === undefined) return firstSpot(spots)?.id ?? null;
  const side = inOrder(spots.filter((spot) => spot.kind === here.kind));
  const index = side.findIndex((spot) => spot.id === at);
  switch (key) {
    case "ArrowUp":
      return side[index - 1]?.id ?? null;
    case "ArrowDown":
      return side[index + 1]?.id ?? null;
    case "Home":
      return side[0]?.id ?? null;
    case "End":
      return side[side.length - 1]?.id ?? null;
    case "ArrowRight":
      return here.kind === "device" ? across(spots, edges, here, from) : null;
    case "ArrowLeft":
      return here.kind === "destination"
        ? across(spots, edges, here, from)
        : null;
  }
}

export function firstSpot(spots: readonly Spot[]): Spot | undefined {
  return (
    inOrder(spots.filter((spot) => spot.kind === "device"))[0] ??
    inOrder(spots)[0]
  );
}

function across(
  spots: readonly Spot[],
  edges: readonly GraphEdge[],
  here: Spot,
  from: Id | null,
): Id | null {
  const linked = new Set<Id>();
  for (const edge of edges) {
    if (edge.device === here.id) linked.add(edge.destination);
    else if (edge.destination === here.id) linked.add(edge.device);
  }
  if (from !== null && linked.has(from)) return from;
  let best: Spot | null = null;
  for (const spot of spots) {
    if (!linked.has(spot.id)) continue;
    if (best === null || Math.abs(spot.y - here.y) < Math.abs(best.y - here.y))
      best = spot;
  }
  return best?.id ?? null;
}

// Column by column, each from top to bottom.
function inOrder(spots: readonly Spot[]): Spot[] {
  const column = (spot: Spot) => Math.round(spot.x / 100);
  return [...spots].sort((a, b) => column(a) - column(b) || a.y - b.y);
}
