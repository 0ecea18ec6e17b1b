// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askedOf,
  endAt,
  outline,
  place,
  replayed,
  spanOf,
  stepOf,
  stepped,
  timeAt,
} from "../src/graph/brush-model.ts";
import type { HistoryPoint } from "../src/api/types.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("the strip spans enough around the window, and always the window", () => {
  assert.deepEqual(spanOf(600, null, NOW), { from: NOW - HOUR, to: NOW });
  assert.equal(spanOf(3600, null, NOW).from, NOW - 24 * HOUR);
  assert.equal(spanOf(86_400, null, NOW).from, NOW - 7 * 24 * HOUR);
  const old = NOW - 5 * HOUR;
  assert.ok(spanOf(600, old, NOW).from < old - 10 * MINUTE);
});

test("a place on the strip is a time and back, and nothing is beyond its ends", () => {
  const span = spanOf(600, null, NOW);
  assert.equal(place(span, timeAt(span, 0.25)), 0.25);
  assert.equal(place(span, NOW + HOUR), 1);
  assert.equal(timeAt(span, -3), span.from);
});

test("a drag ends in whole spans of the history, at its end it is live", () => {
  const span = spanOf(600, null, NOW);
  assert.equal(endAt(NOW - 5 * MINUTE + 3456, span, 600), NOW - 5 * MINUTE);
  assert.equal(endAt(NOW - 9000, span, 600), null);
  assert.equal(endAt(span.from, span, 600), span.from + 10 * MINUTE);
});

test("the keyboard goes by a tenth, by a window, and to both ends", () => {
  const span = spanOf(600, null, NOW);
  const step = (key: string, at: number | null) =>
    stepped(stepOf(key)!, at, span, 600);
  assert.equal(step("ArrowLeft", null), NOW - MINUTE);
  assert.equal(step("ArrowRight", NOW - MINUTE), null);
  assert.equal(step("PageDown", null), NOW - 10 * MINUTE);
  assert.equal(step("Home", null), NOW - 50 * MINUTE);
  assert.equal(step("End", NOW - HOUR), null);
  assert.equal(stepOf("b"), null);
});

test("a replay goes as fast as it says and ends in the present", () => {
  assert.equal(replayed(NOW - HOUR, 60, 1000, NOW), NOW - 59 * MINUTE);
  assert.equal(replayed(NOW - 20_000, 10, 1000, NOW), null);
});

test("the outline is as high as the busiest span", () => {
  const point = (minutes: number, bytes_in: number) =>
    ({
      time: new Date(NOW - minutes * MINUTE).toISOString(),
      bytes_in,
      bytes_out: 0,
    }) as HistoryPoint;
  const { path, most } = outline(
    { step: 60, points: [point(60, 600), point(59, 1200)] },
    spanOf(600, null, NOW),
  );
  assert.equal(most, 20);
  assert.match(path, /^M0 100L0\.00 53\.0H1\.67L1\.67 6\.0H3\.33V100z$/);
  assert.equal(outline({ step: 60, points: [] }, spanOf(600, null, NOW)).path, "");
});

test("a longer strip is asked for in coarser steps", () => {
  assert.match(askedOf(spanOf(600, null, NOW)).path, /step=10&/);
  assert.match(askedOf(spanOf(3600, null, NOW)).path, /step=300&/);
  assert.match(askedOf(spanOf(86_400, null, NOW)).path, /step=3600&/);
});
