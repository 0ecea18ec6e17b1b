// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FullHealth } from "../src/api/system-types.ts";
import { checks } from "../src/screens/health-model.ts";

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
