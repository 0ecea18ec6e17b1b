// SPDX-License-Identifier: BSD-3-Clause
// The past as pictures: who moved how much when, the hours of the week, and two windows beside each other. Pure.
//
// Units: times in milliseconds, windows in seconds, amounts in bytes.

import type { HistoryItem, Past } from "../api/page-types.ts";

export const windows = {
  "10m": 600,
  "1h": 3600,
  "24h": 86_400,
  "7d": 604_800,
  "31d": 2_678_400,
} as const;
export type WindowName = keyof typeof windows;

export function windowOf(name: string | undefined, usual: WindowName): WindowName {
  return name !== undefined && Object.hasOwn(windows, name) ? (name as WindowName) : usual;
}

export interface Layer {
  label: string;
  values: number[];
}

export function moved(of: { bytes_out: number; bytes_in: number }): number {
  return of.bytes_out + of.bytes_in;
}

// Those that moved most, upon each other, and the rest of what was counted; items of one label are one.
export function layers(
  past: Past,
  labelOf: (item: HistoryItem) => string,
  most: number,
  rest: string,
): Layer[] {
  const sums = new Map<string, number[]>();
  const left = past.points.map(moved);
  for (const { series, ...item } of past.items) {
    if (series === undefined) continue;
    const label = labelOf(item);
    const sum = sums.get(label) ?? left.map(() => 0);
    sums.set(label, sum);
    sum.forEach((value, i) => {
      sum[i] = value + (series.bytes_out[i] ?? 0) + (series.bytes_in[i] ?? 0);
    });
  }
  const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const shown = [...sums]
    .map(([label, values]) => ({ label, values }))
    .sort((a, b) => total(b.values) - total(a.values))
    .slice(0, most);
  for (const { values } of shown)
    values.forEach((value, i) => {
      left[i] = Math.max(0, (left[i] ?? 0) - value);
    });
  return total(left) > 0 ? [...shown, { label: rest, values: left }] : shown;
}

export interface Hour {
  bytes: number;
  // How often that hour of the week was met.
  times: number;
}

// Seven days from Monday of 24 hours each, in the reader's own time.
export function hoursOf(past: Past): Hour[][] {
  const week = Array.from({ length: 7 }, () =>
    Array.from({ length: 24 }, () => ({ bytes: 0, times: 0 })),
  );
  const known = past.oldest === null ? Infinity : Date.parse(past.oldest);
  for (const point of past.points) {
    const at = new Date(point.time);
    if (at.getTime() + past.step * 1000 <= known) continue;
    const hour = week[(at.getDay() + 6) % 7]?.[at.getHours()];
    if (hour === undefined) continue;
    hour.bytes += moved(point);
    hour.times++;
  }
  return week;
}

// How dark, from 0 (nothing) to 5: by the root, so that a film does not hide the rest.
export function shade({ bytes, times }: Hour, most: number): number {
  if (bytes === 0 || times === 0 || most === 0) return 0;
  return Math.max(1, Math.ceil(5 * Math.sqrt(bytes / times / most)));
}

export function busiestHour(week: readonly Hour[][]): number {
  return Math.max(0, ...week.flat().map((h) => (h.times > 0 ? h.bytes / h.times : 0)));
}

export interface Compared {
  key: string;
  now: number;
  then: number;
}

// What both windows tell of each, the greatest change first.
export function compare(
  now: readonly HistoryItem[],
  then: readonly HistoryItem[],
  keyOf: (item: HistoryItem) => string,
): Compared[] {
  const rows = new Map<string, Compared>();
  const add = (items: readonly HistoryItem[], which: "now" | "then") => {
    for (const item of items) {
      const key = keyOf(item);
      const row = rows.get(key) ?? { key, now: 0, then: 0 };
      row[which] += moved(item);
      rows.set(key, row);
    }
  };
  add(now, "now");
  add(then, "then");
  return [...rows.values()].sort(
    (a, b) => Math.abs(b.now - b.then) - Math.abs(a.now - a.then),
  );
}

// What a field for date and time shows and gives, in the reader's own time.
export function localText(time: number): string {
  const at = new Date(time);
  return new Date(time - at.getTimezoneOffset() * 60_000)
    .toISOString()
    .slice(0, 16);
}

export interface Sum {
  key: string;
  bytes_out: number;
  bytes_in: number;
  last_seen: string;
  items: HistoryItem[];
}

// Items under what they have in common, most bytes first.
export function sumsBy(
  items: readonly HistoryItem[],
  keyOf: (item: HistoryItem) => string,
): Sum[] {
  const sums = new Map<string, Sum>();
  for (const item of items) {
    const key = keyOf(item);
    const sum = sums.get(key) ?? {
      key,
      bytes_out: 0,
      bytes_in: 0,
      last_seen: "",
      items: [],
    };
    sums.set(key, sum);
    sum.bytes_out += item.bytes_out;
    sum.bytes_in += item.bytes_in;
    if (item.last_seen > sum.last_seen) sum.last_seen = item.last_seen;
    sum.items.push(item);
  }
  return [...sums.values()].sort((a, b) => moved(b) - moved(a));
}
