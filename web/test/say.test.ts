// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Device, Health, Link } from "../src/api/types.ts";
import { gaps } from "../src/live/coverage.ts";
import { say, spoken, unspoken } from "../src/shell/say.ts";

test("one line in five seconds: the weightiest, and how many more", () => {
  mock.timers.enable(["setTimeout"]);
  const lines: [string, number][] = [];
  const stop = spoken.subscribe((text) => {
    if (text !== "") lines.push([text, unspoken.peek()]);
  });
  say("news", "A new device");
  say("done", "Blocked");
  say("done", "Blocked");
  say("alert", "The disk is full");
  say("news", "Another device");
  mock.timers.tick(4999);
  assert.deepEqual(lines, [["A new device", 0]]);
  mock.timers.tick(1);
  assert.deepEqual(lines[1], ["The disk is full", 2]);
  say("refused", "Not done");
  mock.timers.tick(4999);
  assert.equal(lines.length, 2);
  mock.timers.tick(1);
  assert.deepEqual(lines[2], ["Not done", 0]);
  mock.timers.tick(60_000);
  say("news", "At once again");
  assert.equal(lines.length, 4);
  stop();
  mock.timers.reset();
});

const device = (id: string, more: Partial<Device>) =>
  ({ id, side: "lan", encrypted_dns: false, vpn: false, ...more }) as Device;

test("what hides or was lost is told, and nothing else", () => {
  const link: Link = { connected: true, ports: [] };
  const seen: Health = { status: "ok", dataplane: link, generation: 1 };
  assert.deepEqual(gaps(seen, link, [device("dev_a", {})], 0), []);
  const port = { name: "wan0", open: true, link: false, rx_missed: 3 };
  const found = gaps(
    {
      ...seen,
      unseen: {
        reports_lost: 7,
        not_parsed: 0,
        not_listed: 0,
        names_not_believed: 1,
        facts_not_kept: 1,
      },
    },
    { connected: true, ports: [port as never] },
    [
      device("dev_a", { vpn: true }),
      device("dev_b", { encrypted_dns: true }),
      device("dev_gateway", { side: "host", vpn: true }),
    ],
    2,
  );
  assert.deepEqual(
    found.map(({ kind, n, names }) => [kind, n, ...names]),
    [
      ["port", 1, "wan0"],
      ["missed", 3],
      ["reports", 7],
      ["facts", 2],
      ["dns", 1, "dev_b"],
      ["vpn", 1, "dev_a"],
      ["here", 2],
    ],
  );
});
