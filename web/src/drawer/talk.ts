// SPDX-License-Identifier: BSD-3-Clause
// The lines that the drawer tells of: those of the picture, or, where it puts destinations together, asked by domain.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../api/http.ts";
import type { Graph, GraphEdge } from "../api/types.ts";
import { choice, graphPath } from "../live/choice.ts";
import { graph } from "../live/store.ts";

const AGAIN_MS = 5000;

const plain = signal<{ path: string; edges: readonly GraphEdge[] }>({
  path: "",
  edges: [],
});

async function ask(path: string): Promise<void> {
  try {
    const { edges } = await get<Graph>(path);
    plain.value = { path, edges };
  } catch {
    // What is known stays; it is asked again.
  }
}

export function useTalk(): readonly GraphEdge[] {
  const { group } = choice.value;
  const path = graphPath({ ...choice.value, group: "domain" });
  useEffect(() => {
    if (group === "domain") return undefined;
    void ask(path);
    const timer = setInterval(() => void ask(path), AGAIN_MS);
    return () => clearInterval(timer);
  }, [group, path]);
  if (group === "domain") return graph.value?.edges ?? [];
  return plain.value.path === path ? plain.value.edges : [];
}
