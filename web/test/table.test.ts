// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Graph, GraphEdge, GraphNode } from "../src/api/types.ts";
import { nodeLook, nodeNote } from "../src/graph/look.ts";
import { filterRows, rowsOf, sortRows } from "../src/table/rows.ts";

const plain = { blocked: false, allowed: false, ignored: false };
const tv: GraphNode = {
  ...plain,
  id: "dev_tv",
  kind: "device",
  name: "TV",
  state: "device",
  online: true,
  vendor: "LG",
  last_seen: null,
  bytes: 5,
  rate: 0,
};
const ads: GraphNode = {
  ...plain,
  id: "dst_ads",
  kind: "destination",
  name: "ads.example",
  state: "blocked",
  blocked: true,
  last_seen: "2026-11-22T18:00:00.000Z",
  bytes: 5,
  rate: 0,
};
const news: GraphNode = {
  ...plain,
  id: "dst_news",
  kind: "destination",
  name: "news.example",
  state: "recent",
  last_seen: "2026-11-22T18:01:00.000Z",
  bytes: 5,
  rate: 2000,
};
const edge = (destination: string, out: number): GraphEdge => ({
  ...plain,
  id: `dev_tv~${destination}`,
  device: "dev_tv",
  destination,
  state: "recent",
  services: ["https"],
  bytes_out: out,
  bytes_in: 7,
  rate: 0,
  last_seen: null,
});
const graph = {
  nodes: [tv, ads, news],
  edges: [edge("dst_ads", 10), edge("dst_news", 20)],
} as Graph;

test("the table has every node and every pair, with the sums of their traffic", () => {
  const rows = rowsOf(graph);
  assert.deepEqual(
    rows.map((row) => row.name),
    [
      "TV",
      "ads.example",
      "news.example",
      "TV → ads.example",
      "TV → news.example",
    ],
  );
  assert.deepEqual([rows[0]?.partners, rows[0]?.out, rows[0]?.in], [2, 30, 14]);
});

test("filter by kind and by words in name or detail", () => {
  const rows = rowsOf(graph);
  assert.equal(filterRows(rows, "all", "").length, 3);
  assert.equal(filterRows(rows, "pair", "").length, 2);
  assert.deepEqual(
    filterRows(rows, "all", "lg").map((row) => row.name),
    ["TV"],
  );
  assert.equal(filterRows(rows, "destination", "nothing").length, 0);
});

test("sort by any column, both ways", () => {
  const rows = filterRows(rowsOf(graph), "all", "");
  const names = (
    column: Parameters<typeof sortRows>[1],
    way: "ascending" | "descending",
  ) => sortRows(rows, column, way).map((row) => row.name);
  assert.deepEqual(names("name", "ascending"), [
    "ads.example",
    "news.example",
    "TV",
  ]);
  assert.deepEqual(names("rate", "descending"), [
    "news.example",
    "ads.example",
    "TV",
  ]);
  assert.deepEqual(names("state", "ascending"), [
    "ads.example",
    "news.example",
    "TV",
  ]);
});

test("no state is told by colour alone: each has its own shape, icon or words", () => {
  const states = (["recent", "older", "dns"] as const).map((state) =>
    nodeLook({ ...news, state }),
  );
  const looks = [nodeLook(tv), nodeLook(ads), ...states];
  const unlike = new Set(looks.map((look) => `${look.shape} ${look.icon}`));
  const worded = new Set(looks.map((look) => look.word));
  assert.equal(unlike.size, looks.length);
  assert.equal(worded.size, looks.length);
});

test("the note under a name says what is known now", () => {
  const now = Date.parse("2026-11-22T18:05:00.000Z");
  assert.equal(nodeNote(tv, now), "LG");
  assert.equal(nodeNote({ ...tv, online: false }, now), "not seen lately");
  assert.equal(nodeNote(news, now), "2 kB/s");
  assert.equal(nodeNote({ ...news, state: "older" }, now), "4m ago");
  assert.equal(nodeNote({ ...news, allowed: true }, now), "2 kB/s · allowed");
  assert.equal(nodeNote(ads, now), "blocked");
});
