// SPDX-License-Identifier: BSD-3-Clause
// In which order the nodes of each side stand from top to bottom, so that few lines cross. Pure.
//
// Shape: from the order of the hashes, each side is sorted by the mean place of its neighbours, in turns.
// Source: Sugiyama, Tagawa, Toda 1981: the barycentre method.

import type { GraphEdge, GraphNode, Id } from "../api/types.ts";
import { hash, sideOf } from "./layout.ts";

const TURNS = 8;

export interface Order {
  devices: Id[];
  destinations: Id[];
}

export function order(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): Order {
  const ids = (side: "device" | "destination") =>
    nodes
      .filter((node) => sideOf(node) === side)
      .map((node) => node.id)
      .sort((a, b) => hash(a) - hash(b));
  let devices = ids("device");
  let destinations = ids("destination");
  const ofDevice = neighbours(edges, "device", "destination");
  const ofDestination = neighbours(edges, "destination", "device");
  for (let turn = 0; turn < TURNS; turn++) {
    destinations = sortByMean(destinations, places(devices), ofDestination);
    devices = sortByMean(devices, places(destinations), ofDevice);
  }
  return { devices, destinations };
}

function neighbours(
  edges: readonly GraphEdge[],
  from: "device" | "destination",
  to: "device" | "destination",
): ReadonlyMap<Id, Id[]> {
  const map = new Map<Id, Id[]>();
  for (const edge of edges) {
    const list = map.get(edge[from]);
    if (list === undefined) map.set(edge[from], [edge[to]]);
    else list.push(edge[to]);
  }
  return map;
}

// Places from 0 to 1, so that a long side does not outweigh a short one.
function places(ids: readonly Id[]): ReadonlyMap<Id, number> {
  return new Map(ids.map((id, i) => [id, (i + 0.5) / ids.length]));
}

function sortByMean(
  ids: readonly Id[],
  other: ReadonlyMap<Id, number>,
  linked: ReadonlyMap<Id, Id[]>,
): Id[] {
  const own = places(ids);
  const mean = new Map<Id, number>();
  for (const id of ids) {
    const near = (linked.get(id) ?? [])
      .map((n) => other.get(n))
      .filter((place) => place !== undefined);
    mean.set(
      id,
      near.length === 0
        ? (own.get(id) ?? 0.5)
        : near.reduce((a, b) => a + b, 0) / near.length,
    );
  }
  return [...ids].sort(
    (a, b) =>
      (mean.get(a) ?? 0) - (mean.get(b) ?? 0) ||
      (own.get(a) ?? 0) - (own.get(b) ?? 0),
  );
}
