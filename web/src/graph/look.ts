// SPDX-License-Identifier: BSD-3-Clause
// How a node or an edge looks: tone, shape, icon and words, so that nothing is told by colour alone. Pure.

import type { GraphEdge, GraphNode } from "../api/types.ts";
import type { IconName } from "../shell/icons.tsx";
import { ago, rate } from "../text/format.ts";
import { t } from "../text/t.ts";

export type Tone = "device" | "recent" | "older" | "blocked" | "dns";
export type Shape = "square" | "circle" | "octagon" | "diamond";

export interface Look {
  tone: Tone;
  shape: Shape;
  icon: IconName | null;
  word: string;
}

export function nodeLook(node: GraphNode): Look {
  const tone: Tone = node.blocked ? "blocked" : node.state;
  switch (tone) {
    case "blocked":
      return {
        tone,
        shape: node.kind === "device" ? "square" : "octagon",
        icon: "blocked",
        word: t("state.blocked"),
      };
    case "device":
      return {
        tone,
        shape: "square",
        icon: null,
        word: t(node.online === false ? "state.offline" : "state.online"),
      };
    case "recent":
      return { tone, shape: "circle", icon: "recent", word: t("state.recent") };
    case "older":
      return { tone, shape: "circle", icon: "older", word: t("state.older") };
    case "dns":
      return { tone, shape: "diamond", icon: "dns", word: t("state.dns") };
  }
}

// Less is said in words: a figure that flickers between 0 and 3 tells nothing.
const LEAST_RATE = 10;

// The second line under a name.
export function nodeNote(node: GraphNode, now: number): string {
  const look = nodeLook(node);
  const flags = [
    node.allowed ? t("state.allowed") : "",
    node.ignored ? t("state.ignored") : "",
  ];
  const parts = [
    look.tone === "device"
      ? deviceNote(node)
      : destinationNote(node, look, now),
    ...flags,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function deviceNote(node: GraphNode): string {
  if (node.online === false) return t("state.offline");
  if (node.rate >= LEAST_RATE) return rate(node.rate);
  return node.detail || node.vendor || "";
}

function destinationNote(node: GraphNode, look: Look, now: number): string {
  if (look.tone === "recent")
    return node.rate >= LEAST_RATE ? rate(node.rate) : look.word;
  if (node.last_seen === null) return node.detail ?? "";
  // A name looked up again is seen now, though nothing was said to it.
  if (look.tone === "older") {
    const when = ago(node.last_seen, now);
    return when === t("time.now") ? look.word : when;
  }
  return look.word;
}

export function edgeNote(edge: GraphEdge): string {
  const services =
    edge.services.slice(0, 3).join(", ") +
    (edge.services.length > 3 ? " …" : "");
  const flow = edge.rate >= LEAST_RATE ? rate(edge.rate) : "";
  return [services, flow].filter((part) => part !== "").join(" · ");
}

export function edgeTone(edge: GraphEdge): Exclude<Tone, "device"> {
  return edge.blocked ? "blocked" : edge.state;
}

// Wider with more traffic, on a logarithmic scale: 1 at rest, about 5 at 10 MB/s. In quarters, so that many are alike.
export function edgeWidth(edge: GraphEdge): number {
  const width = 1.2 + Math.log10(1 + Math.max(0, edge.rate) / 100) * 0.8;
  return Math.round(width * 4) / 4;
}

export function nodeLabel(node: GraphNode, links: number, now: number): string {
  const look = nodeLook(node);
  const note = nodeNote(node, now);
  const words = [
    t("graph.node", {
      name: node.name,
      kind: t(node.kind === "device" ? "kind.device" : "kind.destination"),
      state: look.word,
    }),
    note === look.word ? "" : note,
    t("graph.node.links", { n: links }),
  ];
  return words.filter((word) => word !== "").join(", ");
}
