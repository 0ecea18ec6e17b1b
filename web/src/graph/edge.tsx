// SPDX-License-Identifier: BSD-3-Clause
// One connection: a curve from a device to a destination, with what passes over it when a person looks.

import { Component } from "preact";
import type { GraphEdge } from "../api/types.ts";
import { NOTE_FONT, textWidth } from "./label.ts";
import { edgeNote, edgeTone, edgeWidth } from "./look.ts";
import { halfOf } from "./metrics.ts";
import { differs } from "./node.tsx";

export interface EdgeProps {
  edge: GraphEdge;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  dim: boolean;
  lit: boolean;
  open: boolean;
  dense: boolean;
}

export interface Ends {
  dense: boolean;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export class EdgeView extends Component<EdgeProps> {
  override shouldComponentUpdate(next: EdgeProps): boolean {
    return differs(this.props, next);
  }

  override render({ edge, dim, lit, open, ...ends }: EdgeProps) {
    const tone = edgeTone(edge);
    const path = curve(ends);
    // Before the first column of names, where several lines of one device have parted a little.
    const middle = pointAt(ends, 0.3);
    const classes = [
      "edge",
      `tone-${tone}`,
      dim ? "dim" : "",
      lit ? "lit" : "",
      open ? "open" : "",
      edge.ignored ? "faint" : "",
    ];
    return (
      <g class={classes.filter(Boolean).join(" ")} data-hit={edge.id}>
        <path class="reach" d={path} />
        <path class="line" d={path} stroke-width={edgeWidth(edge).toFixed(2)} />
        {tone === "blocked" && (
          <g
            class="stop"
            transform={`translate(${middle.x.toFixed(1)} ${middle.y.toFixed(1)})`}
          >
            <circle r={6.5} />
            <path d="M-2.6 -2.6L2.6 2.6M2.6 -2.6L-2.6 2.6" />
          </g>
        )}
        {edge.allowed && (
          <g
            class="pass"
            transform={`translate(${middle.x.toFixed(1)} ${middle.y.toFixed(1)})`}
          >
            <circle r={6.5} />
            <path d="M-2.800 .2L-.8 2.200 2.800 -2.200" />
          </g>
        )}
      </g>
    );
  }
}

export interface PlacedNote {
  edge: GraphEdge;
  note: string;
  x: number;
  y: number;
}

// A box around (x, y) where no note may stand.
export interface Taken {
  x: number;
  y: number;
  half: number;
  high: number;
}

const PLACES = [0.72, 0.62, 0.8, 0.54, 0.46, 0.38];
const NOTE_HALF = 7.5;

// Each note on its own line where no other note stands; one that finds no place is left out.
export function placeNotes(
  edges: readonly { edge: GraphEdge; ends: Ends }[],
  taken: readonly Taken[],
): PlacedNote[] {
  const placed: (PlacedNote & Taken)[] = [];
  for (const { edge, ends } of edges) {
    const note = edgeNote(edge);
    if (note === "") continue;
    const half = textWidth(note, NOTE_FONT) / 2 + 5;
    const free = PLACES.map((t) => pointAt(ends, t)).find((at) =>
      [...taken, ...placed].every(
        (other) =>
          Math.abs(other.x - at.x) > other.half + half ||
          Math.abs(other.y - at.y) > other.high + NOTE_HALF,
      ),
    );
    if (free !== undefined)
      placed.push({ edge, note, ...free, half, high: NOTE_HALF });
  }
  return placed;
}

// Over everything else, so that no line crosses the words.
export function EdgeLabel({ edge, note, x, y }: PlacedNote) {
  return (
    <text
      class={`edge-note tone-${edgeTone(edge)}`}
      x={x.toFixed(1)}
      y={(y + 4).toFixed(1)}
      text-anchor="middle"
    >
      {note}
    </text>
  );
}

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

function curve(ends: Ends): string {
  const { from, a, b, to } = controls(ends);
  const point = (p: { x: number; y: number }) =>
    `${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
  return `M${point(from)}C${point(a)} ${point(b)} ${point(to)}`;
}

function pointAt(ends: Ends, t: number): { x: number; y: number } {
  const { from, a, b, to } = controls(ends);
  const u = 1 - t;
  const blend = (p: number, q: number, r: number, s: number) =>
    u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: blend(from.x, a.x, b.x, to.x), y: blend(from.y, a.y, b.y, to.y) };
}
