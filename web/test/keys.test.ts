// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { unfold } from "../src/text/unfold.ts";

const { fold } = await import("../fold.mjs" as string);
const { numberKeys, writeNumbers } = await import("../keys.mjs" as string);

const keys = ["a.full", "a.list", "a.made.x", "a.known.x", "a.compared", "a.never", "a.nested.x"];
const source = [
  't("a.full"); const list = { title: "a.list" };',
  "t(`a.made.${x}`); t(y ? `${t(`a.nested.${y}`)}` : z);",
  't("a.made.x"); t("a.known.x"); known("a.known", word); t("a.nested.x");',
  't("a.compared"); if (operation === "a.compared") stop();',
].join("\n");

test("a key that is always written in full goes by number, and no other", () => {
  const numbers = numberKeys(keys, [source]);
  assert.deepEqual([...numbers], [["a.full", 0], ["a.list", 1]]);
  assert.equal(writeNumbers('t("a.full", { n })', numbers), "t(0, { n })");
  assert.equal(writeNumbers('<Fact term="a.list">', numbers), "<Fact term={1}>");
  assert.equal(writeNumbers('x === "" ? t("a.full") : "\\"" + t("a.list")', numbers), 'x === "" ? t(0) : "\\"" + t(1)');
  assert.equal(writeNumbers('t("a.made.x")', numbers), 't("a.made.x")');
});

test("a book gives its sentences by the same number, however it is ordered", () => {
  const numbers = new Map([["b", 7], ["d", 8]]);
  const book = { d: "D", c: "C", b: { one: "{n} b", other: "{n} bs" }, a: "A" };
  assert.deepEqual(unfold(fold(book, numbers)), { c: "C", a: "A", 7: book.b, 8: "D" });
});
