// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GraphEdge } from "../src/api/types.ts";
import { firstSpot, walk, type Key, type Spot } from "../src/graph/walk.ts";

const spots: Spot[] = [
  { id: "dev_b", kind: "device", x: -400, y: 50 },
  { id: "dev_a", kind: "device", x: -400, y: -50 },
  { id: "dst_far", kind: "destination", x: 400, y: 90 },
  { id: "dst_near", kind: "destination", x: 400, y: -40 },
  { id: "dst_alone", kind: "destination", x: 400, y: -90 },
];
const edge = (device: string, destination: string) =>
  ({ device, destination }) as GraphEdge;
const edges = [
  edge("dev_a", "dst_far"),
  edge("dev_a", "dst_near"),
  edge("dev_b", "dst_near"),
];

const cases: [string, Key, string | null, string | null][] = [
  ["dev_a", "ArrowDown", null, "dev_b"],
  ["dev_a", "ArrowUp", null, null],
  ["dev_a", "ArrowRight", null, "dst_near"],
  ["dev_a", "ArrowRight", "dst_far", "dst_far"],
  ["dev_a", "ArrowLeft", null, null],
  ["dst_near", "ArrowLeft", null, "dev_a"],
  ["dst_near", "ArrowLeft", "dev_b", "dev_b"],
  ["dst_alone", "ArrowLeft", null, null],
  ["dst_alone", "ArrowDown", null, "dst_near"],
  ["dst_far", "Home", null, "dst_alone"],
  ["dev_a", "End", null, "dev_b"],
  ["gone", "ArrowDown", null, "dev_a"],
];

for (const [at, key, from, to] of cases) {
  test(`${key} from ${at}${from === null ? "" : ` coming from ${from}`} goes to ${to ?? "nowhere"}`, () => {
    assert.equal(walk(spots, edges, at, key, from), to);
  });
}

test("the keyboard enters at the topmost device", () => {
  assert.equal(firstSpot(spots)?.id, "dev_a");
});
