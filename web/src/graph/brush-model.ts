// SPDX-License-Identifier: BSD-3-Clause
// The strip of time under the graph: what it spans, where a time stands on it, and what a drag makes of the window. Pure.
//
// Units: times in milliseconds; places from 0 (the oldest) to 1 (now).

import type { History } from "../api/types.ts";

export interface Span {
  from: number;
  to: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

// Enough around the window to find something in: an hour for minutes, a day for an hour, a week for a day.
export function spanOf(window: number, at: number | null, now: number): Span {
  const whole =
    window <= 600 ? HOUR_MS : window <= 3600 ? 24 * HOUR_MS : 7 * 24 * HOUR_MS;
  const oldest = (at ?? now) - window * 1000;
  return { from: Math.min(now - whole, oldest - whole / 12), to: now };
}

export function place(span: Span, time: number): number {
  const share = (time - span.from) / (span.to - span.from);
  return Math.min(1, Math.max(0, share));
}

export function timeAt(span: Span, share: number): number {
  return span.from + Math.min(1, Math.max(0, share)) * (span.to - span.from);
}

// The history keeps spans of ten seconds.
const GRAIN_MS = 10_000;
// A window that ends so near to now is the live one.
const LIVE_MS = 15_000;

// The end of the window that a hand asks for; null: it is the live one.
export function endAt(
  wished: number,
  span: Span,
  window: number,
): number | null {
  if (wished >= span.to - LIVE_MS) return null;
  const end = Math.max(wished, span.from + window * 1000);
  return Math.round(end / GRAIN_MS) * GRAIN_MS;
}

export type Step = "back" | "on" | "far-back" | "far-on" | "oldest" | "live";

const STEPS: Record<string, Step> = {
  ArrowLeft: "back",
  ArrowDown: "back",
  ArrowRight: "on",
  ArrowUp: "on",
  PageDown: "far-back",
  PageUp: "far-on",
  Home: "oldest",
  End: "live",
};

export function stepOf(key: string): Step | null {
  return STEPS[key] ?? null;
}

// By a tenth of the window, by the whole of it, or to an end.
export function stepped(
  step: Step,
  at: number | null,
  span: Span,
  window: number,
): number | null {
  const end = at ?? span.to;
  const whole = window * 1000;
  const small = Math.max(2 * GRAIN_MS, whole / 10); // more than what counts as live
  switch (step) {
    case "back":
      return endAt(end - small, span, window);
    case "on":
      return endAt(end + small, span, window);
    case "far-back":
      return endAt(end - whole, span, window);
    case "far-on":
      return endAt(end + whole, span, window);
    case "oldest":
      return endAt(span.from + whole, span, window);
    case "live":
      return null;
  }
}

export const SPEEDS = [1, 10, 30, 60] as const;

// Where a replay is after so many real milliseconds; null: it reached the present.
export function replayed(
  at: number,
  speed: number,
  passed: number,
  now: number,
): number | null {
  const next = at + passed * speed;
  return next >= now - LIVE_MS ? null : next;
}

export function grained(at: number): number {
  return Math.floor(at / GRAIN_MS) * GRAIN_MS;
}

// Bytes a second over the span as the outline of an area of 100 by 100, and its highest.
export function outline(
  { points, step }: Pick<History, "points" | "step">,
  span: Span,
): { path: string; most: number } {
  const rates = points.map((point) => (point.bytes_in + point.bytes_out) / step);
  const most = Math.max(0, ...rates);
  if (most === 0) return { path: "", most };
  let path = "M0 100";
  points.forEach((point, i) => {
    const from = Date.parse(point.time);
    const y = (100 - (94 * (rates[i] ?? 0)) / most).toFixed(1);
    const x = (time: number) => (place(span, time) * 100).toFixed(2);
    path += `L${x(from)} ${y}H${x(from + step * 1000)}`;
  });
  return { path: `${path}V100z`, most };
}

// Asked again when another part of the past is wanted, or so much of the present has come.
export function askedOf(span: Span): { path: string; every: number } {
  const length = span.to - span.from;
  const step = length <= 2 * HOUR_MS ? 10 : length <= 26 * HOUR_MS ? 300 : 3600;
  const floor = (time: number) =>
    new Date(Math.floor(time / step / 1000) * step * 1000).toISOString();
  return {
    path: `history?from=${floor(span.from)}&step=${step}&limit=1`,
    every: Math.max(GRAIN_MS, Math.min(step * 1000, MINUTE_MS)),
  };
}
