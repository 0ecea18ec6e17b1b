// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  emptyProfile,
  offsetOf,
  placeOf,
  readTop,
  writeTop,
} from "../src/screens/profile-text.ts";

const yaml = `# description: not this
description: Talks with the home.  # a remark
extends: 'it''s'
default: "block"
rules:
  - allow: local
    description: nor this
`;

test("single lines at the top are read, however they are quoted", () => {
  assert.equal(readTop(yaml, "description"), "Talks with the home.");
  assert.equal(readTop(yaml, "extends"), "it's");
  assert.equal(readTop(yaml, "default"), "block");
  assert.equal(readTop("rules: []\n", "default"), null);
  assert.equal(readTop("description:\n", "description"), "");
  for (const many of [
    "description: >\n  two\n  lines\n",
    "description: two\n  lines\n",
    "description: {a: b}\n",
    'description: "open\n',
  ])
    assert.equal(readTop(many, "description"), undefined, many);
});

test("a line is changed, taken out or put in, and the rest stays", () => {
  assert.equal(
    writeTop(yaml, "default", "allow"),
    yaml.replace('"block"', "allow"),
  );
  assert.equal(
    writeTop(yaml, "extends", null),
    yaml.replace("extends: 'it''s'\n", ""),
  );
  assert.equal(
    writeTop("# why\n\nrules: []\n", "default", "block"),
    "# why\n\ndefault: block\nrules: []\n",
  );
  assert.equal(writeTop("# why\n", "default", "block"), "# why\ndefault: block\n");
  assert.equal(writeTop("a: b\n", "extends", null), "a: b\n");
});

test("what is written is read again, whatever it is", () => {
  for (const text of ["Plain words, here.", "a: b", "# no", "yes", '"', "é 2 (x)", "a #b", " a"])
    assert.equal(
      readTop(writeTop("rules: []\n", "description", text), "description"),
      text,
    );
});

test("a new profile", () => {
  assert.equal(emptyProfile("Mine", ""), "description: Mine\ndefault: allow\n");
  assert.equal(
    emptyProfile("Mine", "guest"),
    "description: Mine\nextends: guest\n",
  );
});

test("the place of an error, and where that is in the text", () => {
  assert.deepEqual(
    placeOf("/etc/spin/profiles/a.yaml:3:5: unknown key 'blok': did you mean 'block'?."),
    { line: 3, column: 5, what: "unknown key 'blok': did you mean 'block'?." },
  );
  assert.equal(placeOf("The disk is full."), null);
  assert.equal(offsetOf("ab\ncd\n", 2, 2), 4);
  assert.equal(offsetOf("ab\ncd\n", 99, 9), 6);
});
