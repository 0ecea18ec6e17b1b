// SPDX-License-Identifier: BSD-3-Clause
// The live graph as SVG: what is drawn, what lights up, and how keyboard and pointer reach it.

import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Graph, GraphEdge, GraphNode, Id } from "../api/types.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { perform } from "../shell/actions.ts";
import { deviceIcon } from "../shell/icons.tsx";
import {
  openSubject,
  parseSubject,
  route,
  subjectKey,
} from "../shell/route.ts";
import { t } from "../text/t.ts";
import { EdgeLabel, EdgeView, placeNotes, type Taken } from "./edge.tsx";
import { Gestures } from "./gestures.ts";
import { NAME_FONT, textWidth } from "./label.ts";
import { nodeLabel, nodeNote } from "./look.ts";
import { halfOf, LABEL_GAP, type Metrics } from "./metrics.ts";
import { NodeView } from "./node.tsx";
import * as stage from "./stage.ts";
import { firstSpot, walk, walkKeys, type Key } from "./walk.ts";

const hovered = signal<string | null>(null);
const cursor = signal<Id | null>(null);
let cameFrom: Id | null = null;

export function GraphView({ graph, query }: { graph: Graph; query: string }) {
  const svg = useRef<SVGSVGElement>(null);

  useEffect(() => stage.show(graph), [graph]);
  useEffect(() => {
    const surface = svg.current;
    if (surface === null) return undefined;
    const gestures = new Gestures(surface, hooks);
    const watcher = new ResizeObserver(([entry]) => {
      if (entry !== undefined)
        stage.resize({
          width: entry.contentRect.width,
          height: entry.contentRect.height,
        });
    });
    watcher.observe(surface);
    return () => {
      gestures.stop();
      watcher.disconnect();
    };
  }, []);

  return (
    <svg
      ref={svg}
      class={stage.overview.value ? "graph overview" : "graph"}
      role="group"
      aria-label={t("graph.label")}
      onKeyDown={(event) => onKey(event, graph)}
      onPointerOver={(event) => light(event)}
      onPointerLeave={() => {
        hovered.value = null;
      }}
      onFocusIn={(event) => onFocus(event.target)}
    >
      <Picture graph={graph} query={query} />
    </svg>
  );
}

function Picture({ graph, query }: { graph: Graph; query: string }) {
  const at = useComputed(() => {
    const { x, y, k } = stage.camera.value;
    return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${k.toFixed(4)})`;
  });
  const spots = stage.spots.value;
  const m = stage.metrics.value;
  const open = route.value.open === null ? null : subjectKey(route.value.open);
  const focus = hovered.value ?? open;
  const lit = litEdges(graph, focus);
  const near = nearNodes(graph, lit, focus);
  const found = query === "" ? null : matching(graph.nodes, query);
  const links = countLinks(graph.edges);
  const time = now.value;
  const tabStop = tabStopOf(graph);
  const dimNode = (id: Id) =>
    found !== null ? !found.has(id) : near !== null && !near.has(id);
  const ends = (edge: GraphEdge) => {
    const from = spots.get(edge.device);
    const to = spots.get(edge.destination);
    return from && to
      ? { x1: from.x, y1: from.y, x2: to.x, y2: to.y, dense: m.dense }
      : null;
  };
  const notes = placeNotes(
    graph.edges.flatMap((edge) => {
      const place = lit.has(edge.id) ? ends(edge) : null;
      return place === null ? [] : [{ edge, ends: place }];
    }),
    graph.nodes.flatMap((node) => {
      const spot = near?.has(node.id) ? spots.get(node.id) : undefined;
      return spot === undefined ? [] : [boxOf(node, spot, m)];
    }),
  );

  return (
    <g transform={at}>
      <g class="edges" aria-hidden="true">
        {graph.edges.map((edge) => {
          const place = ends(edge);
          if (place === null) return null;
          const dim =
            found !== null
              ? !found.has(edge.device) && !found.has(edge.destination)
              : near !== null && !lit.has(edge.id);
          return (
            <EdgeView
              key={edge.id}
              edge={edge}
              {...place}
              dim={dim}
              lit={lit.has(edge.id)}
              open={open === edge.id}
            />
          );
        })}
      </g>
      <g class="nodes">
        {graph.nodes.map((node) => {
          const spot = spots.get(node.id);
          if (spot === undefined) return null;
          return (
            <NodeView
              key={node.id}
              node={node}
              icon={iconOf(node)}
              note={nodeNote(node, time)}
              label={nodeLabel(node, links.get(node.id) ?? 0, time)}
              x={spot.x}
              y={spot.y}
              width={
                node.kind === "device" ? m.deviceLabel : m.destinationLabel
              }
              dense={m.dense}
              bare={stage.overview.value && !(near?.has(node.id) ?? false)}
              dim={dimNode(node.id)}
              open={open === node.id}
              cursor={tabStop === node.id}
            />
          );
        })}
      </g>
      <g class="edge-notes" aria-hidden="true">
        {notes.map((placed) => (
          <EdgeLabel key={placed.edge.id} {...placed} />
        ))}
      </g>
    </g>
  );
}

// What a node and its words cover.
function boxOf(node: GraphNode, spot: stage.Spot, m: Metrics): Taken {
  const device = node.kind === "device";
  const shape = halfOf(node.kind, m.dense);
  const words =
    LABEL_GAP +
    Math.min(
      textWidth(node.name, NAME_FONT),
      device ? m.deviceLabel : m.destinationLabel,
    );
  return {
    x: spot.x + (device ? -words : words) / 2,
    y: spot.y,
    half: shape + words / 2,
    high: shape,
  };
}

export function iconOf(node: GraphNode) {
  const device = devices.value.get(node.id);
  return deviceIcon(
    device?.side,
    device?.kind.value,
    node.name,
    device?.hostname,
    node.vendor,
  );
}

function litEdges(graph: Graph, focus: string | null): ReadonlySet<string> {
  if (focus === null) return new Set();
  const touched = graph.edges.filter(
    (edge) =>
      edge.id === focus || edge.device === focus || edge.destination === focus,
  );
  return new Set(touched.map((edge) => edge.id));
}

function nearNodes(
  graph: Graph,
  lit: ReadonlySet<string>,
  focus: string | null,
): ReadonlySet<string> | null {
  const drawn = lit.size > 0 || graph.nodes.some((node) => node.id === focus);
  if (focus === null || !drawn) return null;
  const near = new Set<string>(focus.split("~"));
  for (const id of lit) for (const end of id.split("~")) near.add(end);
  return near;
}

function countLinks(edges: readonly GraphEdge[]): ReadonlyMap<Id, number> {
  const links = new Map<Id, number>();
  for (const { device, destination } of edges) {
    links.set(device, (links.get(device) ?? 0) + 1);
    links.set(destination, (links.get(destination) ?? 0) + 1);
  }
  return links;
}

export function matching(
  nodes: readonly GraphNode[],
  query: string,
): ReadonlySet<Id> {
  const words = query.toLowerCase();
  const hit = (node: GraphNode) =>
    [node.name, node.detail, node.vendor].some(
      (text) => text?.toLowerCase().includes(words) ?? false,
    );
  return new Set(nodes.filter(hit).map((node) => node.id));
}

function tabStopOf(graph: Graph): Id | null {
  const at = cursor.value;
  if (at !== null && graph.nodes.some((node) => node.id === at)) return at;
  return firstSpot([...stage.spots.value.values()])?.id ?? null;
}

const hooks = {
  pan: stage.panBy,
  zoom: stage.zoomBy,
  drag: stage.dragTo,
  drop: () => {},
  tap: open,
  reset: stage.fitView,
};

function open(id: string): void {
  const subject = parseSubject(id);
  if (subject === null) return;
  if (subject.kind !== "pair") {
    cursor.value = id;
    document.getElementById(`node-${id}`)?.focus({ preventScroll: true });
  }
  openSubject(subject);
}

// When the picture moves under a resting pointer nothing lights up: only a hand that moves points at something.
let pointed = { x: -1, y: -1 };

function light({ target, clientX, clientY }: PointerEvent): void {
  if (clientX === pointed.x && clientY === pointed.y) return;
  pointed = { x: clientX, y: clientY };
  const hit =
    target instanceof Element ? target.closest<SVGElement>("[data-hit]") : null;
  const id = hit?.dataset["hit"] ?? null;
  if (hovered.peek() !== id) hovered.value = id;
}

function onFocus(target: EventTarget | null): void {
  const id =
    target instanceof Element
      ? (target.closest<SVGElement>("[data-hit]")?.dataset["hit"] ?? null)
      : null;
  if (id === null) return;
  cursor.value = id;
  stage.reveal(id);
}

const letters = { b: "block", a: "allow", i: "ignore" } as const;

function onKey(event: KeyboardEvent, graph: Graph): void {
  const at = cursor.peek() ?? tabStopOf(graph);
  if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (walkKeys.has(event.key)) {
    const next = walk(
      [...stage.spots.peek().values()],
      graph.edges,
      at,
      event.key as Key,
      cameFrom,
    );
    event.preventDefault();
    if (next === null) return;
    cameFrom = at;
    cursor.value = next;
    document.getElementById(`node-${next}`)?.focus({ preventScroll: true });
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    open(at);
  } else if (event.key === "+" || event.key === "-") {
    stage.zoomMiddle(event.key === "+" ? 1.25 : 0.8);
  } else if (event.key === "0") {
    stage.fitView();
  } else if (event.key in letters) {
    const node = graph.nodes.find((other) => other.id === at);
    const subject = parseSubject(at);
    if (node === undefined || subject === null) return;
    const action = letters[event.key as keyof typeof letters];
    const on = {
      block: node.blocked,
      allow: node.allowed,
      ignore: node.ignored,
    }[action];
    void perform(subject, on ? `un${action}` : action);
  }
}
