// SPDX-License-Identifier: BSD-3-Clause
// What a chart draws, without drawing: areas upon each other, the highest point, and the words of the time axis. Pure.
//
// Units: times in milliseconds; values in what `unit` says (bytes, bytes a second, things).

import { bytes, count, rate } from "../text/format.ts";
import { language, t } from "../text/t.ts";

export type Unit = "bytes" | "rate" | "count";
export type Values = readonly (number | null)[];

export interface Series {
  label: string;
  tone: "recent" | "older" | "blocked" | "dns" | "device" | "plum" | "teal";
  // One for each time; null where nothing is known.
  values: Values;
}

export const unitWords: Record<Unit, (value: number) => string> = {
  bytes,
  rate,
  count,
};

// Each stands upon those before it; what is not known adds nothing.
export function stack(series: readonly Series[]): number[][] {
  const sums: number[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, i) => (value ?? 0) + (below?.[i] ?? 0)));
  }
  return sums;
}

export interface Peak {
  time: number;
  value: number;
}

// The highest point: of all together where they are stacked, else of any.
export function peak(
  times: readonly number[],
  series: readonly Series[],
  stacked: boolean,
): Peak | null {
  const lines = stacked ? stack(series).slice(-1) : series.map((one) => one.values);
  let best: Peak | null = null;
  for (const line of lines)
    line.forEach((value, i) => {
      const time = times[i];
      if (value === null || time === undefined) return;
      if (best === null || value > best.value) best = { time, value };
    });
  return best;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function words(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${Object.values(options).join(" ")}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, made);
  return made;
}

// From nothing up, in steps that people count in, so many at most.
export function valueTicks(top: number, most: number): number[] {
  if (top <= 0) return [0];
  const rough = top / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5, 10].find((n) => n * unit >= rough) ?? 10);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}

const SECOND_MS = 1000;
const HOUR_MS = 60 * MINUTE_MS;
const stepsOfTime = [
  ...[1, 5, 10, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 30].map((n) => n * MINUTE_MS),
  ...[1, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 30, 90].map((n) => n * DAY_MS),
];

// Whole times of the reader's own clock, so many at most; days begin at midnight also where the clock is put forward.
export function timeTicks(from: number, to: number, most: number): { step: number; ticks: number[] } {
  const rough = (to - from) / Math.max(1, most);
  const step = stepsOfTime.find((one) => one >= rough) ?? 365 * DAY_MS;
  const day = new Date(from);
  const midnight = day.setHours(0, 0, 0, 0);
  const ticks: number[] = [];
  for (let i = step < DAY_MS ? Math.floor((from - midnight) / step) : 0; ; i++) {
    const next = new Date(midnight);
    if (step < DAY_MS) next.setTime(midnight + i * step);
    else next.setDate(next.getDate() + i * (step / DAY_MS));
    if (next.getTime() > to) return { step, ticks };
    if (next.getTime() >= from) ticks.push(next.getTime());
  }
}

// A tick of the axis, as exact as the step between two; the day where one begins.
export function tick(time: number, step: number): string {
  const at = new Date(time);
  const midnight = at.getHours() === 0 && at.getMinutes() === 0;
  if (step >= DAY_MS || (midnight && step >= MINUTE_MS))
    return words({ day: "numeric", month: "short" }).format(at);
  return words({
    hour: "2-digit",
    minute: "2-digit",
    second: step < MINUTE_MS ? "2-digit" : undefined,
  }).format(at);
}

// A point, as exact as the whole needs it.
export function pointTime(time: number, span: number): string {
  return words({
    day: span > DAY_MS ? "numeric" : undefined,
    month: span > DAY_MS ? "short" : undefined,
    hour: "2-digit",
    minute: "2-digit",
    second: span <= 60 * MINUTE_MS ? "2-digit" : undefined,
  }).format(time);
}

export function spanOf(times: readonly number[]): number {
  return (times.at(-1) ?? 0) - (times[0] ?? 0);
}

// What a reader who cannot see it is told.
export function summary(
  label: string,
  times: readonly number[],
  series: readonly Series[],
  stacked: boolean,
  unit: Unit,
): string {
  const top = peak(times, series, stacked);
  if (top === null || top.value === 0) return `${label}. ${t("chart.nothing")}`;
  const span = spanOf(times);
  return `${label}. ${t("chart.summary", {
    from: pointTime(times[0] ?? 0, span),
    to: pointTime(times.at(-1) ?? 0, span),
    most: unitWords[unit](top.value),
    at: pointTime(top.time, span),
  })}`;
}
