// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { topicOf, topics } from "../src/kit/help-link.tsx";
import { screens } from "../src/shell/route.ts";
import { languages } from "../src/text/language.ts";

const folder = join(process.cwd(), "help");
const read = (language: string, topic: string) =>
  readFileSync(join(folder, language, `${topic}.md`), "utf8");

// Its shape: what begins each line.
const shape = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => /^(#+ |- |\d+\. |)/.exec(line)?.[1] ?? "")
    .join("|");

for (const language of Object.keys(languages)) {
  test(`${language}: every topic has its text, shaped as in English, and there is no other`, () => {
    const files = readdirSync(join(folder, language)).filter((name) => name.endsWith(".md"));
    assert.deepEqual(files.sort(), topics.map((topic) => `${topic}.md`).sort());
    for (const topic of topics) {
      const text = read(language, topic);
      assert.match(text, /^# .+\n\n/, topic);
      assert.equal(shape(text), shape(read("en", topic)), topic);
      const commands = (of: string) => of.match(/`spinctl [a-z -]+/g);
      assert.deepEqual(commands(text), commands(read("en", topic)), topic);
    }
  });
}

test("every screen has help about it", () => {
  const without = screens.filter(
    (screen) =>
      !["help", "more"].includes(screen) && topicOf(screen) === "start",
  );
  assert.deepEqual(without, []);
});
