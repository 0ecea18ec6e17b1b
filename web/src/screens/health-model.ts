// SPDX-License-Identifier: BSD-3-Clause
// What is asked of the gateway's health, worst first; and figures of its counters for Prometheus. Pure.

import type { FullHealth } from "../api/system-types.ts";
import { about, alertText } from "../text/about.ts";

export interface Check {
  key: string;
  ok: boolean;
  // It could be better, and works.
  mild?: boolean;
  // What the dataplane found has sentences of its own.
  said?: string;
  // In the gateway's own words.
  why: string;
}

export function checks(health: FullHealth): Check[] {
  const { dataplane, storage, configuration, history, support } = health;
  const list: Check[] = [
    {
      key: "dataplane",
      ok: dataplane.connected,
      why: dataplane.connected
        ? (health.coverage ?? "")
        : (dataplane.message ?? ""),
    },
    { key: "policy", ok: health.policy_pending !== true, why: "" },
    {
      key: "storage",
      ok: storage?.ok !== false,
      why: storage?.message ?? "",
    },
    {
      key: "configuration",
      ok: configuration.ok,
      why: configuration.message ?? "",
    },
    {
      key: "history",
      ok: history.ok || !history.enabled,
      why: history.message ?? "",
    },
    { key: "clock", ok: health.clock_trusted !== false, why: "" },
    { key: "events", ok: (health.events_lost ?? 0) === 0, why: "" },
    ...(support.ended ? [{ key: "support", ok: false, said: support.message ?? "", why: "" }] : []),
    ...(health.alerts ?? []).map((alert) => ({
      key: alert.id ?? alert.kind,
      ok: false,
      said: alertText(alert),
      why: about("alert", alert.kind)?.todo ?? "",
    })),
  ];
  return list.sort((a, b) => Number(a.ok) - Number(b.ok));
}

export function counter(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1] ?? 0);
}

export interface Stopped {
  reason: string;
  packets: number;
  bytes: number;
}

export function stopped(text: string): Stopped[] {
  const of = (what: string) =>
    text.matchAll(new RegExp(`^spin_${what}_dropped_total\\{reason="(\\w+)"\\} (\\d+)`, "gm"));
  const all = new Map([...of("bytes")].map(([, reason, n]) => [reason, Number(n)]));
  return [...of("packets")]
    .map(([, reason = "", n]) => ({ reason, packets: Number(n), bytes: all.get(reason) ?? 0 }))
    .filter(({ packets }) => packets > 0);
}
