// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  peak,
  stack,
  summary,
  tick,
  timeTicks,
  valueTicks,
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

test("values are counted in ones, twos and fives, never more than there is room for", () => {
  assert.deepEqual(valueTicks(270_000, 4), [0, 100_000, 200_000]);
  assert.deepEqual(valueTicks(10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(valueTicks(0, 5), [0]);
  for (const top of [1, 7, 99, 1234, 5e9]) assert.ok(valueTicks(top, 6).length <= 7, String(top));
});

test("times are whole ones of the reader's clock, and days begin at midnight", () => {
  const hour = timeTicks(NOON, NOON + 3_600_000, 10);
  assert.equal(hour.step, 600_000);
  assert.deepEqual(hour.ticks, [0, 1, 2, 3, 4, 5, 6].map((n) => NOON + n * 600_000));
  // Over both changes of the clock that Europe has in a year.
  const year = timeTicks(new Date(2026, 0, 1).getTime(), new Date(2026, 11, 31).getTime(), 60);
  assert.ok(year.step >= 86_400_000 && year.ticks.length <= 61);
  assert.ok(year.ticks.every((time) => new Date(time).getHours() === 0));
});
