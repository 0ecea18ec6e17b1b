// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { snippetOf } from "../src/screens/integrations-model.ts";
import {
  asText,
  backOf,
  fromText,
  isShown,
  patchOf,
  yamlOf,
  type Setting,
  type Value,
} from "../src/screens/settings-model.ts";

function setting(key: string, more: Partial<Setting> = {}): Setting {
  return {
    key,
    description: "how much",
    type: "text",
    allowed: null,
    default: "a",
    value: "a",
    modified: false,
    source: { layer: "default", where: null, line: null },
    restart_needed: false,
    pending: false,
    secret: false,
    expert: false,
    writable: true,
    ...more,
  };
}

const both = { changed: false, expert: true };

test("settings are found by every word, and by what changed", () => {
  const one = setting("history.size");
  assert.ok(isShown(one, "", both));
  assert.ok(isShown(one, "SIZE much", both));
  assert.ok(!isShown(one, "size little", both));
  assert.ok(!isShown(one, "", { changed: true, expert: true }));
  assert.ok(isShown({ ...one, modified: true }, "", { changed: true, expert: true }));
  const expert = { ...one, expert: true };
  assert.ok(!isShown(expert, "", { changed: false, expert: false }));
  assert.ok(isShown({ ...expert, modified: true }, "", { changed: false, expert: false }));
});

test("values as text, and back", () => {
  const cases: [Partial<Setting>, Value, string][] = [
    [{ type: "number", default: 1 }, 512, "512"],
    [{ type: "list", default: [] }, ["a", "b"], "a\nb"],
    [{ type: "list", default: [], value: [{ name: "x" }] }, [{ name: "x" }], '[\n  {\n    "name": "x"\n  }\n]'],
    [{ type: "object", default: null }, { a: 1 }, '{\n  "a": 1\n}'],
    [{ type: "duration" }, "30s", "30s"],
  ];
  for (const [more, value, text] of cases) {
    const one = setting("k", { value, ...more });
    assert.equal(asText(one, value), text);
    assert.deepEqual(fromText(one, text), value);
  }
  assert.equal(fromText(setting("k", { type: "number" }), "12x"), undefined);
  assert.equal(fromText(setting("k", { type: "object" }), "{"), undefined);
  assert.equal(fromText(setting("k", { default: null }), " "), null);
  assert.equal(fromText(setting("k", { default: "a" }), ""), "");
  assert.equal(fromText(setting("k", { type: "object" }), " "), null);
});

test("a patch nests by the dot, and can be taken back", () => {
  const edits = new Map<string, Value>([
    ["log_level", "debug"],
    ["history.size", "1G"],
    ["history.keep", null],
  ]);
  assert.deepEqual(patchOf(edits), {
    log_level: "debug",
    history: { size: "1G", keep: null },
  });
  const before = [
    setting("log_level", { value: "info" }),
    setting("history.size", {
      value: "256M",
      source: { layer: "api", where: null, line: null },
    }),
    setting("history.keep"),
  ];
  assert.deepEqual(patchOf(backOf(edits, before)), {
    log_level: null,
    history: { size: "256M", keep: null },
  });
});

test("what is not the default as YAML", () => {
  const settings = [
    setting("names", { default: [], value: ["spin.example"], type: "list" }),
    setting("history.size", { default: "512M", value: "512M" }),
    setting("history.write", { default: "30s", value: "1m" }),
    setting("history.enabled", { default: true, value: false }),
    setting("notifications", { secret: true, value: null }),
    setting("lists", {
      default: [],
      value: [{ name: "ads", url: "https://lists.example/a?b" }, { name: "on" }],
      type: "list",
    }),
  ];
  assert.equal(
    yamlOf(settings, new Map<string, Value>([["history.size", "1G"], ["names", null]])),
    `history:
  size: 1G
  write: 1m
  enabled: false
lists:
  - name: ads
    url: "https://lists.example/a?b"
  - name: "on"
`,
  );
});

test("what is written on the other side of an integration", () => {
  const text = snippetOf("prometheus", "https://spin.example:8443") ?? "";
  assert.match(text, /scheme: https/);
  assert.match(text, /targets: \["spin.example:8443"\]/);
  assert.equal(snippetOf("carrier pigeon", "http://127.0.0.1"), null);
});
