// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rule } from "../src/api/types.ts";
import { keptRule, ruleSaid } from "../src/text/said.ts";
import type { Language } from "../src/text/language.ts";
import { speak, speakOfScreens } from "../src/text/t.ts";

async function use(language: Language): Promise<void> {
  await speak(language);
  await speakOfScreens();
}

const rule = (more: object): Rule =>
  ({
    id: "rule_1",
    action: "block",
    subject: { kind: "device", id: "dev_1", name: "TV" },
    object: { kind: "domain", id: null, name: "ads.example", value: "ads.example" },
    direction: "both",
    enabled: true,
    sentence: "the gateway's own",
    created: "2026-11-26T12:00:00Z",
    in_force: true,
    ...more,
  }) as Rule;

test("a rule is said from its parts, and in English as the gateway says it", async () => {
  const evening = rule({
    service: { name: "https" },
    direction: "out",
    schedule: { days: ["mon", "fri"], from: "18:00", to: "22:00" },
  });
  assert.equal(ruleSaid(evening), "the gateway's own");
  await use("nl");
  assert.equal(
    ruleSaid(evening),
    "TV mag dit niet bereiken: ads.example, via https, als het zelf begint, ma vr 18:00–22:00",
  );
  assert.equal(
    ruleSaid(rule({ subject: { kind: "everyone", id: null, name: "Everyone" }, object: { kind: "country", name: "addresses in NL", value: "NL" } })),
    "Niemand mag dit bereiken: adressen in NL",
  );
  await use("de");
  assert.equal(
    ruleSaid(rule({ action: "limit", object: { kind: "everything", name: "Everything", value: null }, limit: { down_bps: 2_500_000 }, enabled: false })),
    "TV – höchstens ↓ 2,5 Mbit/s (alles), abgeschaltet",
  );
  assert.equal(ruleSaid(rule({ action: "new_one" })), "the gateway's own");
  await use("en");
});

test("a rule that is gone is said as the trail kept it", async () => {
  const things = [
    { id: "dev_1", name: "TV" },
    { id: "rule_1", name: "TV may not reach x.example (switched off)" },
  ];
  const kept = (subject: object, object: object, more = {}): string => {
    const found = keptRule("the trail's own", { action: "block", subject, object, direction: "both", enabled: true, ...more }, things);
    return found === null ? "" : ruleSaid(found);
  };
  await use("nl");
  assert.equal(kept({ device: "dev_1" }, { domain: "x.example" }, { enabled: false }), "TV mag dit niet bereiken: x.example, staat uit");
  assert.equal(kept({ device: "dev_1", address: "192.0.2.9" }, { local: true }), "TV (192.0.2.9) mag dit niet bereiken: het eigen netwerk van het huis");
  assert.equal(kept({ everyone: true }, { country: "NL" }), "Niemand mag dit bereiken: adressen in NL");
  assert.equal(kept({ profile: "guest" }, { any: true }), "Elk apparaat met profiel guest mag dit niet bereiken: alles");
  assert.equal(keptRule("x", { name: "TV" }, things), null);
  assert.equal(keptRule("x", null, things), null);
  await use("en");
  assert.equal(kept({ device: "dev_1" }, { domain: "x.example" }), "the trail's own");
});
