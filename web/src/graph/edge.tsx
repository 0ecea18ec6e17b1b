// SPDX-License-Identifier: BSD-3-Clause
// The connections: one path for all that look alike, and what passes over a line when a person looks.
//
// Shape: hundreds of lines are a dozen elements, so that a frame in which everything moves writes a dozen; which one is
// meant by a hand is calculated (edgeAt), not asked of the browser.

import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { GraphEdge } from "../api/types.ts";
import { curve, distance, pointAt, type Ends, type Point } from "./curve.ts";
import { NOTE_FONT, textWidth } from "./label.ts";
import { edgeNote, edgeTone, edgeWidth } from "./look.ts";
import { Moving } from "./moving.tsx";
import { metrics, placeOf, type Spot } from "./stage.ts";

interface Drawn extends Ends {
  from: Spot;
  to: Spot;
  path: string;
}

const drawn = new WeakMap<GraphEdge, Drawn>();

// Undefined until both ends have a place; calculated anew when one of them moved.
function draw(edge: GraphEdge): Drawn | undefined {
  const from = placeOf(edge.device);
  const to = placeOf(edge.destination);
  const before = drawn.get(edge);
  if (before?.from === from && before?.to === to) return before;
  if (from === undefined || to === undefined) return undefined;
  const { dense } = metrics.value;
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y, dense };
  const now = { ...ends, from, to, path: curve(ends) };
  drawn.set(edge, now);
  return now;
}

export function edgeAt(edges: readonly GraphEdge[], at: Point): string | null {
  let least = Infinity;
  let nearest = null;
  for (const edge of edges) {
    const ends = draw(edge);
    const far = ends === undefined ? Infinity : distance(ends, at);
    if (far < least) [least, nearest] = [far, edge.id];
  }
  return nearest;
}

// `state` is how a line stands out or back now.
export function Lines({
  edges,
  state,
}: {
  edges: readonly GraphEdge[];
  state: (edge: GraphEdge) => string;
}) {
  const alike = new Map<string, GraphEdge[]>();
  const lookOf = (edge: GraphEdge) =>
    `edge tone-${edgeTone(edge)}${edge.ignored ? " faint" : ""}${state(edge)}`;
  for (const edge of edges) {
    const key = lookOf(edge) + edgeWidth(edge);
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [edge]);
    else others.push(edge);
  }
  return (
    <>
      {[...alike].map(([key, members]) => (
        <Line
          key={key}
          edges={members}
          look={lookOf(members[0]!)}
          width={edgeWidth(members[0]!)}
        />
      ))}
      {edges.map(
        (edge) =>
          (edge.allowed || edgeTone(edge) === "blocked") && (
            <Sign key={edge.id} edge={edge} state={state(edge)} />
          ),
      )}
    </>
  );
}

function Line({
  edges,
  look,
  width,
}: {
  edges: readonly GraphEdge[];
  look: string;
  width: number;
}) {
  const path = useMemo(
    () => computed(() => edges.map((edge) => draw(edge)?.path).join("")),
    [edges],
  );
  return <path class={look} stroke-width={width} d={path} />;
}

// That it is stopped, or let through by hand: before the first column of names, where several lines of one device have
// parted a little.
function Sign({ edge, state }: { edge: GraphEdge; state: string }) {
  const at = () => {
    const ends = draw(edge);
    return ends && pointAt(ends, 0.3);
  };
  return (
    <Moving at={at}>
      <g
        class={`sign tone-${edge.allowed ? "recent" : "blocked"}${state}`}
        data-hit={edge.id}
      >
        <circle r={6.5} />
        <path
          d={
            edge.allowed
              ? "M-2.800 .2L-.8 2.200 2.800 -2.200"
              : "M-2.6 -2.6L2.6 2.6M2.6 -2.6L-2.6 2.6"
          }
        />
      </g>
    </Moving>
  );
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
  edges: readonly GraphEdge[],
  taken: readonly Taken[],
): PlacedNote[] {
  const placed: (PlacedNote & Taken)[] = [];
  for (const edge of edges) {
    const note = edgeNote(edge);
    const ends = draw(edge);
    if (note === "" || ends === undefined) continue;
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
