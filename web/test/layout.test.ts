// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GraphEdge, GraphNode } from "../src/api/types.ts";
import { fit, toWorld, zoomAt } from "../src/graph/camera.ts";
import { Layout } from "../src/graph/layout.ts";
import { order } from "../src/graph/order.ts";

const frame = { width: 1300, height: 760 };

function home(
  devices: number,
  destinations: number,
): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (let i = 0; i < devices; i++)
    nodes.push({ id: `dev_${i}`, kind: "device" } as GraphNode);
  for (let i = 0; i < destinations; i++) {
    nodes.push({ id: `dst_${i}`, kind: "destination" } as GraphNode);
    for (let j = 0; j < 1 + (i % 3); j++) {
      const device = `dev_${(i * 7 + j * 5) % devices}`;
      edges.push({
        id: `${device}~dst_${i}`,
        device,
        destination: `dst_${i}`,
      } as GraphEdge);
    }
  }
  return { nodes, edges };
}

function snapshot(layout: Layout): Record<string, [number, number]> {
  return Object.fromEntries(
    [...layout.placed.values()].map((node) => [node.id, [node.x, node.y]]),
  );
}

function closest(layout: Layout): number {
  let least = Infinity;
  const all = [...layout.placed.values()];
  for (const a of all) {
    for (const b of all) {
      if (a.id < b.id && a.kind === b.kind && Math.abs(a.x - b.x) < 60)
        least = Math.min(least, Math.abs(a.y - b.y));
    }
  }
  return least;
}

test("the same home gets the same picture, whatever order it is told in", () => {
  const { nodes, edges } = home(9, 20);
  const one = new Layout(frame);
  const two = new Layout(frame);
  one.update(nodes, edges, false);
  two.update([...nodes].reverse(), [...edges].reverse(), false);
  const a = snapshot(one);
  const b = snapshot(two);
  for (const id of Object.keys(a)) {
    assert.ok(
      Math.abs(a[id]![0] - b[id]![0]) < 1 &&
        Math.abs(a[id]![1] - b[id]![1]) < 1,
      id,
    );
  }
});

test("devices stand left of destinations and no two names overlap, up to 250 nodes", () => {
  for (const [devices, destinations] of [
    [1, 1],
    [8, 14],
    [12, 60],
    [50, 200],
  ] as const) {
    const { nodes, edges } = home(devices, destinations);
    const layout = new Layout(frame);
    layout.update(nodes, edges, false);
    const all = [...layout.placed.values()];
    const right = Math.max(
      ...all.filter((node) => node.kind === "device").map((node) => node.x),
    );
    const left = Math.min(
      ...all
        .filter((node) => node.kind === "destination")
        .map((node) => node.x),
    );
    assert.ok(
      right + 100 < left,
      `${devices} devices, ${destinations} destinations: ${right} < ${left}`,
    );
    assert.ok(
      closest(layout) > layout.metrics.row - 2,
      `rows ${closest(layout)} apart`,
    );
  }
});

test("an update without new nodes moves nothing", () => {
  const { nodes, edges } = home(8, 14);
  const layout = new Layout(frame);
  layout.update(nodes, edges, false);
  const before = snapshot(layout);
  assert.equal(layout.update(nodes.slice(0, -1), edges, false), false);
  for (const [id, place] of Object.entries(snapshot(layout)))
    assert.deepEqual(place, before[id]);
});

test("a new node finds its own place beside pinned ones", () => {
  const { nodes, edges } = home(8, 14);
  const layout = new Layout(frame);
  layout.update(nodes, edges, false);
  const before = snapshot(layout);
  const fresh = { id: "dst_new", kind: "destination" } as GraphNode;
  const edge = {
    id: "dev_3~dst_new",
    device: "dev_3",
    destination: "dst_new",
  } as GraphEdge;
  assert.equal(layout.update([...nodes, fresh], [...edges, edge], false), true);
  const after = snapshot(layout);
  for (const id of Object.keys(before))
    assert.deepEqual(after[id], before[id], id);
  assert.ok(after["dst_new"] !== undefined);
});

test("a locked view never rearranges, however many come", () => {
  const small = home(4, 4);
  const large = home(4, 40);
  const layout = new Layout(frame);
  layout.update(small.nodes, small.edges, false);
  const before = snapshot(layout);
  layout.update(large.nodes, large.edges, true);
  const after = snapshot(layout);
  for (const id of Object.keys(before))
    assert.deepEqual(after[id], before[id], id);
});

test("what a person dragged stays, also when all is arranged anew", () => {
  const { nodes, edges } = home(8, 14);
  const layout = new Layout(frame);
  layout.update(nodes, edges, false);
  layout.hold("dev_2", -50, 320);
  layout.arrange(nodes, edges);
  const node = layout.placed.get("dev_2");
  assert.deepEqual([node?.x, node?.y], [-50, 320]);
});

test("a line of one to one connections is drawn without crossings", () => {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (let i = 0; i < 10; i++) {
    nodes.push(
      { id: `dev_${i}`, kind: "device" } as GraphNode,
      { id: `dst_${i}`, kind: "destination" } as GraphNode,
    );
    edges.push({
      id: `e${i}`,
      device: `dev_${i}`,
      destination: `dst_${i}`,
    } as GraphEdge);
  }
  const { devices, destinations } = order(nodes, edges);
  assert.deepEqual(
    devices.map((id) => id.slice(4)),
    destinations.map((id) => id.slice(4)),
  );
});

test("fitting puts the whole box into the frame, zooming keeps the point under the pointer", () => {
  const box = { left: -900, top: -400, right: 900, bottom: 400 };
  const camera = fit(box, frame, 20, 30);
  for (const [x, y] of [
    [box.left, box.top],
    [box.right, box.bottom],
  ] as const) {
    const at = { x: x * camera.k + camera.x, y: y * camera.k + camera.y };
    assert.ok(
      at.x >= 19 &&
        at.x <= frame.width - 19 &&
        at.y >= 19 &&
        at.y <= frame.height - 19,
      JSON.stringify(at),
    );
  }
  const before = toWorld(camera, 300, 200);
  const after = toWorld(zoomAt(camera, 300, 200, 1.7), 300, 200);
  assert.ok(Math.hypot(before.x - after.x, before.y - after.y) < 1e-6);
});

test("on a phone the picture is as wide as the screen and begins at its top", () => {
  const camera = fit(
    { left: -200, top: -600, right: 200, bottom: 600 },
    { width: 360, height: 500 },
    8,
    0,
    0.84,
  );
  assert.ok(camera.k > 0.8);
  assert.ok(Math.abs(-600 * camera.k + camera.y - 8) < 0.01);
});

test("what leaves and comes back stands where it stood, and nothing else moved for it", () => {
  const { nodes, edges } = home(6, 14);
  const layout = new Layout(frame);
  layout.update(nodes, edges, false);
  const before = snapshot(layout);
  const few = nodes.filter((node) => node.id !== "dst_3" && node.id !== "dev_1");
  layout.update(few, edges, false);
  assert.equal(layout.placed.has("dst_3"), false);
  layout.update(nodes, edges, false);
  assert.deepEqual(snapshot(layout), before);
});
