// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../src/api/types.ts";
import { sortRows, type Column } from "../src/kit/data-table.tsx";
import { needs, talkers } from "../src/screens/home-model.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");

function device(id: string, more: Partial<Device>): Device {
  return {
    id,
    side: "lan",
    online: true,
    kind: { value: "camera" },
    first_seen: "2026-11-01T12:00:00Z",
    rate_out: 0,
    rate_in: 0,
    ...more,
  } as Device;
}

test("what needs a person: alerts once, then who joined, who hides, who is unknown", () => {
  const list = needs(
    [
      device("a", {}),
      device("b", { kind: { value: "unknown" } as Device["kind"] }),
      device("c", { first_seen: "2026-11-26T11:54:00Z" }),
      device("d", { vpn: true }),
      device("e", { vpn: true, ignored: true }),
      device("f", { side: "host", encrypted_dns: true }),
    ],
    [
      { id: "alert_1", kind: "x", text: "The port is down." },
      { id: "alert_1", kind: "x", text: "The port is down." },
    ],
    NOW,
  );
  assert.deepEqual(
    list.map((need) =>
      need.kind === "alert" ? need.text : `${need.kind} ${need.device.id}`,
    ),
    ["The port is down.", "joined c", "hides d", "unknown b"],
  );
});

test("on the first day nobody is news", () => {
  const fresh = { first_seen: "2026-11-26T11:00:00Z" };
  assert.deepEqual(
    needs([device("a", fresh), device("b", fresh)], [], NOW),
    [],
  );
});

test("talkers: the loudest first, the silent not at all", () => {
  const list = talkers([
    device("a", { rate_out: 1 }),
    device("b", { rate_in: 5 }),
    device("c", {}),
    device("d", { side: "host", rate_in: 99 }),
  ]);
  assert.deepEqual(
    list.map((d) => d.id),
    ["b", "a"],
  );
});

test("rows are sorted as people count, and nothing stands last both ways", () => {
  const columns: Column<string | null>[] = [
    { key: "x", title: "rename.label", by: (row) => row, cell: (row) => row },
  ];
  const rows = ["tv 10", null, "tv 9"];
  const order = (up: boolean) => sortRows(rows, columns, { key: "x", up });
  assert.deepEqual(order(true), ["tv 9", "tv 10", null]);
  assert.deepEqual(order(false), ["tv 10", "tv 9", null]);
  assert.deepEqual(sortRows(rows, columns, { key: "none", up: true }), rows);
});
