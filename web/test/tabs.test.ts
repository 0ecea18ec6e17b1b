// SPDX-License-Identifier: BSD-3-Clause
// Eight tabs that come, go, sleep and die at random: one stream in the end, and nobody missed or doubled a thing.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { EventName } from "../src/live/reduce.ts";
import { Tabs, TICK_MS, type Message } from "../src/live/tabs.ts";

// Node 18 has mock timers for one test only: these are the few lines that are needed of them.
const real = { setTimeout, clearTimeout };
afterEach(() => Object.assign(globalThis, real));

// A gateway that counts, and tabs that keep what they were told.
class World {
  now = 0;
  seq = 0;
  tabs: Tab[] = [];
  private wire: (() => void)[] = [];

  private timers = new Map<number, { at: number; call: () => void }>();
  private timer = 0;

  constructor() {
    Object.assign(globalThis, {
      setTimeout: (call: () => void, ms = 0) => {
        this.timers.set(++this.timer, { at: this.now + ms, call });
        return this.timer;
      },
      clearTimeout: (timer: number) => this.timers.delete(timer),
    });
  }

  private ring(): void {
    for (const [timer, { at, call }] of [...this.timers])
      if (at <= this.now && this.timers.delete(timer)) call();
  }

  tab(): Tab {
    const tab = new Tab(this, this.tabs.length);
    this.tabs.push(tab);
    tab.tabs.join();
    return tab;
  }

  post(from: Tab, message: Message): void {
    for (const to of this.tabs)
      if (to !== from)
        this.wire.push(() => {
          if (to.alive) to.hear(structuredClone(message));
        });
  }

  publish(): void {
    this.seq++;
    for (const tab of this.tabs) if (tab.alive) tab.pull();
  }

  private deliver(): void {
    while (this.wire.length > 0) this.wire.shift()?.();
  }

  // Time goes on in steps as short as the tabs' own.
  advance(ms: number): void {
    for (let gone = 0; gone < ms; gone += 10) {
      this.now += 10;
      this.deliver();
      this.ring();
      if (this.now % TICK_MS === 0)
        for (const tab of this.tabs) if (tab.alive) tab.tabs.tick();
      if (this.now % 100 === 0) this.publish();
      this.deliver();
    }
  }

  streams(): number {
    return this.tabs.filter((tab) => tab.alive && tab.from !== null).length;
  }
}

class Tab {
  alive = true;
  from: number | null = null; // where its stream stands
  has: number[] = [];
  missed: Message[] = [];
  asleep = false;
  readonly tabs: Tabs;

  constructor(
    private readonly world: World,
    n: number,
  ) {
    this.tabs = new Tabs(
      `tab${n}`,
      {
        event: (name, data) => {
          if (name === "snapshot_end") this.has = [...(data as number[])];
          else this.has.push(data as number);
        },
        state: () => {},
        known: () => this.has,
        take: (known) => {
          this.has = [...(known as number[])];
        },
        open: (at) => this.open(at),
        close: () => {
          this.from = null;
        },
        reopen: () => {},
        post: (message) => world.post(this, message),
        hidden: () => false,
      },
      () => world.now,
    );
  }

  hear(message: Message): void {
    if (this.asleep) this.missed.push(message);
    else this.tabs.receive(message);
  }

  private open(at: string): void {
    if (at === "") this.snapshot();
    else this.from = Number(at.slice(2));
    this.pull();
  }

  private snapshot(): void {
    this.from = this.world.seq;
    const all = Array.from({ length: this.from }, (_, i) => i + 1);
    this.say("snapshot_end", all, this.from);
  }

  private say(name: EventName, data: unknown, seq: number): void {
    this.tabs.streamed(name, JSON.stringify(data), `e-${seq}`);
  }

  pull(): void {
    while (!this.asleep && this.from !== null && this.from < this.world.seq) {
      this.from++;
      this.say("device", this.from, this.from);
    }
  }
}

function agree(world: World): void {
  const all = Array.from({ length: world.seq }, (_, i) => i + 1);
  for (const tab of world.tabs)
    if (tab.alive && !tab.asleep)
      assert.deepEqual(tab.has, all, `what ${tab.tabs.me} was told`);
}

test("eight tabs have one stream, and a late one knows all", () => {
  const world = new World();
  for (let i = 0; i < 8; i++) {
    world.tab();
    world.advance(130);
  }
  world.advance(1000);
  assert.equal(world.streams(), 1);
  agree(world);
});

test("a leader that says good-bye, and one that dies, are followed within a second", () => {
  const world = new World();
  for (let i = 0; i < 4; i++) world.tab();
  world.advance(1000);
  for (const end of ["leaves", "dies"]) {
    const leader = world.tabs.find((tab) => tab.alive && tab.from !== null);
    assert.ok(leader);
    if (end === "leaves") leader.tabs.leave();
    leader.alive = false;
    world.advance(1000);
    assert.equal(world.streams(), 1, end);
    world.advance(100);
    agree(world);
  }
});

test("a leader stopped without a word steps down when it wakes", () => {
  const world = new World();
  for (let i = 0; i < 3; i++) world.tab();
  world.advance(1000);
  const old = world.tabs.find((tab) => tab.from !== null);
  assert.ok(old);
  old.asleep = true;
  old.alive = false;
  world.advance(1000);
  assert.equal(world.streams(), 1);
  old.asleep = false;
  old.alive = true;
  old.pull(); // it believes that it still leads
  world.advance(2000);
  assert.equal(world.streams(), 1);
  agree(world);
});

test("whatever happens, nothing is lost and nothing comes twice", () => {
  const seed = Number(process.env["SPIN_SEED"] ?? Date.now() % 1_000_000);
  console.log(`# SPIN_SEED=${seed}`);
  let state = seed + 1;
  const random = (n: number) => {
    state = (state * 48271) % 0x7fffffff;
    return state % n;
  };
  for (let round = 0; round < 10; round++) {
    const world = new World();
    for (let step = 0; step < 60; step++) {
      const alive = world.tabs.filter((tab) => tab.alive);
      const one = alive[random(Math.max(1, alive.length))];
      const what = random(5);
      if (one === undefined || (what === 0 && alive.length < 8)) world.tab();
      else if (what === 1) {
        one.tabs.leave();
        one.alive = false;
      } else if (what === 2) one.alive = false;
      else if (what === 3) {
        one.tabs.leave();
        one.tabs.join();
      }
      world.advance(random(60) * 10);
    }
    world.tab();
    world.advance(3000);
    assert.equal(world.streams(), 1);
    for (const tab of world.tabs)
      if (tab.alive)
        assert.equal(new Set(tab.has).size, tab.has.length, "told twice");
    agree(world);
  }
});
