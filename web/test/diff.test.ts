// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { diffLines, hunks, type DiffLine } from "../src/kit/diff.ts";

const marks = { same: " ", gone: "-", new: "+" };
const shown = (lines: DiffLine[]) =>
  lines.map(({ kind, text }) => marks[kind] + text).join("|");

const cases: [string, string, string][] = [
  ["", "", ""],
  ["a\n", "a", " a"],
  ["a\nb\nc", "a\nb\nc", " a| b| c"],
  ["", "a\nb", "+a|+b"],
  ["a\nb", "", "-a|-b"],
  ["a\nb\nc", "a\nx\nc", " a|-b|+x| c"],
  ["a\nb\nc\nd", "b\nd", "-a| b|-c| d"],
  ["a\na", "a\na\na", " a| a|+a"],
  ["a\n\nb", "a\nb", " a|-| b"],
];

for (const [before, after, wanted] of cases)
  test(`the difference of ${JSON.stringify(before)} and ${JSON.stringify(after)}`, () => {
    assert.equal(shown(diffLines(before, after)), wanted);
  });

test("the lines of a difference make up both texts, and no more change than must", () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  let state = seed + 1;
  const next = (n: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  const text = () =>
    Array.from({ length: next(12) }, () => "abcd"[next(4)]).join("\n");
  for (let i = 0; i < 500; i++) {
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const side = (but: string) =>
      lines
        .filter(({ kind }) => kind !== but)
        .map((line) => line.text)
        .join("\n");
    assert.equal(side("new"), before);
    assert.equal(side("gone"), after);
    assert.equal(
      lines.filter(({ kind }) => kind === "same").length,
      longest(before, after),
    );
  }
});

// By trying: short texts only.
function longest(before: string, after: string): number {
  const a = before === "" ? [] : before.split("\n");
  const b = after === "" ? [] : after.split("\n");
  const seen = new Map<string, number>();
  const from = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return 0;
    const key = `${i} ${j}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const best =
      a[i] === b[j]
        ? 1 + from(i + 1, j + 1)
        : Math.max(from(i + 1, j), from(i, j + 1));
    seen.set(key, best);
    return best;
  };
  return from(0, 0);
}

test("texts that are too long to compare are said to be new whole", () => {
  const many = (letter: string) =>
    Array.from({ length: 3000 }, (_, i) => `${letter}${i}`).join("\n");
  const lines = diffLines(`head\n${many("a")}\ntail`, `head\n${many("b")}\ntail`);
  assert.equal(lines.length, 6002);
  assert.equal(lines[0]?.kind, "same");
  assert.equal(lines[1]?.kind, "gone");
  assert.equal(lines[6001]?.kind, "same");
});

test("of what is the same only the neighbours are shown", () => {
  const many = Array.from({ length: 20 }, (_, i) => `${i}`);
  const lines = diffLines(
    many.join("\n"),
    many.map((one) => (one === "5" || one === "15" ? "x" : one)).join("\n"),
  );
  assert.deepEqual(
    hunks(lines).map((hunk) => [hunk.skipped, shown(hunk.lines)]),
    [
      [3, " 3| 4|-5|+x| 6| 7"],
      [5, " 13| 14|-15|+x| 16| 17"],
    ],
  );
  assert.deepEqual(hunks(diffLines("a\nb", "a\nb")), []);
});
