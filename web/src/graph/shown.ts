// SPDX-License-Identifier: BSD-3-Clause
// The graph as it is drawn and tabled: what was answered, less what is filtered, and one node for what is folded.

import { computed, signal } from "@preact/signals";
import type { GraphNode } from "../api/types.ts";
import { choice, filterGraph } from "../live/choice.ts";
import { devices, graph } from "../live/store.ts";
import { t } from "../text/t.ts";

// Whether what is folded is listed, and how much of it a search found.
export const unfolded = signal(false);
export const foldedHits = signal(0);

export const MORE = "more";

export const shown = computed(() => {
  const whole = graph.value;
  if (whole === null) return null;
  return filterGraph(
    whole,
    choice.value,
    (id) => devices.value.get(id)?.kind.value,
  );
});

// It stands among the destinations, where most of what is folded belongs.
export function moreNode(n: number): GraphNode {
  return {
    id: MORE,
    kind: "destination",
    name: t("graph.more", { n }),
    state: "older",
    blocked: false,
    allowed: false,
    ignored: false,
    last_seen: null,
    bytes: 0,
    rate: 0,
    detail: t("graph.more.detail"),
  };
}
