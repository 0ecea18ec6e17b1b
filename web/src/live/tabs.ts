// SPDX-License-Identifier: BSD-3-Clause
// One stream for all tabs of a browser: one tab holds it and passes on what it hears.
//
// A browser opens six connections to a host; eight tabs with a stream each would leave none for anything else. Web
// Locks and service workers need HTTPS, a BroadcastChannel does not. The newest claim leads: each has a number greater
// than all before it. What is passed on is counted, so a tab that missed something knows it and is told everything.
//
// Shape: `at` is the id of the newest event that this tab has; who leads next goes on from there, and what others have
// already is dropped by its id, so nothing is lost and nothing comes twice.

import type { EventName } from "./reduce.ts";
import type { LinkState } from "./stream.ts";

export interface Lead {
  term: number;
  tab: string;
}

export type Message =
  | { is: "hello" | "ask" | "hurry"; from: string }
  | { is: "lead"; lead: Lead; n: number; at: string }
  | { is: "here" | "bye"; lead: Lead }
  | { is: "state"; lead: Lead; state: LinkState; retryAt: number | null }
  | {
      is: "event";
      lead: Lead;
      n: number;
      name: EventName;
      data: string;
      id: string;
    }
  | {
      is: "all";
      lead: Lead;
      to: string;
      n: number;
      at: string;
      known: unknown;
      state: LinkState;
      retryAt: number | null;
    };

export interface TabHooks {
  event(name: EventName, data: unknown): void;
  state(state: LinkState, retryAt: number | null): void;
  // All that this tab knows, for one that comes later; and the same as it arrives there.
  known(): unknown;
  take(known: unknown): void;
  // The stream itself: begun after this id, ended, made anew.
  open(at: string): void;
  close(): void;
  reopen(): void;
  post(message: Message): void;
  hidden(): boolean;
}

// A leader answers at once, also in a hidden tab whose timers are slowed down: these add up to less than a second.
const JOIN_MS = 150;
const QUIET_MS = 250;
const ANSWER_MS = 300;
export const TICK_MS = 200;
const HELLO_AGAIN_MS = 1000;
// So that seldom two claim at once; if they do, the one with the greater name leads.
const APART_MS = 60;

export class Tabs {
  private lead: Lead | null = null;
  private n = 0;
  private at = "";
  private whole = false;
  private heard = 0;
  private asked: number | null = null;
  private greeted = 0;
  private away = false;
  private claiming: ReturnType<typeof setTimeout> | undefined;
  private last: { state: LinkState; retryAt: number | null } = {
    state: "connecting",
    retryAt: null,
  };

  constructor(
    readonly me: string,
    private readonly hooks: TabHooks,
    private readonly clock: () => number = Date.now,
  ) {}

  get leads(): boolean {
    return this.lead?.tab === this.me;
  }

  join(): void {
    this.away = false;
    this.greet();
    if (!this.leads) this.claimIn(JOIN_MS);
  }

  // The tab is closed or put to sleep: another one goes on.
  leave(): void {
    this.away = true;
    clearTimeout(this.claiming);
    if (this.leads && this.lead !== null) {
      this.hooks.close();
      this.hooks.post({ is: "bye", lead: this.lead });
    }
    // Not forgotten: the next claim must be newer.
    if (this.lead !== null) this.lead = { term: this.lead.term, tab: "" };
    this.whole = false;
  }

  hurry(): void {
    if (this.leads) this.hooks.reopen();
    else this.hooks.post({ is: "hurry", from: this.me });
  }

  // A tab that nobody sees may wait; one that is seen asks a silent leader whether it is still there.
  tick(): void {
    if (this.away || this.leads || this.hooks.hidden()) return;
    const now = this.clock();
    if (this.asked !== null && now - this.asked > ANSWER_MS)
      this.claimIn(Math.random() * APART_MS);
    else if (this.asked === null && Math.abs(now - this.heard) > QUIET_MS) {
      this.asked = now;
      this.hooks.post({ is: "ask", from: this.me });
    } else if (!this.whole && now - this.greeted > HELLO_AGAIN_MS) this.greet();
  }

  // From the stream, in the tab that holds it.
  streamed(name: EventName, data: string, id: string): void {
    if (!this.leads || this.lead === null) return;
    const n = ++this.n;
    this.hooks.post({ is: "event", lead: this.lead, n, name, data, id });
    this.tell(name, data, id);
  }

  streamState(state: LinkState, retryAt: number | null): void {
    if (!this.leads || this.lead === null) return;
    if (state !== this.last.state || retryAt !== this.last.retryAt)
      this.hooks.post({ is: "state", lead: this.lead, state, retryAt });
    this.setState(state, retryAt);
  }

  receive(message: Message): void {
    if (this.away) return;
    switch (message.is) {
      case "hello":
        return this.answer(message.from);
      case "ask":
        if (this.leads && this.lead !== null)
          this.hooks.post({ is: "here", lead: this.lead });
        return;
      case "hurry":
        if (this.leads) this.hooks.reopen();
        return;
    }
    const order = compare(message.lead, this.lead);
    if (order < 0) {
      // One that slept through a change of the leader hears of it.
      if (this.leads && this.lead !== null)
        this.proclaim(this.lead);
      return;
    }
    if (order > 0) this.follow(message.lead);
    this.heard = this.clock();
    this.asked = null;
    switch (message.is) {
      case "lead":
        if (order === 0) return;
        this.n = message.n;
        this.whole = reaches(this.at, message.at);
        if (!this.whole) this.greet();
        return;
      case "bye":
        this.lead = { term: message.lead.term, tab: "" };
        return this.claimIn(
          Math.random() * APART_MS + (this.hooks.hidden() ? 150 : 0),
        );
      case "state":
        return this.setState(message.state, message.retryAt);
      case "event":
        return this.passed(message);
      case "all":
        if (message.to !== this.me) return;
        this.n = message.n;
        this.at = message.at;
        this.whole = true;
        this.hooks.take(message.known);
        return this.setState(message.state, message.retryAt);
    }
  }

  private passed(message: Message & { is: "event" }): void {
    if (!this.whole) return;
    if (message.n !== this.n + 1) {
      this.whole = false;
      return this.greet();
    }
    this.n = message.n;
    if (!isOld(this.at, message.id, message.name))
      this.tell(message.name, message.data, message.id);
  }

  private tell(name: EventName, data: string, id: string): void {
    if (id !== "") this.at = id;
    this.hooks.event(name, JSON.parse(data));
  }

  private setState(state: LinkState, retryAt: number | null): void {
    this.last = { state, retryAt };
    this.hooks.state(state, retryAt);
  }

  private answer(to: string): void {
    if (!this.leads || this.lead === null) return;
    const { lead, n, at } = this;
    const known = this.hooks.known();
    this.hooks.post({ is: "all", lead, to, n, at, known, ...this.last });
  }

  private greet(): void {
    this.greeted = this.clock();
    this.hooks.post({ is: "hello", from: this.me });
  }

  private follow(lead: Lead): void {
    if (this.leads) this.hooks.close();
    clearTimeout(this.claiming);
    this.claiming = undefined;
    this.lead = lead;
    this.whole = false;
  }

  private claimIn(ms: number): void {
    clearTimeout(this.claiming);
    this.claiming = setTimeout(() => this.claim(), ms);
  }

  private claim(): void {
    if (this.away) return;
    clearTimeout(this.claiming);
    this.asked = null;
    this.lead = { term: (this.lead?.term ?? 0) + 1, tab: this.me };
    this.n = 0;
    this.whole = true;
    this.proclaim(this.lead);
    this.hooks.open(this.at);
  }

  private proclaim(lead: Lead): void {
    this.hooks.post({ is: "lead", lead, n: this.n, at: this.at });
  }
}

function compare(a: Lead, b: Lead | null): number {
  if (b === null || a.term !== b.term) return a.term - (b?.term ?? 0);
  return a.tab < b.tab ? -1 : a.tab > b.tab ? 1 : 0;
}

function parse(id: string): { epoch: string; seq: number } {
  const dash = id.lastIndexOf("-");
  return { epoch: id.slice(0, dash), seq: Number(id.slice(dash + 1)) };
}

// Whether one that has all up to `mine` misses nothing when it is told what comes after `theirs`.
function reaches(mine: string, theirs: string): boolean {
  if (mine === theirs || theirs === "") return true;
  const [a, b] = [parse(mine), parse(theirs)];
  return a.epoch === b.epoch && a.seq >= b.seq && b.seq > 0;
}

// Parts of a snapshot have no number of their own and are never old.
function isOld(mine: string, id: string, name: EventName): boolean {
  if (name === "snapshot" || name === "snapshot_end" || name === "gap")
    return false;
  const [a, b] = [parse(mine), parse(id)];
  return a.epoch === b.epoch && b.seq <= a.seq;
}
