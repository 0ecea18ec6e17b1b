// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, type Shown } from "../src/shell/toasts.ts";

const said = (id: number): Shown => ({ id, tone: "done", text: `${id}` });
const asked = (id: number): Shown => ({
  ...said(id),
  tone: "question",
  choice: { yes: "Yes", no: "No", act: () => undefined },
});
const left = (all: Shown[], most: number) => fitting(all, most).map(({ id }) => id);

test("the oldest message makes room, a question waits for its answer", () => {
  assert.deepEqual(left([said(1), said(2)], 2), [1, 2]);
  assert.deepEqual(left([said(1), said(2), said(3)], 2), [2, 3]);
  assert.deepEqual(left([asked(1), said(2), said(3)], 2), [1, 3]);
  assert.deepEqual(left([asked(1), asked(2), said(3)], 2), [1, 2, 3]);
  assert.deepEqual(left([said(1), said(2), said(3), asked(4)], 3), [2, 3, 4]);
  assert.deepEqual(left([said(1), said(2), said(3), asked(4)], 2), [3, 4]);
});
