// SPDX-License-Identifier: BSD-3-Clause
// Numbers, bytes, times: as the reader's language writes them.
//
// Units: bytes with factor 1000, as network people and disk makers count; times in milliseconds.

import type { Language } from "./language.ts";
import { language, t } from "./t.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const cache = new Map<string, Intl.NumberFormat>();

function unitFormat(unit: string, digits: number): Intl.NumberFormat {
  const key = `${language} ${unit} ${digits}`;
  let format = cache.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: unit.startsWith("byte") ? "narrow" : "short",
      maximumFractionDigits: digits,
    });
    cache.set(key, format);
  }
  return format;
}

function scaled(value: number, suffix: string): string {
  let step = 0;
  let amount = value;
  while (amount >= 999.5 && step < UNITS.length - 1) {
    amount /= 1000;
    step++;
  }
  const digits = step > 0 && amount < 9.95 ? 1 : 0;
  return unitFormat(UNITS[step] + suffix, digits)
    .format(amount)
    .replace(/(\d)B/, "$1 B");
}

// Made at the first use in a language: that is chosen after this file is read.
function spoken<T>(make: () => T): () => T {
  let made: { language: Language; value: T } | undefined;
  return () =>
    (made?.language === language ? made : (made = { language, value: make() }))
      .value;
}

export function bytes(value: number): string {
  return scaled(value, "");
}

export function rate(value: number): string {
  return scaled(value, "-per-second");
}

const plain = spoken(() => new Intl.NumberFormat(language));

export function count(value: number): string {
  return plain().format(value);
}

const relative = spoken(
  () =>
    new Intl.RelativeTimeFormat(language, {
      numeric: "always",
      // A German "vor 4 m" is a way of four metres.
      style: language === "de" ? "short" : "narrow",
    }),
);
const clockTime = spoken(
  () =>
    new Intl.DateTimeFormat(language, {
      dateStyle: "medium",
      timeStyle: "short",
    }),
);

export const RECENT_MS = 30_000;

export function ago(time: string | null | undefined, now: number): string {
  if (time === null || time === undefined) return t("fact.never");
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < RECENT_MS / 1000) return t("time.now");
  if (seconds < 90) return relative().format(-Math.round(seconds), "second");
  if (seconds < 5400)
    return relative().format(-Math.round(seconds / 60), "minute");
  if (seconds < 129_600)
    return relative().format(-Math.round(seconds / 3600), "hour");
  return relative().format(-Math.round(seconds / 86_400), "day");
}

export function lasted(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return unitFormat("second", seconds < 10 ? 1 : 0).format(seconds);
  if (seconds < 5400) return unitFormat("minute", 0).format(seconds / 60);
  return unitFormat("hour", 0).format(seconds / 3600);
}

export function moment(time: string): string {
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? time : clockTime().format(parsed);
}

const dayOnly = spoken(
  () => new Intl.DateTimeFormat(language, { dateStyle: "medium" }),
);

export function day(time: string): string {
  return dayOnly().format(Date.parse(time));
}

export function confirmed(microseconds: number): string {
  const ms = microseconds / 1000;
  const digits = ms < 10 ? 1 : 0;
  return t("time.ms", { n: Number(ms.toFixed(digits)) });
}
