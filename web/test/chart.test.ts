// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  peak,
  stack,
  summary,
  tick,
  type Series,
} from "../src/kit/chart-model.ts";
import { speakOfScreens } from "../src/text/t.ts";

const NOON = new Date(2026, 10, 26, 12, 0, 0).getTime();
const times = [NOON, NOON + 60_000, NOON + 120_000];
const series: Series[] = [
  { label: "in", tone: "recent", values: [1000, 5000, null] },
  { label: "out", tone: "older", values: [10, 20, 6000] },
];

test("areas stand upon each other, and what is not known adds nothing", () => {
  assert.deepEqual(stack(series), [
    [1000, 5000, 0],
    [1010, 5020, 6000],
  ]);
  assert.deepEqual(stack([]), []);
});

test("the highest is of all together only where they are stacked", () => {
  assert.deepEqual(peak(times, series, true), { time: times[2], value: 6000 });
  const apart = [series[0]!, { ...series[1]!, values: [10, 20, 30] }];
  assert.deepEqual(peak(times, apart, true), { time: times[1], value: 5020 });
  assert.deepEqual(peak(times, apart, false), { time: times[1], value: 5000 });
  assert.equal(peak([], [], true), null);
});

test("the axis says the time as exactly as its step, and the day at midnight", () => {
  assert.match(tick(NOON, 3_600_000), /^12:00/);
  assert.match(tick(NOON + 5000, 5000), /:00:05/);
  const midnight = new Date(2026, 10, 26).getTime();
  assert.match(tick(midnight, 3_600_000), /26/);
  assert.match(tick(NOON, 86_400_000), /26/);
});

test("a reader who cannot see it is told the span and the highest point", async () => {
  await speakOfScreens();
  const said = summary("Traffic", times, series, true, "rate");
  assert.match(said, /^Traffic\. From .*12:00.* most at .*12:02.*: 6 kB\/s\.$/);
  assert.equal(
    summary("Traffic", times, [], true, "rate"),
    "Traffic. Nothing in this time.",
  );
});
