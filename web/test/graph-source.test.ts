// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Graph } from "../src/api/types.ts";
import { GraphSource } from "../src/live/graph-source.ts";

// A clock that moves only when told to, with the timers that hang on it.
class Time {
  now = 0;
  private due: { at: number; run: () => void; id: number }[] = [];
  private next = 1;

  install(): () => void {
    const set = mock.method(globalThis, "setTimeout", ((
      run: () => void,
      wait: number,
    ) => {
      this.due.push({ at: this.now + wait, run, id: this.next });
      return this.next++;
    }) as typeof setTimeout);
    const clear = mock.method(globalThis, "clearTimeout", ((id: number) => {
      this.due = this.due.filter((timer) => timer.id !== id);
    }) as typeof clearTimeout);
    return () => {
      set.mock.restore();
      clear.mock.restore();
    };
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const first = this.due.sort((a, b) => a.at - b.at)[0];
      if (first === undefined || first.at > end) break;
      this.due.shift();
      this.now = first.at;
      first.run();
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    this.now = end;
  }
}

async function withSource(
  body: (source: GraphSource<Graph>, asked: number[], time: Time) => Promise<void>,
): Promise<void> {
  const time = new Time();
  const asked: number[] = [];
  const restore = time.install();
  try {
    const load = async () => {
      asked.push(time.now);
      return {} as Graph;
    };
    const source = new GraphSource(
      { load, loaded: () => {}, failed: () => {}, isLive: () => true },
      () => time.now,
    );
    await body(source, asked, time);
  } finally {
    restore();
  }
}

test("many changes ask at most once a second", async () => {
  await withSource(async (source, asked, time) => {
    for (let i = 0; i < 29; i++) {
      source.soon();
      await time.advance(100);
    }
    assert.deepEqual(asked, [0, 1000, 2000]);
  });
});

test("a rule asks at once, even right after another answer", async () => {
  await withSource(async (source, asked, time) => {
    source.soon();
    await time.advance(100);
    source.soon();
    source.now();
    await time.advance(0);
    assert.deepEqual(asked, [0, 100]);
  });
});

test("without any change it still asks every ten seconds", async () => {
  await withSource(async (source, asked, time) => {
    source.now();
    await time.advance(25_000);
    assert.deepEqual(asked, [0, 10_000, 20_000]);
  });
});
