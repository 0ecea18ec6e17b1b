// SPDX-License-Identifier: BSD-3-Clause
// What the History screen shows, kept in its address so that it can be sent on: the window, by what, of whom, beside
// which other window. Pure.

import type { Group, HistoryItem } from "../api/page-types.ts";
import { windowOf, windows, type WindowName } from "./history-model.ts";

export const bys = ["device", "kind", "destination", "service"] as const;
export type By = (typeof bys)[number];

export interface HistoryView {
  // "": its own from and to.
  window: WindowName | "";
  seconds: number;
  // Null moves on with the clock.
  until: number | null;
  by: By;
  device: string;
  destination: string;
  // Where the window beside it begins; null: there is none.
  beside: number | null;
}

const MOST_S = 400 * 86_400;

export function viewOf(more: Readonly<Record<string, string>>, now: number): HistoryView {
  const from = Date.parse(more["from"] ?? "");
  const to = Date.parse(more["to"] ?? "");
  const own = to > from && to - from <= MOST_S * 1000;
  const window = own ? "" : windowOf(more["w"], "24h");
  const seconds = window === "" ? (to - from) / 1000 : windows[window];
  const until = own ? to : null;
  const beside = more["beside"];
  const before = (until ?? now) - 2 * seconds * 1000;
  const other = Date.parse(beside ?? "");
  return {
    window,
    seconds,
    until,
    by: bys.find((one) => one === more["by"]) ?? "device",
    device: /^dev_[a-z0-9]+$/.test(more["device"] ?? "") ? (more["device"] ?? "") : "",
    destination: more["destination"] ?? "",
    beside:
      beside === undefined || beside === "" ? null : Number.isNaN(other) ? before : other,
  };
}

// The question to the gateway, without its window.
export function queryOf(view: HistoryView, extra: string): string {
  const group: Group = view.by === "kind" ? "device" : view.by;
  const query = new URLSearchParams({ group });
  if (view.device !== "") query.set("device", view.device);
  if (view.destination !== "") query.set("destination", view.destination);
  return `history?${query.toString()}${extra}`;
}

export type Namer = (item: HistoryItem) => string;

// A time that fits a whole minute, as it stands in the address.
export function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
