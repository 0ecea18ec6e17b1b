// SPDX-License-Identifier: BSD-3-Clause
// The tabs of one person in one browser, bound together: the channel between them, the page's own life, the stream.

import type { EventName } from "./reduce.ts";
import { Stream, type LinkState } from "./stream.ts";
import { Tabs, TICK_MS, type Message } from "./tabs.ts";

export interface Shared {
  hurry(): void;
}

export interface SharedHooks {
  event(name: EventName, data: unknown): void;
  state(state: LinkState, retryAt: number | null): void;
  known(): unknown;
  take(known: unknown): void;
}

export function shareStream(
  url: string,
  of: string,
  hooks: SharedHooks,
): Shared {
  const channel = new BroadcastChannel(`spin.live ${of}`);
  const me = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const tabs: Tabs = new Tabs(me, {
    ...hooks,
    open: (at) => stream.start(at),
    close: () => stream.stop(),
    reopen: () => stream.reconnect(),
    post: (message) => channel.postMessage(message),
    hidden: () => document.visibilityState === "hidden",
  });
  const stream = new Stream(url, {
    event: (name, data, id) => tabs.streamed(name, data, id),
    state: (state, retryAt) => tabs.streamState(state, retryAt),
  });
  channel.onmessage = (event: MessageEvent<Message>) =>
    tabs.receive(event.data);
  // A page may leave by being closed, by being kept for the way back, and by being frozen to save power.
  addEventListener("pagehide", () => tabs.leave());
  document.addEventListener("freeze", () => tabs.leave());
  document.addEventListener("resume", () => tabs.join());
  addEventListener("pageshow", (event) => {
    if (event.persisted) tabs.join();
  });
  document.addEventListener("visibilitychange", () => tabs.tick());
  setInterval(() => tabs.tick(), TICK_MS);
  tabs.join();
  return tabs;
}
