// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDraft, ruleOf, type Draft } from "../src/screens/rule-draft.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");

const cases: [string, Partial<Draft>, Record<string, unknown>][] = [
  [
    "a name for everyone",
    { what: " ads.example " },
    {
      action: "block",
      subject: { everyone: true },
      object: { domain: "ads.example" },
    },
  ],
  [
    "what is beneath a name, for a profile, at night",
    { who: "profile guest", what: "*.example", span: "night" },
    {
      action: "block",
      subject: { profile: "guest" },
      object: { suffix: "example" },
      schedule: "daily 22:00-06:00",
    },
  ],
  [
    "a range of a device by one service, for ten minutes",
    {
      action: "allow",
      who: "dev_a",
      object: "address",
      what: "192.0.2.0/24",
      service: "TCP/8883",
      minutes: "10",
    },
    {
      action: "allow",
      subject: { device: "dev_a" },
      object: { prefix: "192.0.2.0/24" },
      service: { protocol: "tcp", ports: "8883" },
      until: "2026-11-26T12:10:00.000Z",
    },
  ],
  [
    "a limit in megabits",
    { action: "limit", object: "any", down: "2.5", up: "" },
    {
      action: "limit",
      subject: { everyone: true },
      object: { any: true },
      limit: { down_bps: 2_500_000 },
    },
  ],
  [
    "a country by its letters, one named service, own hours",
    {
      object: "country",
      what: "nl",
      service: "https",
      span: "own",
      schedule: "sat 10:00-12:00",
    },
    {
      action: "block",
      subject: { everyone: true },
      object: { country: "NL" },
      service: { name: "https" },
      schedule: "sat 10:00-12:00",
    },
  ],
];

for (const [name, draft, rule] of cases) {
  test(`a draft becomes a rule: ${name}`, () => {
    assert.deepEqual(ruleOf({ ...emptyDraft, ...draft }, NOW), rule);
  });
}
