// SPDX-License-Identifier: BSD-3-Clause
// What is asked of the gateway's health, worst first. Pure.

import type { FullHealth } from "../api/system-types.ts";

export interface Check {
  key:
    | "dataplane"
    | "policy"
    | "storage"
    | "configuration"
    | "history"
    | "clock"
    | "events";
  ok: boolean;
  // In the gateway's own words.
  why: string;
}

export function checks(health: FullHealth): Check[] {
  const { dataplane, storage, configuration, history } = health;
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
  ];
  return list.sort((a, b) => Number(a.ok) - Number(b.ok));
}
