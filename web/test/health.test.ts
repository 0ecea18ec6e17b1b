// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FullHealth } from "../src/api/system-types.ts";
import { checks, counter, stopped } from "../src/screens/health-model.ts";

const well: FullHealth = {
  status: "ok",
  dataplane: { connected: true } as FullHealth["dataplane"],
  generation: 3,
  policy_pending: false,
  storage: { ok: true, message: null },
  configuration: { ok: true, message: null },
  history: { enabled: true, ok: true, message: null, bytes: 1, bytes_max: 2 },
  clock_trusted: true,
  flight_recorder: null,
  events_lost: 0,
  coverage: "Every frame.",
  support: { until: "2099-12-31", ended: false, message: null },
  cpu: { note: "", cores: [] },
};

test("a gateway that is well has nothing to say first", () => {
  const list = checks(well);
  assert.ok(list.every(({ ok }) => ok));
  assert.equal(list[0]?.why, "Every frame.");
});

test("what is wrong stands first, in the gateway's words", () => {
  const list = checks({
    ...well,
    storage: { ok: false, message: "The disk is full." },
    history: { ...well.history, enabled: false, ok: false },
    events_lost: 7,
  });
  assert.deepEqual(
    list.slice(0, 3).map(({ key, ok, why }) => [key, ok, why]),
    [
      ["storage", false, "The disk is full."],
      ["events", false, ""],
      ["dataplane", true, "Every frame."],
    ],
  );
});

test("what the dataplane found stands among it, with what to do", () => {
  const alert = { id: "alert_1", kind: "ports_swapped", text: "The ports look swapped." };
  const [first] = checks({ ...well, alerts: [alert] });
  assert.equal(first?.said, alert.text);
  assert.notEqual(first?.why, "");
});

test("a version that gets no fixes any more says so first", () => {
  const support = { until: "2020-01-01", ended: true, message: "Install a newer one." };
  const [first] = checks({ ...well, support });
  assert.deepEqual([first?.ok, first?.said], [false, support.message]);
});

test("the counters for Prometheus as figures", () => {
  const text = [
    "# TYPE spin_flows_active gauge",
    "spin_flows_active 12",
    "spin_flows_active_else 13",
    'spin_packets_dropped_total{reason="rule_blocked"} 7',
    'spin_packets_dropped_total{reason="malformed"} 0',
    'spin_bytes_dropped_total{reason="rule_blocked"} 700',
  ].join("\n");
  assert.equal(counter(text, "spin_flows_active"), 12);
  assert.equal(counter(text, "spin_nothing"), 0);
  assert.deepEqual(stopped(text), [{ reason: "rule_blocked", packets: 7, bytes: 700 }]);
});
