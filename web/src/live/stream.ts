// SPDX-License-Identifier: BSD-3-Clause
// The one connection: EventSource with our own back-off, resumed by the last id, and judged by its pulse.
//
// EventSource alone gives up for good on a refused answer and never notices a link that died in silence (a laptop
// that slept), so it is closed and made anew here. The gateway sends `stats` once a second: that is the pulse.

import { eventNames, type EventName } from "./reduce.ts";

export type LinkState = "connecting" | "live" | "stale" | "lost";

export interface StreamHooks {
  event(name: EventName, data: string, id: string): void;
  state(state: LinkState, retryAt: number | null): void;
}

const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15000];
const STALE_MS = 4_000;
const DEAD_MS = 15_000;

export class Stream {
  private source: EventSource | null = null;
  private lastId = "";
  private lastHeard = 0;
  private lastCheck = 0;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly url: string,
    private readonly hooks: StreamHooks,
  ) {}

  // Goes on after the event of this id, where the gateway still can.
  start(after: string): void {
    this.stop();
    this.lastId = after;
    this.failures = 0;
    this.open();
    this.watch = setInterval(() => this.checkPulse(), 1000);
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.hurry);
  }

  stop(): void {
    clearTimeout(this.retry);
    clearInterval(this.watch);
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.hurry);
    this.source?.close();
    this.source = null;
  }

  reconnect = (): void => {
    this.open();
  };

  private open(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.lastHeard = this.lastCheck = Date.now();
    const resume =
      this.lastId === ""
        ? ""
        : `?last_event_id=${encodeURIComponent(this.lastId)}`;
    const source = new EventSource(this.url + resume);
    this.source = source;
    source.onopen = () => {
      this.lastHeard = Date.now();
      this.failures = 0;
      this.hooks.state("live", null);
    };
    source.onerror = () => this.fail(source);
    for (const name of eventNames) {
      source.addEventListener(name, (event) =>
        this.receive(name, event as MessageEvent<string>),
      );
    }
  }

  private receive(name: EventName, event: MessageEvent<string>): void {
    this.lastHeard = Date.now();
    if (event.lastEventId !== "") this.lastId = event.lastEventId;
    this.hooks.state("live", null);
    this.hooks.event(name, event.data, event.lastEventId);
  }

  private fail(source: EventSource): void {
    if (this.source !== source) return;
    source.close();
    this.source = null;
    const step =
      BACKOFF_MS[Math.min(this.failures++, BACKOFF_MS.length - 1)] ?? 1000;
    const wait = step * (0.8 + Math.random() * 0.4);
    this.hooks.state("lost", Date.now() + wait);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait);
  }

  private checkPulse(): void {
    if (this.source === null) return;
    const now = Date.now();
    // The machine slept and nobody turned the page over meanwhile.
    const slept = now - this.lastCheck > STALE_MS;
    this.lastCheck = now;
    const silence = Math.abs(now - this.lastHeard);
    if (silence <= STALE_MS) return;
    if (slept && document.visibilityState === "visible") this.reconnect();
    else if (silence > DEAD_MS) this.fail(this.source);
    else this.hooks.state("stale", null);
  }

  // Back from sleep or a lost network: do not wait for the timer.
  private hurry = (): void => {
    if (document.visibilityState === "hidden") return;
    const silence = Math.abs(Date.now() - this.lastHeard);
    if (this.source === null || silence > STALE_MS) this.reconnect();
  };
}
