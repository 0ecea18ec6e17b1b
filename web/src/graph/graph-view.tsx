// SPDX-License-Identifier: BSD-3-Clause
// The live graph as SVG: what is drawn, what lights up, and how keyboard and pointer reach it.

import { computed, signal, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Graph, GraphEdge, GraphNode, Id } from "../api/types.ts";
import { choice } from "../live/choice.ts";
import { now } from "../live/clock.ts";
import { devices } from "../live/store.ts";
import { deviceIcon } from "../shell/icons.tsx";
import {
  openSubject,
  route,
  subjectKey,
} from "../shell/route.ts";
import { t } from "../text/t.ts";
import { edgeAt, EdgeLabel, Lines, placeNotes, type Taken } from "./edge.tsx";
import { Gestures } from "./gestures.ts";
import { toWorld } from "./camera.ts";
import { escape, isLetter, pickedTarget, press, type Target } from "./keys.ts";
import { NAME_FONT, textWidth } from "./label.ts";
import { sideOf } from "./layout.ts";
import { nodeLabel, nodeNote } from "./look.ts";
import { halfOf, LABEL_GAP, type Metrics } from "./metrics.ts";
import { countLinks, litEdges, matching, nearNodes, subjectsOf } from "./near.ts";
import { Held, Moving } from "./moving.tsx";
import { NodeView } from "./node.tsx";
import { pick, picked, picking } from "./pick.ts";
import { MORE, unfolded } from "./shown.ts";
import * as stage from "./stage.ts";
import { firstSpot, walk, walkKeys, type Key } from "./walk.ts";

const hovered = signal<string | null>(null);
const cursor = signal<Id | null>(null);
// All that a picture of a device follows from: most of what is told of devices changes none.
const looks = computed(() =>
  Array.from(devices.value.values(), ({ side, kind, hostname }) => [
    side,
    kind.value,
    hostname,
  ]).join(),
);
const isPlaced = computed(() => stage.spots.value.size > 0);
const first = computed(
  () => firstSpot([...stage.spots.value.values()])?.id ?? null,
);
let cameFrom: Id | null = null;
let drawn: Graph | null = null;

export function GraphView({
  graph: latest,
  query,
}: {
  graph: Graph;
  query: string;
}) {
  const surface = useRef<HTMLDivElement>(null);
  // Nothing comes or goes under a hand.
  const kept = useRef(latest);
  if (stage.held.value === null) kept.current = latest;
  const graph = kept.current;

  drawn = graph;
  useEffect(() => stage.show(graph), [graph]);
  useEffect(() => {
    const area = surface.current;
    if (area === null) return undefined;
    const gestures = new Gestures(area, hooks);
    const watcher = new ResizeObserver(([entry]) => {
      if (entry !== undefined)
        stage.resize({
          width: entry.contentRect.width,
          height: entry.contentRect.height,
        });
    });
    watcher.observe(area);
    return () => {
      gestures.stop();
      stage.drop();
      watcher.disconnect();
    };
  }, []);

  return (
    <div
      ref={surface}
      class={stage.overview.value ? "graph overview" : "graph"}
      role="group"
      aria-label={t("graph.label")}
      data-over={hovered.value}
      onKeyDown={(event) => onKey(event, graph)}
      onPointerLeave={() => {
        hovered.value = null;
      }}
      onFocusIn={(event) => onFocus(event.target)}
    >
      <Picture graph={graph} query={query} />
    </div>
  );
}

function Picture({ graph, query }: { graph: Graph; query: string }) {
  const at = useComputed(() => {
    const { x, y, k } = stage.camera.value;
    return `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${k.toFixed(4)})`;
  });
  const m = stage.metrics.value;
  const open = route.value.open === null ? null : subjectKey(route.value.open);
  const focus = hovered.value ?? open;
  const { lit, near, found } = useMemo(() => {
    const lit = litEdges(graph, focus);
    return {
      lit,
      near: nearNodes(graph, lit, focus),
      found: query === "" ? null : matching(graph.nodes, query),
    };
  }, [graph, focus, query]);
  // What is over was so then.
  const time = choice.value.at ?? now.value;
  // What stays while the picture glides or is dragged.
  const words = useMemo(() => {
    const links = countLinks(graph.edges);
    return graph.nodes.map((node) => ({
      icon: iconOf(node),
      note: nodeNote(node, time),
      label: nodeLabel(node, links.get(node.id) ?? 0, time),
    }));
  }, [graph, time, looks.value]);
  const chosen = picked.value;
  const isPicked = (id: string) =>
    chosen.size > 0 && pickedWhole(id, graph.nodes, chosen);
  const tabStop = tabStopOf(graph);
  const dimNode = (id: Id) =>
    found !== null ? !found.has(id) : near !== null && !near.has(id);
  const dimEdge = (edge: GraphEdge) =>
    found !== null
      ? !found.has(edge.device) && !found.has(edge.destination)
      : near !== null && !lit.has(edge.id);
  const lines = useMemo(
    () => (
      <Lines
        edges={graph.edges}
        state={(edge) =>
          (dimEdge(edge) ? " dim" : "") +
          (lit.has(edge.id) ? " lit" : "") +
          (open === edge.id || isPicked(edge.id) ? " open" : "")
        }
      />
    ),
    [graph, lit, found, open, chosen],
  );
  if (!isPlaced.value) return null;

  const held = stage.held.value;
  const view = (node: GraphNode, i: number) => (
    <NodeView
      node={node}
      {...words[i]!}
      width={node.kind === "device" ? m.deviceLabel : m.destinationLabel}
      dense={m.dense}
      bare={stage.overview.value && !(near?.has(node.id) ?? false)}
      dim={dimNode(node.id)}
      open={open === node.id}
      picked={isPicked(node.id)}
      cursor={tabStop === node.id}
    />
  );
  const lifted = graph.nodes.findIndex((node) => node.id === held);
  // What changes in a frame of a drag is painted without what does not.
  const sheet = (children: ComponentChildren) => (
    <svg class={held === null ? "" : "kept"}>
      <g transform={at}>{children}</g>
    </svg>
  );
  return (
    <>
      {sheet(
        <g class="edges" aria-hidden="true">
          {lines}
        </g>,
      )}
      {sheet(
        <g class="nodes">
          {graph.nodes.map((node, i) => (
            <Moving
              key={node.id}
              at={() =>
                stage.held.value === node.id
                  ? undefined
                  : stage.placeOf(node.id)
              }
            >
              {view(node, i)}
            </Moving>
          ))}
        </g>,
      )}
      {lifted >= 0 &&
        sheet(
          <Held at={() => stage.placeOf(held!)}>
            {view(graph.nodes[lifted]!, lifted)}
          </Held>,
        )}
      {near !== null &&
        held === null &&
        sheet(<Notes graph={graph} lit={lit} near={near} />)}
    </>
  );
}

function Notes({
  graph,
  lit,
  near,
}: {
  graph: Graph;
  lit: ReadonlySet<string>;
  near: ReadonlySet<Id>;
}) {
  const notes = placeNotes(
    graph.edges.filter((edge) => lit.has(edge.id)),
    graph.nodes.flatMap((node) => {
      const spot = near.has(node.id) && stage.placeOf(node.id);
      return spot ? [boxOf(node, spot, stage.metrics.value)] : [];
    }),
  );
  return (
    <g class="edge-notes" aria-hidden="true">
      {notes.map((placed) => (
        <EdgeLabel key={placed.edge.id} {...placed} />
      ))}
    </g>
  );
}

// What a node and its words cover.
function boxOf(node: GraphNode, spot: stage.Spot, m: Metrics): Taken {
  const device = node.kind === "device";
  const shape = halfOf(sideOf(node), m.dense);
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
  const device = devices.peek().get(node.id);
  return deviceIcon(
    device?.side,
    device?.kind.value,
    node.name,
    device?.hostname,
    node.vendor,
  );
}

function tabStopOf(graph: Graph): Id | null {
  const at = cursor.value;
  if (at !== null && graph.nodes.some((node) => node.id === at)) return at;
  return first.value;
}

const hooks = {
  pan: stage.panBy,
  zoom: stage.zoomBy,
  drag: stage.dragTo,
  drop: stage.drop,
  giveBack: stage.giveBack,
  tap,
  over: (id: string | null) => {
    hovered.value = id;
  },
  find: (x: number, y: number) =>
    edgeAt(drawn?.edges ?? [], toWorld(stage.camera.peek(), x, y)),
  reset: stage.fitView,
};

function pickedWhole(
  id: string,
  nodes: readonly GraphNode[],
  chosen: ReadonlySet<string>,
): boolean {
  const subjects = subjectsOf(id, nodes);
  return (
    subjects.length > 0 && subjects.every((one) => chosen.has(subjectKey(one)))
  );
}

// One thing opens, several are picked: an organisation is all its destinations.
function tap(id: string, more: boolean): void {
  if (id === MORE) {
    unfolded.value = true;
    return;
  }
  const subjects = subjectsOf(id, drawn?.nodes ?? []);
  const only = subjects.length === 1 ? subjects[0] : undefined;
  if (!id.includes("~")) {
    cursor.value = id;
    document.getElementById(`node-${id}`)?.focus({ preventScroll: true });
  }
  if (more || picking.peek() || only === undefined) pick(subjects);
  else openSubject(only);
}

function onFocus(target: EventTarget | null): void {
  if (!(target instanceof Element)) return;
  const id = target.closest<SVGElement>("[data-hit]")?.dataset["hit"];
  if (id === undefined) return;
  cursor.value = id;
  // Not what was pressed: nothing may move under a hand.
  if (target.matches(":focus-visible")) stage.reveal(id);
}

function onKey(event: KeyboardEvent, graph: Graph): void {
  const at = cursor.peek() ?? tabStopOf(graph);
  if (at === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  if (walkKeys.has(key)) {
    event.preventDefault();
    step(graph, at, key as Key, event.shiftKey);
  } else if (key === "Enter" || key === " ") {
    event.preventDefault();
    tap(at, picking.peek());
  } else if (key === "+" || key === "-") {
    stage.zoomMiddle(key === "+" ? 1.25 : 0.8);
  } else if (key === "0") {
    stage.fitView();
  } else if (key === "Escape") {
    if (escape()) event.preventDefault();
  } else if (isLetter(key)) {
    event.preventDefault(); // what it opens does not get the letter
    press(key, targetOf(graph, at, key));
  }
}

// With Shift what is left and what is reached are picked.
function step(graph: Graph, at: Id, key: Key, picks: boolean): void {
  const spots = [...stage.spots.peek().values()];
  const next = walk(spots, graph.edges, at, key, cameFrom);
  if (next === null) return;
  cameFrom = at;
  cursor.value = next;
  if (picks)
    for (const id of [at, next]) {
      const subjects = subjectsOf(id, graph.nodes);
      if (!subjects.every((one) => picked.peek().has(subjectKey(one))))
        pick(subjects);
    }
  document.getElementById(`node-${next}`)?.focus({ preventScroll: true });
}

function targetOf(graph: Graph, at: Id, key: string): Target {
  if (picked.peek().size > 0 && key !== "x") return pickedTarget();
  const node = graph.nodes.find((other) => other.id === at);
  const subjects = subjectsOf(at, graph.nodes);
  return {
    subjects,
    blocked: node?.blocked ?? false,
    allowed: node?.allowed ?? false,
    ignored: node?.ignored ?? false,
  };
}
