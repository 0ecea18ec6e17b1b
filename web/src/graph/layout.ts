// SPDX-License-Identifier: BSD-3-Clause
// Where every node of the graph stands: devices left, destinations right, and still.
//
// Shape: a Layout is solved off-screen to its end, so what is seen never trembles. A node starts at a place that
// follows from the hashes of the ids, is pinned once settled, and moves again only when a person drags it or the whole
// is arranged anew. New nodes enter beside their neighbours and find room between pinned ones with a small reheat.
// Units: CSS pixels at zoom 1; the origin is the middle of the picture.
// Source: weaveworks/scope#340 and tgdwyer/WebCola#239: layouts that jump are the classic complaint.

import { forceSimulation, forceX, forceY, type Simulation } from "d3-force";
import type { GraphEdge, GraphNode, Id } from "../api/types.ts";
import { apart, partRows, towards, type Link } from "./forces.ts";
import { measure, type Frame, type Metrics } from "./metrics.ts";
import { order } from "./order.ts";

export interface Placed {
  id: Id;
  kind: "device" | "destination";
  x: number;
  y: number;
  vx?: number;
  vy?: number;
  fx?: number | null;
  fy?: number | null;
  index?: number;
  column: number;
  held: boolean;
}

const REHEAT = 0.1;
const CROWDED = 1.3;
const AWAY_MAX = 2000;

export class Layout {
  readonly placed = new Map<Id, Placed>();
  // Where those stood that left: filtered, or not of this time. They come back to the same place.
  private readonly away = new Map<Id, Placed>();
  metrics: Metrics;
  private arrangedFor = { devices: 0, destinations: 0 };

  constructor(private frame: Frame) {
    this.metrics = measure(frame, 0, 0);
  }

  // True when something moved. `locked` keeps everything that has a place where it is.
  update(
    nodes: readonly GraphNode[],
    edges: readonly GraphEdge[],
    locked: boolean,
  ): boolean {
    const present = new Set(nodes.map((node) => node.id));
    const had = this.placed.size > 0;
    for (const [id, node] of [...this.placed])
      if (!present.has(id)) this.leave(id, node);

    const fresh = nodes.filter((node) => !this.placed.has(node.id));
    if (fresh.length === 0) return false;
    const back = fresh.filter((node) => this.comeBack(node.id));
    const others = fresh.filter((node) => !this.placed.has(node.id));
    if (others.length === 0) return true;
    const isOther = had && back.length === 0 && !this.hasDestination();
    if (!locked && (!had || isOther || this.isCrowded(nodes))) {
      this.arrange(nodes, edges);
      return true;
    }
    for (const node of others)
      this.placed.set(node.id, this.enter(node, edges));
    this.solve(edges, REHEAT);
    return true;
  }

  // From the start, as if the page had been opened now; what a person dragged stays.
  arrange(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
    const count = countKinds(nodes);
    this.metrics = measure(this.frame, count.devices, count.destinations);
    this.arrangedFor = count;
    this.away.clear();
    const rows = order(nodes, edges);
    this.seat("device", rows.devices);
    this.seat("destination", rows.destinations);
    this.solve(edges, 1);
  }

  resize(frame: Frame): void {
    this.frame = frame;
  }

  hold(id: Id, x: number, y: number): void {
    const node = this.placed.get(id);
    if (node === undefined) return;
    Object.assign(node, { x, y, fx: x, fy: y, held: true });
  }

  // A copy: what a hand does next does not change it.
  at(id: Id): Placed | undefined {
    const node = this.placed.get(id);
    return node && { ...node };
  }

  putBack(before: Placed): void {
    const node = this.placed.get(before.id);
    if (node !== undefined) Object.assign(node, before);
  }

  release(): void {
    for (const node of this.placed.values()) node.held = false;
  }

  private leave(id: Id, node: Placed): void {
    this.placed.delete(id);
    this.away.set(id, node);
    if (this.away.size <= AWAY_MAX) return;
    for (const oldest of this.away.keys()) {
      this.away.delete(oldest);
      break;
    }
  }

  private comeBack(id: Id): boolean {
    const was = this.away.get(id);
    if (was === undefined) return false;
    this.away.delete(id);
    for (const other of this.placed.values())
      if (
        other.kind === was.kind &&
        Math.abs(other.x - was.x) < 60 &&
        Math.abs(other.y - was.y) < this.metrics.row * 0.8
      )
        return false;
    this.placed.set(id, was);
    return true;
  }

  private hasDestination(): boolean {
    for (const node of this.placed.values())
      if (node.kind === "destination") return true;
    return false;
  }

  private isCrowded(nodes: readonly GraphNode[]): boolean {
    const { devices, destinations } = countKinds(nodes);
    const was = this.arrangedFor;
    return (
      devices > Math.max(was.devices * CROWDED, was.devices + 2) ||
      destinations > Math.max(was.destinations * CROWDED, was.destinations + 4)
    );
  }

  // Row by row over the columns; every other column half a row lower, so that lines to it pass between the names.
  private seat(kind: Placed["kind"], ids: readonly Id[]): void {
    const columns =
      kind === "device"
        ? this.metrics.deviceColumns
        : this.metrics.destinationColumns;
    const spacing = this.spacing(kind);
    const rows = Math.ceil(ids.length / columns);
    // On a phone the picture is higher than the screen: the devices stand where it begins.
    const top =
      kind === "device" && this.metrics.compact
        ? this.metrics.height / 2 / spacing - 0.5
        : (rows - 1) / 2;
    ids.forEach((id, i) => {
      if (this.placed.get(id)?.held) return;
      const column = i % columns;
      const y = (Math.floor(i / columns) - top + (column % 2) / 2) * spacing;
      this.placed.set(id, {
        id,
        kind,
        x: this.columnX(kind, column),
        y,
        column,
        held: false,
      });
    });
  }

  private spacing(kind: Placed["kind"]): number {
    return kind === "device"
      ? this.metrics.deviceSpacing
      : this.metrics.destinationSpacing;
  }

  private enter(node: GraphNode, edges: readonly GraphEdge[]): Placed {
    const kind = sideOf(node);
    const column = this.emptiestColumn(kind);
    const at = {
      id: node.id,
      kind,
      x: this.columnX(kind, column),
      column,
      held: false,
    };
    const neighbours = edges
      .filter((edge) => edge.device === node.id || edge.destination === node.id)
      .map((edge) =>
        this.placed.get(
          edge.device === node.id ? edge.destination : edge.device,
        ),
      )
      .filter((other) => other !== undefined);
    const mean =
      neighbours.reduce((sum, other) => sum + other.y, 0) /
      Math.max(1, neighbours.length);
    if (this.metrics.compact)
      return { ...at, y: this.lowest(kind) + this.metrics.row };
    const y =
      neighbours.length > 0
        ? mean + (hash(node.id) - 0.5) * 4
        : (hash(node.id) - 0.5) * this.metrics.height;
    return { ...at, y };
  }

  // On a phone new nodes come below, so that the beginning of the picture stays.
  private lowest(kind: Placed["kind"]): number {
    const column = [...this.placed.values()].filter(
      (node) => node.kind === kind,
    );
    return column.reduce(
      (low, node) => Math.max(low, node.y),
      -this.metrics.height / 2,
    );
  }

  private emptiestColumn(kind: Placed["kind"]): number {
    const columns =
      kind === "device"
        ? this.metrics.deviceColumns
        : this.metrics.destinationColumns;
    const used = new Array<number>(columns).fill(0);
    for (const node of this.placed.values()) {
      if (node.kind === kind && node.column < columns)
        used[node.column] = (used[node.column] ?? 0) + 1;
    }
    return used.indexOf(Math.min(...used));
  }

  private columnX(kind: Placed["kind"], column: number): number {
    const m = this.metrics;
    return kind === "device"
      ? m.deviceX - column * m.deviceColumnWidth
      : m.destinationX + column * m.destinationColumnWidth;
  }

  private solve(edges: readonly GraphEdge[], alpha: number): void {
    const nodes = [...this.placed.values()];
    const links: Link[] = [];
    for (const edge of edges) {
      const device = this.placed.get(edge.device);
      const destination = this.placed.get(edge.destination);
      if (device !== undefined && destination !== undefined)
        links.push({ device, destination });
    }
    // On a phone the order is all that counts: every node stays in its row.
    const drawn = this.metrics.compact ? 0 : 1;
    const room = (node: Placed) =>
      alpha === 1 ? this.spacing(node.kind) : this.metrics.row;
    const simulation: Simulation<Placed, undefined> = forceSimulation(nodes)
      .stop()
      .randomSource(() => 0.5)
      .alpha(alpha)
      .velocityDecay(0.5)
      .force(
        "x",
        forceX<Placed>((node) => this.columnX(node.kind, node.column)).strength(
          0.5,
        ),
      )
      .force("y", forceY<Placed>(0).strength(0.02 * drawn))
      .force("towards", towards(links, drawn))
      .force("apart", apart(room, this.metrics.row));
    const ticks = Math.ceil(
      Math.log(simulation.alphaMin() / alpha) /
        Math.log(1 - simulation.alphaDecay()),
    );
    simulation.tick(Math.max(ticks, 60));
    partRows(nodes, this.metrics.row);
    for (const node of nodes) {
      node.fx = node.x;
      node.fy = node.y;
    }
  }
}

// Devices stand left; all that they talk to, however put together, right.
export function sideOf(node: GraphNode): Placed["kind"] {
  return node.kind === "device" ? "device" : "destination";
}

function countKinds(nodes: readonly GraphNode[]): {
  devices: number;
  destinations: number;
} {
  const devices = nodes.filter((node) => node.kind === "device").length;
  return { devices, destinations: nodes.length - devices };
}

// FNV-1a, to [0, 1): the same node starts at the same place in every browser.
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  return (h >>> 0) / 0x1_0000_0000;
}
