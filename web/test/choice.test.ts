// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Graph, GraphEdge, GraphNode } from "../src/api/types.ts";
import { subjectsOf } from "../src/graph/near.ts";
import {
  filterGraph,
  graphPath,
  readChoice,
  sameCast,
  writeChoice,
} from "../src/live/choice.ts";

const usual = readChoice({});

test("what is chosen stands in the address, and comes back from it", () => {
  const chosen = {
    ...usual,
    window: 3600,
    group: "organisation" as const,
    ignored: true,
    device: "dev_a",
    kind: "camera",
    verdict: "blocked" as const,
    query: "ads",
    at: Date.parse("2026-11-26T12:00:00Z"),
  };
  const more = writeChoice(chosen);
  assert.equal(more["at"], "2026-11-26T12:00:00Z");
  assert.deepEqual(readChoice(more), chosen);
  assert.deepEqual(new Set(Object.values(writeChoice(usual))), new Set([""]));
});

test("an address that means nothing is the usual picture", () => {
  const nonsense = {
    window: "7",
    group: "colour",
    verdict: "guilty",
    at: "soon",
    ignored: "maybe",
  };
  assert.deepEqual(readChoice(nonsense), usual);
});

test("now is asked for by its window, what was by its ends", () => {
  assert.equal(graphPath(usual), "graph?window=600&group=domain");
  const at = Date.parse("2026-11-26T12:00:00Z");
  const path = graphPath({ ...usual, window: 60, at });
  assert.match(path, /from=2026-11-26T11%3A59%3A00.000Z&to=2026-11-26T12/);
});

const node = (id: string, kind: GraphNode["kind"]) => ({ id, kind }) as GraphNode;
const edge = (device: string, destination: string, more: Partial<GraphEdge>) =>
  ({ id: `${device}~${destination}`, device, destination, ...more }) as GraphEdge;

const graph = {
  nodes: [
    node("dev_a", "device"),
    node("dev_b", "device"),
    node("dst_x", "destination"),
    node("dst_y", "destination"),
  ],
  edges: [
    edge("dev_a", "dst_x", { state: "recent" }),
    edge("dev_a", "dst_y", { state: "blocked" }),
    edge("dev_b", "dst_y", { state: "older", allowed: true, blocked: true }),
  ],
} as Graph;

test("filters leave what they let through, with its other end", () => {
  const ids = (change: object) =>
    filterGraph(graph, { ...usual, ...change }, (id) =>
      id === "dev_a" ? "camera" : "phone",
    ).nodes.map((one) => one.id);
  assert.deepEqual(ids({ device: "dev_b" }), ["dev_b", "dst_y"]);
  assert.deepEqual(ids({ kind: "camera" }), ["dev_a", "dst_x", "dst_y"]);
  assert.deepEqual(ids({ verdict: "blocked" }), ["dev_a", "dst_y"]);
  assert.deepEqual(ids({ verdict: "allowed" }), ["dev_b", "dst_y"]);
  assert.deepEqual(ids({ verdict: "passed", device: "dev_b" }), []);
  assert.equal(filterGraph(graph, usual, () => ""), graph, "nothing filtered");
});

test("a frozen picture keeps its things, as they are now", () => {
  const next = {
    ...graph,
    generation: 9,
    nodes: [{ ...graph.nodes[0]!, blocked: true }, node("dst_z", "destination")],
    edges: [],
  };
  const held = sameCast(graph, next);
  assert.deepEqual(
    held.nodes.map((one) => one.id),
    graph.nodes.map((one) => one.id),
  );
  assert.equal(held.nodes[0]?.blocked, true);
  assert.equal(held.edges.length, 3);
});

test("an organisation stands for its destinations, also at the end of a line", () => {
  const nodes = [{ ...node("org_g", "organisation"), members: ["dst_x", "dst_y"] }];
  assert.deepEqual(subjectsOf("org_g", nodes), [
    { kind: "destination", destination: "dst_x" },
    { kind: "destination", destination: "dst_y" },
  ]);
  assert.deepEqual(subjectsOf("dev_a~org_g", nodes), [
    { kind: "pair", device: "dev_a", destination: "dst_x" },
    { kind: "pair", device: "dev_a", destination: "dst_y" },
  ]);
  assert.deepEqual(subjectsOf("more", nodes), []);
});
