// SPDX-License-Identifier: BSD-3-Clause
// The moving part of the graph: layout, camera and the short glide between two still pictures, as signals.

import { batch, computed, signal, type Signal } from "@preact/signals";
import type { Graph, Id } from "../api/types.ts";
import {
  fit,
  mix,
  pan,
  toWorld,
  zoomAt,
  type Box,
  type Camera,
} from "./camera.ts";
import { cut, NAME_FONT, textWidth } from "./label.ts";
import { Layout, type Placed } from "./layout.ts";
import { COMPACT_ZOOM, halfOf, LABEL_GAP, type Frame } from "./metrics.ts";

const GLIDE_MS = 380;
const MARGIN = 26;
const FOOT = 34;

export interface Spot {
  id: Id;
  kind: "device" | "destination";
  x: number;
  y: number;
}

export const camera = signal<Camera>({ x: 0, y: 0, k: 1 });
export const spots = signal<ReadonlyMap<Id, Spot>>(new Map());
// The same for each node by itself: what shows one is not asked when others move.
const places = new Map<Id, Signal<Spot | undefined>>();
export const locked = signal(false);
// What is in a hand now.
export const held = signal<Id | null>(null);
export const overview = computed(() => camera.value.k < 0.5);

let frame: Frame = { width: 0, height: 0 };
let layout = new Layout(frame);
let arrangedIn: Frame = frame;
let latest: Graph | null = null;
let gliding = 0;
let following = false;
// The node in the hand, as it was before.
let takenFrom: Placed | undefined;
let stop = () => {};

export const metrics = signal(layout.metrics);

const still = matchMedia("(prefers-reduced-motion: reduce)");

export function placeOf(id: Id): Spot | undefined {
  let place = places.get(id);
  if (place === undefined)
    places.set(id, (place = signal(spots.peek().get(id))));
  return place.value;
}

function put(next: ReadonlyMap<Id, Spot>): void {
  batch(() => {
    spots.value = next;
    for (const [id, place] of places) place.value = next.get(id);
  });
}

export function show(graph: Graph): void {
  latest = graph;
  const present = new Set(graph.nodes.map((node) => node.id));
  for (const id of places.keys()) if (!present.has(id)) places.delete(id);
  if (frame.width === 0) return;
  if (layout.placed.size === 0) arrangedIn = frame;
  const moved = layout.update(graph.nodes, graph.edges, locked.peek());
  const gone = [...spots.peek().keys()].some((id) => !layout.placed.has(id));
  if (!moved && !gone) return;
  glide(moved && !locked.peek());
}

export function resize(next: Frame): void {
  const before = frame;
  if (before.width === next.width && before.height === next.height) return;
  frame = next;
  layout.resize(next);
  if (latest === null || next.width === 0) return;
  if (
    layout.placed.size === 0 ||
    (!locked.peek() && isOther(next, arrangedIn))
  ) {
    arrangedIn = next;
    layout.arrange(latest.nodes, latest.edges);
    glide(true, true);
  } else {
    // What came while nothing was shown has no place yet.
    const moved = layout.update(latest.nodes, latest.edges, locked.peek());
    if (moved || !locked.peek()) glide(!locked.peek());
  }
}

// A drawer or a banner only moves the camera; a turned phone or another window is a new picture.
function isOther(a: Frame, b: Frame): boolean {
  const ratio = (x: number, y: number) =>
    Math.max(x, y) / Math.max(1, Math.min(x, y));
  return ratio(a.width, b.width) > 1.6 || ratio(a.height, b.height) > 1.6;
}

export function tidy(): void {
  if (latest === null) return;
  layout = new Layout(frame);
  arrangedIn = frame;
  layout.update(latest.nodes, latest.edges, false);
  locked.value = false;
  glide(true);
}

export function fitView(): void {
  locked.value = false;
  glide(true);
}

export function toggleLock(): void {
  if (locked.peek()) fitView();
  else locked.value = true;
}

export function panBy(dx: number, dy: number): void {
  take();
  camera.value = pan(camera.peek(), dx, dy);
}

export function zoomBy(x: number, y: number, factor: number): void {
  take();
  camera.value = zoomAt(camera.peek(), x, y, factor);
}

export function zoomMiddle(factor: number): void {
  zoomBy(frame.width / 2, frame.height / 2, factor);
}

export function dragTo(id: Id, x: number, y: number): void {
  const spot = spots.peek().get(id);
  if (spot === undefined) return;
  stop();
  if (held.peek() !== id) takenFrom = layout.at(id);
  const at = toWorld(camera.peek(), x, y);
  layout.hold(id, at.x, at.y);
  batch(() => {
    held.value = id;
    put(new Map(spots.peek()).set(id, { ...spot, ...at }));
  });
}

export function drop(): void {
  held.value = null;
}

export function giveBack(): void {
  if (takenFrom !== undefined) layout.putBack(takenFrom);
  held.value = null;
  put(targets());
}

// A node that the keyboard reached must be seen.
export function reveal(id: Id): void {
  const spot = spots.peek().get(id);
  if (spot === undefined) return;
  const { x, y, k } = camera.peek();
  const at = { x: spot.x * k + x, y: spot.y * k + y };
  const dx =
    at.x < 60
      ? 60 - at.x
      : at.x > frame.width - 60
        ? frame.width - 60 - at.x
        : 0;
  const dy =
    at.y < 60
      ? 60 - at.y
      : at.y > frame.height - 60
        ? frame.height - 60 - at.y
        : 0;
  if (dx !== 0 || dy !== 0) camera.value = pan(camera.peek(), dx, dy);
}

// Zooming or panning by hand locks the view: nothing may move under a hand.
function take(): void {
  following = false;
  locked.value = true;
}

function targets(): Map<Id, Spot> {
  const all = new Map<Id, Spot>();
  for (const { id, kind, x, y } of layout.placed.values())
    all.set(id, { id, kind, x, y });
  return all;
}

function bounds(all: ReadonlyMap<Id, Spot>): Box {
  const box: Box = {
    left: Infinity,
    top: Infinity,
    right: -Infinity,
    bottom: -Infinity,
  };
  const m = layout.metrics;
  const names = new Map(latest?.nodes.map((node) => [node.id, node.name]));
  for (const spot of all.values()) {
    const device = spot.kind === "device";
    const most = device ? m.deviceLabel : m.destinationLabel;
    const label = textWidth(
      cut(names.get(spot.id) ?? "", NAME_FONT, most),
      NAME_FONT,
    );
    const half = halfOf(spot.kind, m.dense);
    const reach = half + LABEL_GAP + Math.max(label, 50);
    box.left = Math.min(box.left, spot.x - (device ? reach : half));
    box.right = Math.max(box.right, spot.x + (device ? half : reach));
    box.top = Math.min(box.top, spot.y - m.row / 2);
    box.bottom = Math.max(box.bottom, spot.y + m.row / 2);
  }
  return box;
}

function whole(goal: ReadonlyMap<Id, Spot>): Camera {
  const compact = layout.metrics.compact;
  return fit(
    bounds(goal),
    frame,
    compact ? 8 : MARGIN,
    compact ? 0 : FOOT,
    compact ? COMPACT_ZOOM : 0,
  );
}

// From the picture that is shown to the one that is solved. The camera follows only when it may.
function glide(follow: boolean, atOnce = false): void {
  stop();
  const goal = targets();
  metrics.value = layout.metrics;
  const from = spots.peek();
  const lens = camera.peek();
  const aim = follow && goal.size > 0 ? whole(goal) : lens;
  if (atOnce || from.size === 0 || still.matches) {
    batch(() => {
      put(goal);
      camera.value = aim;
    });
    return;
  }
  following = follow;
  const begun = performance.now();
  const step = (time: number) => {
    const t = Math.min(1, (time - begun) / GLIDE_MS);
    const eased = 1 - (1 - t) ** 3;
    batch(() => {
      put(between(from, goal, eased));
      if (following) camera.value = mix(lens, aim, eased);
    });
    if (t < 1) gliding = requestAnimationFrame(step);
  };
  stop = () => cancelAnimationFrame(gliding);
  gliding = requestAnimationFrame(step);
}

function between(
  from: ReadonlyMap<Id, Spot>,
  goal: ReadonlyMap<Id, Spot>,
  t: number,
): Map<Id, Spot> {
  const all = new Map<Id, Spot>();
  for (const [id, spot] of goal) {
    const was = from.get(id) ?? spot;
    all.set(id, {
      ...spot,
      x: was.x + (spot.x - was.x) * t,
      y: was.y + (spot.y - was.y) * t,
    });
  }
  return all;
}
