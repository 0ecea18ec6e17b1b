// SPDX-License-Identifier: BSD-3-Clause
// The live state as signals: the world from the event stream and the graph from the server.

import { computed, effect, signal } from "@preact/signals";
import { base, get } from "../api/http.ts";
import type { Graph, Health, Link } from "../api/types.ts";
import { choice, frozen, graphPath, sameCast } from "./choice.ts";
import { setServerTime, startClock } from "./clock.ts";
import { GraphSource } from "./graph-source.ts";
import { refreshPending } from "./pending.ts";
import { emptyWorld, reduce, type EventName, type World } from "./reduce.ts";
import { shareStream, type Shared } from "./share.ts";
import type { LinkState } from "./stream.ts";

export const world = signal(emptyWorld);
export const link = signal<LinkState>("connecting");
export const retryAt = signal<number | null>(null);
export const graph = signal<Graph | null>(null);
export const graphError = signal<unknown>(null);

export const devices = computed(() => world.value.devices);
export const destinations = computed(() => world.value.destinations);
export const rules = computed(() => world.value.rules);
export const health = computed(() => world.value.health);

// The dataplane's own state: the newest of what health and the statistics said.
export const dataplane = computed<Link | null>(
  () => world.value.stats?.dataplane ?? world.value.health?.dataplane ?? null,
);

const path = computed(() => graphPath(choice.value));

const source = new GraphSource({
  load: async () => {
    const asked = path.peek();
    return { asked, graph: await get<Graph>(asked) };
  },
  loaded: ({ asked, graph: next }) => {
    if (asked !== path.peek()) return; // another was chosen meanwhile, and is asked for
    if (choice.peek().at === null) setServerTime(next.now);
    const held = graph.peek();
    graph.value = frozen.peek() && held !== null ? sameCast(held, next) : next;
    graphError.value = null;
  },
  failed: (error) => {
    graphError.value = error;
  },
  isLive: () => choice.peek().at === null && !frozen.peek(),
});

// Whoever is shown no picture of it all asks for none.
let household = true;
let shared: Shared | null = null;

function ask(when: "now" | "soon"): void {
  if (household) source[when]();
}

type Act = (data?: unknown) => void;
const listeners = new Map<EventName, Set<Act>>();

// Screens that hold more than the stream carries ask again when it speaks of their things. Returns the end of it.
export function heard(name: EventName, act: Act): () => void {
  const all = listeners.get(name) ?? new Set();
  listeners.set(name, all.add(act));
  return () => void all.delete(act);
}

function receive(name: EventName, data: unknown): void {
  world.value = reduce(world.peek(), name, data);
  if (name === "snapshot_end") tellAll();
  else for (const act of listeners.get(name) ?? []) act(data);
  if (document.visibilityState === "hidden") return;
  if (name === "rule") void refreshPending();
  if (name === "rule" || name === "snapshot_end") ask("now");
  else if (name === "device" || name === "destination" || name === "flow")
    ask("soon");
}

// Whatever happened before a snapshot was not told one by one.
function tellAll(): void {
  for (const acts of listeners.values()) for (const act of acts) act();
}

// All that another tab knows, in place of what this one had.
function take(known: unknown): void {
  world.value = known as World;
  tellAll();
  ask("soon");
}

// Called whenever the stream breaks off, and when it is there again.
export const lostHooks: (() => void)[] = [];
export const liveHooks: (() => void)[] = [];

function setState(state: LinkState, at: number | null): void {
  const before = link.peek();
  link.value = state;
  retryAt.value = at;
  if (state === "live" && before !== "live") {
    liveHooks.forEach((hook) => hook());
    void refreshHealth();
  }
  if (state !== "lost") return;
  world.value = { ...world.peek(), incoming: null }; // half a snapshot is none
  lostHooks.forEach((hook) => hook());
}

export async function refreshHealth(): Promise<void> {
  try {
    if (household) {
      const next = await get<Health>("health");
      world.value = { ...world.peek(), health: next };
    }
    await refreshPending();
  } catch {
    // The stream says it when control is gone; health is asked again when it is back.
  }
}

export function refreshGraph(): void {
  ask("now");
}

export function reconnect(): void {
  shared?.hurry();
}

const HEALTH_EVERY_MS = 15_000;

// `of`: whose eyes these are; tabs of others share nothing with this one.
export function startLive(of: string, all: boolean): void {
  household = all;
  startClock();
  effect(() => {
    void path.value;
    if (!frozen.value) ask("now");
  });
  // A page that nobody sees asks for no picture; seen again, it asks at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask("now");
  });
  shared = shareStream(`${base}/events`, of, {
    event: receive,
    state: setState,
    known: () => world.peek(),
    take,
  });
  ask("now");
  setInterval(() => {
    if (document.visibilityState === "visible" && link.peek() === "live")
      void refreshHealth();
  }, HEALTH_EVERY_MS);
}
