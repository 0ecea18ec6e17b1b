// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Subject } from "../src/api/act.ts";
import type { Rule } from "../src/api/types.ts";
import { outlasting, ruleSubject, touches } from "../src/live/precedence.ts";
import { ruleSentence } from "../src/text/explain.ts";

function rule(
  action: Rule["action"],
  device: string | null,
  destination: string | null,
): Rule {
  return {
    id: `rule_${device}_${destination}`,
    action,
    subject: {
      kind: device === null ? "everyone" : "device",
      id: device,
      name: device ?? "everyone",
    },
    object: {
      kind: destination === null ? "everything" : "destination",
      id: destination,
      name: destination ?? "everything",
    },
    created: "2026-11-22T18:01:02.123Z",
    in_force: true,
  };
}

const rules = [
  rule("allow", "dev_tv", "dst_news"),
  rule("allow", "dev_phone", "dst_news"),
  rule("allow", null, "dst_time"),
  rule("allow", "dev_laptop", null),
  rule("block", "dev_tv", "dst_ads"),
];
const ids = (subject: Subject) =>
  outlasting(rules, subject).map((found) => found.id);

test("blocking a device leaves what it, or everyone, is allowed", () => {
  assert.deepEqual(ids({ kind: "device", device: "dev_tv" }), [
    "rule_dev_tv_dst_news",
    "rule_null_dst_time",
  ]);
});

test("blocking a destination leaves the devices that may reach it, or everything", () => {
  assert.deepEqual(ids({ kind: "destination", destination: "dst_news" }), [
    "rule_dev_tv_dst_news",
    "rule_dev_phone_dst_news",
    "rule_dev_laptop_null",
  ]);
});

test("blocking a pair leaves only rules that meet both ends", () => {
  assert.deepEqual(
    ids({ kind: "pair", device: "dev_tv", destination: "dst_time" }),
    ["rule_null_dst_time"],
  );
  assert.deepEqual(
    ids({ kind: "pair", device: "dev_tv", destination: "dst_ads" }),
    [],
  );
});

test("a rule names what it is about, and finds its way back to it", () => {
  assert.equal(ruleSentence(rules[4]!), "dev_tv may not reach dst_ads");
  assert.equal(ruleSentence(rules[2]!), "dst_time is allowed for everyone");
  const more = {
    ...rules[4]!,
    service: { name: "https" },
    sentence: "dev_tv may not reach dst_ads by https",
  };
  assert.equal(ruleSentence(more), more.sentence);
  assert.equal(ruleSentence({ ...more, service: null }), ruleSentence(rules[4]!));
  assert.deepEqual(ruleSubject(rules[4]!), {
    kind: "pair",
    device: "dev_tv",
    destination: "dst_ads",
  });
  assert.deepEqual(ruleSubject(rules[3]!), {
    kind: "device",
    device: "dev_laptop",
  });
  assert.equal(ruleSubject(rule("block", null, null)), null);
});

test("a pair is touched by its own rule and by those of both whole ends", () => {
  const pair: Subject = {
    kind: "pair",
    device: "dev_laptop",
    destination: "dst_time",
  };
  assert.deepEqual(
    rules.filter((one) => touches(one, pair)).map((one) => one.id),
    ["rule_null_dst_time", "rule_dev_laptop_null"],
  );
});
