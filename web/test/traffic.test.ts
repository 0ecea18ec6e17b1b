// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { History } from "../src/api/types.ts";
import { seriesOf } from "../src/drawer/traffic.tsx";

const NOW = Date.parse("2026-11-26T13:30:05Z");

function history(step: number, ...bytes: number[]): History {
  const first = Math.floor(NOW / 1000 / step) - bytes.length + 1;
  return {
    step,
    to: "2026-11-26T14:00:00Z",
    points: bytes.map((bytes_in, i) => ({
      time: new Date((first + i) * step * 1000).toISOString(),
      bytes_in,
      bytes_out: 0,
      packets_in: bytes_in > 0 ? 1 : 0,
      packets_out: 0,
    })),
  } as History;
}

function rates(answer: History) {
  return seriesOf(answer, NOW).series[0]?.values;
}

test("a span that is not over is no fall, and a nought just now is not known yet", () => {
  assert.deepEqual(rates(history(10, 100, 200, 30)), [10, 20]);
  assert.deepEqual(rates(history(10, 100, 0, 0, 0)), [10]);
  assert.deepEqual(rates(history(10, 100, 0, 0, 0, 0, 0, 0, 0)), [10, 0, 0, 0]);
});

test("of a long span that began, what went by is told", () => {
  const began = history(10_800, 1_080_000, 3_605_000);
  assert.deepEqual(rates(began)?.[0], 100);
  assert.ok((rates(began)?.[1] ?? 0) > 300);
});
