// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Destination, Device, Rule } from "../src/api/types.ts";
import {
  emptyWorld,
  eventNames,
  reduce,
  type EventName,
  type World,
} from "../src/live/reduce.ts";

const device = (id: string, name = id) => ({ id, name }) as Device;
const destination = (id: string) => ({ id, name: id }) as Destination;
const rule = (id: string) => ({ id, action: "block" }) as Rule;

function run(events: [EventName, unknown][], from: World = emptyWorld): World {
  return events.reduce(
    (world, [name, data]) => reduce(world, name, data),
    from,
  );
}

test("a snapshot in chunks appears only when it is whole", () => {
  const half = run([["snapshot", { devices: [device("dev_1")] }]]);
  assert.equal(half.ready, false);
  assert.equal(half.devices.size, 0);
  const whole = run(
    [
      [
        "snapshot",
        { destinations: [destination("dst_1")], rules: [rule("rule_1")] },
      ],
      ["snapshot_end", { generation: 4 }],
    ],
    half,
  );
  assert.equal(whole.ready, true);
  assert.equal(whole.generation, 4);
  assert.deepEqual(
    [
      ...whole.devices.keys(),
      ...whole.destinations.keys(),
      ...whole.rules.keys(),
    ],
    ["dev_1", "dst_1", "rule_1"],
  );
});

test("a second snapshot replaces the first: what is gone is gone", () => {
  const before = run([
    ["snapshot", { devices: [device("dev_1"), device("dev_2")] }],
    ["snapshot_end", { generation: 1 }],
  ]);
  const during = run([["snapshot", { devices: [device("dev_2")] }]], before);
  assert.equal(during.devices.size, 2, "the old world stays visible meanwhile");
  const after = run([["snapshot_end", { generation: 2 }]], during);
  assert.deepEqual([...after.devices.keys()], ["dev_2"]);
});

test("a delta during a snapshot survives its end", () => {
  const world = run([
    ["snapshot", { devices: [device("dev_1", "old")] }],
    ["device", { items: [device("dev_1", "new")] }],
    ["snapshot_end", { generation: 1 }],
  ]);
  assert.equal(world.devices.get("dev_1")?.name, "new");
});

test("a gap discards a snapshot that was under way and counts what was lost", () => {
  const world = run([
    ["snapshot", { devices: [device("dev_1")] }],
    ["gap", { lost: 3 }],
    ["snapshot", { devices: [device("dev_2")] }],
    ["snapshot_end", { generation: 1 }],
  ]);
  assert.deepEqual([...world.devices.keys()], ["dev_2"]);
  assert.equal(world.lost, 3);
});

test("rules come, go and move the generation", () => {
  const one = run([
    ["rule", { items: [rule("rule_1"), rule("rule_2")], generation: 5 }],
  ]);
  const two = run(
    [["rule", { items: [], removed: ["rule_1"], generation: 6 }]],
    one,
  );
  assert.deepEqual([...two.rules.keys()], ["rule_2"]);
  assert.equal(two.generation, 6);
  assert.equal(one.rules.size, 2, "the former world is untouched");
});

test("what an event does not touch keeps its identity", () => {
  const before = run([["device", { items: [device("dev_1")] }]]);
  const after = run(
    [["destination", { items: [destination("dst_1")] }]],
    before,
  );
  assert.equal(after.devices, before.devices);
  assert.notEqual(after.destinations, before.destinations);
});

test("statistics carry the dataplane's state and the generation", () => {
  const world = run([
    ["stats", { generation: 9, dataplane: { connected: false } }],
  ]);
  assert.equal(world.stats?.dataplane.connected, false);
  assert.equal(world.generation, 9);
});

test("every event with an empty body is harmless", () => {
  for (const name of eventNames)
    assert.doesNotThrow(() => reduce(emptyWorld, name, {}), name);
});
