// SPDX-License-Identifier: BSD-3-Clause
// Decides when to ask for the graph: at once after a rule changed or another picture was chosen, else at most once a
// second while something changes, and every ten seconds anyway because green turns blue by time alone. One question at
// a time. A picture that is not live is asked for only at once.

export interface GraphHooks<T> {
  load(): Promise<T>;
  loaded(answer: T): void;
  failed(error: unknown): void;
  isLive(): boolean;
}

const EVERY_MS = 1000;
const IDLE_MS = 10_000;

export class GraphSource<T> {
  private busy = false;
  private again: "no" | "soon" | "now" = "no";
  private lastAsked = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Number.POSITIVE_INFINITY;

  constructor(
    private readonly hooks: GraphHooks<T>,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  soon(): void {
    if (!this.hooks.isLive()) return;
    if (this.busy) {
      if (this.again === "no") this.again = "soon";
      return;
    }
    this.plan(Math.max(0, this.lastAsked + EVERY_MS - this.clock()));
  }

  now(): void {
    if (this.busy) this.again = "now";
    else this.plan(0);
  }

  private plan(wait: number): void {
    const due = this.clock() + wait;
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => void this.ask(), wait);
  }

  private async ask(): Promise<void> {
    this.due = Number.POSITIVE_INFINITY;
    this.busy = true;
    this.lastAsked = this.clock();
    let failed = false;
    try {
      this.hooks.loaded(await this.hooks.load());
    } catch (error) {
      failed = true;
      this.hooks.failed(error);
    }
    this.busy = false;
    const again = this.again;
    this.again = "no";
    if (again === "now") this.plan(0);
    else if (again === "soon") this.soon();
    else if (failed || this.hooks.isLive()) this.plan(IDLE_MS);
  }
}
