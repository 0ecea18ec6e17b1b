// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { deScreens } from "../src/text/de-screens.ts";
import { de } from "../src/text/de.ts";
import { enScreens } from "../src/text/en-screens.ts";
import { en } from "../src/text/en.ts";
import { nlScreens } from "../src/text/nl-screens.ts";
import { nl } from "../src/text/nl.ts";
import { unfold } from "../src/text/unfold.ts";

const { fold } = await import("../fold.mjs" as string);

test("what is folded is the same when it is unfolded", () => {
  const small = {
    a: "A",
    "a.b": { one: "{n} x", other: "{n} xs" },
    "a.b.c": "",
    ["long.".repeat(9)]: "1",
    [`${"long.".repeat(9)}er`]: "2",
  };
  assert.equal(fold({ ab: "x", ac: { one: "1", other: "2" } }), "-2 Aab Bc~x~1^2");
  for (const book of [small, en, nl, de, enScreens, nlScreens, deScreens])
    assert.deepEqual(unfold(fold(book)), book);
  assert.equal(unfold(small), small);
});

test("a sentence with what parts sentences is refused", () => {
  for (const book of [{ a: "x~y" }, { a: "x^y^z" }, { "a b": "x" }])
    assert.throws(() => fold(book));
});
