// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryItem, Past } from "../src/api/page-types.ts";
import { csv } from "../src/kit/save.ts";
import { busiestHour, compare, hoursOf, layers, localText, shade, sumsBy, windowOf } from "../src/screens/history-model.ts";
import { minute, queryOf, viewOf } from "../src/screens/history-view.ts";

const none = { packets_out: 0, bytes_out: 0, packets_in: 0, bytes_in: 0, dropped: 0, flows: 0 };
const NOW = Date.parse("2026-11-26T12:00:00Z");

function item(name: string, out: number[], more: Partial<HistoryItem> = {}): HistoryItem {
  return {
    ...none,
    bytes_out: out.reduce((a, b) => a + b, 0),
    destination: { id: `dst_${name}`, kind: "domain", name },
    last_seen: "2026-11-26T11:00:00Z",
    series: { bytes_out: out, bytes_in: out.map(() => 0) },
    ...more,
  };
}

function past(totals: number[], items: HistoryItem[], more: Partial<Past> = {}): Past {
  const start = NOW - totals.length * 3_600_000;
  return {
    from: new Date(start).toISOString(),
    to: new Date(NOW).toISOString(),
    step: 3600,
    oldest: new Date(start).toISOString(),
    group: "destination",
    total: none,
    points: totals.map((bytes_in, i) => ({
      ...none,
      bytes_in,
      time: new Date(start + i * 3_600_000).toISOString(),
    })),
    items,
    rest: { ...none, items: 0 },
    ...more,
  };
}

const name = (of: HistoryItem) => of.destination?.name ?? "";

test("layers: those that moved most, one for each label, and what is left of the whole", () => {
  const all = past([10, 20], [item("a", [1, 2]), item("b", [4, 8]), item("a", [2, 0]), item("c", [1, 0])]);
  assert.deepEqual(layers(all, name, 2, "others"), [
    { label: "b", values: [4, 8] },
    { label: "a", values: [3, 2] },
    { label: "others", values: [3, 10] },
  ]);
});

test("layers: nothing is left where all is told, and never less than nothing", () => {
  const all = past([3, 1], [item("a", [3, 2])]);
  assert.deepEqual(layers(all, name, 5, "others"), [{ label: "a", values: [3, 2] }]);
});

test("hours: each of the week once, those before anything was kept not at all", () => {
  const all = past(Array.from({ length: 24 * 14 }, () => 5), []);
  const week = hoursOf({ ...all, oldest: all.points[24 * 7]?.time ?? null });
  assert.equal(week.length, 7);
  assert.ok(week.flat().every(({ bytes, times }) => bytes === 5 * times && times <= 2));
  assert.equal(week.flat().reduce((sum, hour) => sum + hour.times, 0), 24 * 7);
  assert.equal(hoursOf({ ...all, oldest: null }).flat().reduce((sum, hour) => sum + hour.times, 0), 0);
  assert.equal(busiestHour(week), 5);
});

test("shade: nothing is 0, the least that is seen 1, the most 5", () => {
  const shades = [0, 1, 400, 10_000].map((bytes) => shade({ bytes, times: 1 }, 10_000));
  assert.deepEqual(shades, [0, 1, 1, 5]);
  assert.equal(shade({ bytes: 20_000, times: 2 }, 10_000), 5);
});

test("compare: who came, who went and who stayed, the greatest change first", () => {
  assert.deepEqual(compare([item("a", [5]), item("b", [1])], [item("a", [4]), item("c", [9])], name), [
    { key: "c", now: 0, then: 9 },
    { key: "a", now: 5, then: 4 },
    { key: "b", now: 1, then: 0 },
  ]);
});

test("sums: one row for what items have in common", () => {
  const later = "2026-11-26T11:30:00Z";
  const sums = sumsBy([item("a", [1]), item("b", [9]), item("a", [2], { last_seen: later })], name);
  assert.deepEqual(
    sums.map(({ key, bytes_out, last_seen }) => [key, bytes_out, last_seen]),
    [
      ["b", 9, "2026-11-26T11:00:00Z"],
      ["a", 3, later],
    ],
  );
});

test("the address says what History shows; what it cannot mean is the usual", () => {
  assert.deepEqual(viewOf({}, NOW), {
    window: "24h",
    seconds: 86_400,
    until: null,
    by: "device",
    device: "",
    destination: "",
    beside: null,
  });
  const odd = viewOf({ w: "toString", by: "vendor", device: "x/../y", from: "yesterday", beside: "before" }, NOW);
  assert.equal(odd.window, "24h");
  assert.equal(odd.by, "device");
  assert.equal(odd.device, "");
  assert.equal(odd.beside, NOW - 2 * 86_400_000);
  const own = viewOf({ from: "2026-11-26T10:00Z", to: "2026-11-26T11:30Z", by: "kind", beside: "2026-11-19T10:00Z" }, NOW);
  assert.equal(own.window, "");
  assert.equal(own.seconds, 5400);
  assert.equal(own.until, Date.parse("2026-11-26T11:30:00Z"));
  assert.equal(own.beside, Date.parse("2026-11-19T10:00:00Z"));
  assert.equal(windowOf("1h", "24h"), "1h");
});

test("kinds are asked for as devices, and filters are words of the question", () => {
  const view = viewOf({ by: "kind", device: "dev_a1", destination: "a&b" }, NOW);
  assert.equal(queryOf(view, "&limit=1"), "history?group=device&device=dev_a1&destination=a%26b&limit=1");
});

test("times as fields and addresses write them", () => {
  assert.equal(minute(NOW + 59_000), "2026-11-26T12:00Z");
  assert.equal(new Date(localText(NOW)).getTime(), NOW);
});

test("a table as a file: quotes are doubled, and nothing is a formula", () => {
  assert.equal(
    csv([
      ["name", "bytes"],
      ['a "b"', 5],
      ["=1+1", null],
    ]),
    '"name","bytes"\r\n"a ""b""",5\r\n"\'=1+1",""\r\n',
  );
});
