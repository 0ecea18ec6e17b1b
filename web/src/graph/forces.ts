// SPDX-License-Identifier: BSD-3-Clause
// The two forces that d3-force lacks: a destination drifts to the height of its devices, and rows keep apart.
//
// Both act on y alone: columns are fixed, so labels line up and edges read from left to right.

import type { Force } from "d3-force";
import type { Placed } from "./layout.ts";

export interface Link {
  device: Placed;
  destination: Placed;
}

export function towards(
  links: readonly Link[],
  strength: number,
): Force<Placed, undefined> {
  const degree = new Map<Placed, number>();
  for (const { device, destination } of links) {
    degree.set(device, (degree.get(device) ?? 0) + 1);
    degree.set(destination, (degree.get(destination) ?? 0) + 1);
  }
  const drawn = links.filter(
    ({ device, destination }) => !isPinned(device) || !isPinned(destination),
  );
  return (alpha: number) => {
    for (const { device, destination } of drawn) {
      const gap = device.y - destination.y;
      destination.vy =
        (destination.vy ?? 0) +
        (gap * 0.3 * alpha * strength) / (degree.get(destination) ?? 1);
      device.vy =
        (device.vy ?? 0) -
        (gap * 0.2 * alpha * strength) / (degree.get(device) ?? 1);
    }
  };
}

// `room` is wished between two free nodes, `row` is enough beside a pinned one.
export function apart(
  room: (node: Placed) => number,
  row: number,
): Force<Placed, undefined> {
  let nodes: Placed[] = [];
  let free: number[] = [];
  // Two that are pinned have nothing to say to each other: most are, when one comes in.
  const force = (): void => {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      if (isPinned(node)) {
        for (const j of free)
          if (j > i) push(node, nodes[j]!, room(node), row);
      } else {
        for (let j = i + 1; j < nodes.length; j++)
          push(node, nodes[j]!, room(node), row);
      }
    }
  };
  force.initialize = (all: Placed[]) => {
    nodes = all;
    free = all.flatMap((node, i) => (isPinned(node) ? [] : [i]));
  };
  return force;
}

function isPinned(node: Placed): boolean {
  return node.fy !== null && node.fy !== undefined;
}

function push(a: Placed, b: Placed, room: number, row: number): void {
  if (a.kind !== b.kind || Math.abs(a.x - b.x) > 60) return;
  const aFixed = isPinned(a);
  const bFixed = isPinned(b);
  if (aFixed && bFixed) return;
  const wished = aFixed || bFixed ? row : room;
  const gap = b.y - a.y;
  const overlap = wished - Math.abs(gap);
  if (overlap <= 0) return;
  const sign = gap === 0 ? (a.id < b.id ? 1 : -1) : Math.sign(gap);
  const step = overlap * (aFixed || bFixed ? 0.9 : 0.45);
  // Positions, not speeds: two that overlap must part even when the heat is gone.
  if (!aFixed) a.y -= sign * step;
  if (!bFixed) b.y += sign * step;
}

const ROUNDS = 400;

// The last word: neighbours in a column are at least a row apart, pinned ones where they were. Each round parts what
// overlaps by half; a crowd needs many, a home needs few.
export function partRows(nodes: readonly Placed[], row: number): void {
  const columns = new Map<string, Placed[]>();
  for (const node of nodes) {
    const key = `${node.kind} ${Math.round(node.x / 60)}`;
    const column = columns.get(key);
    if (column === undefined) columns.set(key, [node]);
    else column.push(node);
  }
  for (const column of columns.values()) {
    column.sort((a, b) => a.y - b.y || (a.id < b.id ? -1 : 1));
    for (let round = 0; round < ROUNDS && partOnce(column, row); round++)
      column.sort((a, b) => a.y - b.y);
  }
}

function partOnce(column: readonly Placed[], row: number): boolean {
  let moved = false;
  for (let i = 1; i < column.length; i++) {
    const above = column[i - 1]!;
    const below = column[i]!;
    const overlap = row - (below.y - above.y);
    if (overlap < 0.5) continue;
    const aboveFixed = isPinned(above);
    const belowFixed = isPinned(below);
    if (aboveFixed && belowFixed) continue;
    if (!aboveFixed) above.y -= belowFixed ? overlap : overlap / 2;
    if (!belowFixed) below.y += aboveFixed ? overlap : overlap / 2;
    moved = true;
  }
  return moved;
}
