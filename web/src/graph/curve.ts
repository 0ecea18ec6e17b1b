// SPDX-License-Identifier: BSD-3-Clause
// The curve of a line, from a device to a destination: as a path, a place on it, and which one is meant. Pure.

import { halfOf } from "./metrics.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Ends {
  dense: boolean;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

// Half the width in which a line is felt.
const REACH = 6;
const PIECES = 24;

function controls({ x1, y1, x2, y2, dense }: Ends) {
  const from = { x: x1 + halfOf("device", dense), y: y1 };
  const to = { x: x2 - halfOf("destination", dense), y: y2 };
  const bend = Math.max(30, Math.abs(to.x - from.x) * 0.45);
  return {
    from,
    a: { x: from.x + bend, y: y1 },
    b: { x: to.x - bend, y: y2 },
    to,
  };
}

export function curve(ends: Ends): string {
  const { from, a, b, to } = controls(ends);
  // Half of the time of a line is that of its figures: the middle needs none behind the point.
  const [y1, y2] = [from.y.toFixed(1), to.y.toFixed(1)];
  const [x1, x2] = [Math.round(a.x), Math.round(b.x)];
  return `M${from.x.toFixed(1)} ${y1}C${x1} ${y1} ${x2} ${y2} ${to.x.toFixed(1)} ${y2}`;
}

export function pointAt(ends: Ends, t: number): Point {
  const { from, a, b, to } = controls(ends);
  const u = 1 - t;
  const blend = (p: number, q: number, r: number, s: number) =>
    u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: blend(from.x, a.x, b.x, to.x), y: blend(from.y, a.y, b.y, to.y) };
}

// How far a point is from a line, or Infinity where it is not felt.
export function distance(ends: Ends, { x, y }: Point): number {
  const off = (y - ends.y1) * (y - ends.y2);
  let least = Infinity;
  if (off > 0 && Math.min(Math.abs(y - ends.y1), Math.abs(y - ends.y2)) > REACH)
    return least;
  let from = pointAt(ends, 0);
  for (let i = 1; i <= PIECES; i++) {
    const to = pointAt(ends, i / PIECES);
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    least = Math.min(
      least,
      Math.hypot(x - from.x - t * dx, y - from.y - t * dy),
    );
    from = to;
  }
  return least > REACH ? Infinity : least;
}
