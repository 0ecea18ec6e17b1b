// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import { curve, distance, pointAt } from "../src/graph/curve.ts";
import { sized } from "../src/graph/sized.ts";
import { paths } from "../src/shell/icons.tsx";

const ends = { dense: false, x1: -400, y1: -100, x2: 300, y2: 80 };

test("a line leaves a device and enters a destination at their rims", () => {
  assert.equal(curve(ends), "M-383.0 -100.0C-81 -100.0 -14 80.0 288.0 80.0");
  assert.deepEqual(pointAt(ends, 0), { x: -383, y: -100 });
  assert.deepEqual(pointAt(ends, 1), { x: 288, y: 80 });
});

test("a line is felt a little beside itself, all along, and no further", () => {
  for (let t = 0; t <= 1; t += 0.05) {
    const at = pointAt(ends, t);
    assert.ok(distance(ends, at) < 0.5, `on it, at ${t}`);
    assert.ok(distance(ends, { x: at.x, y: at.y + 4 }) < 4.5, `beside, at ${t}`);
  }
  const middle = pointAt(ends, 0.5);
  const far = [
    { x: middle.x + 30, y: middle.y - 30 },
    { x: -420, y: -100 },
    { x: 0, y: 300 },
    { x: 0, y: -108 },
  ];
  for (const at of far) assert.equal(distance(ends, at), Infinity);
});

test("a level line, and one whose device was dragged beyond its destination, are felt too", () => {
  const level = { ...ends, y2: -100 };
  assert.equal(distance(level, { x: 0, y: -97 }), 3);
  const back = { ...ends, x1: 300, x2: -400 };
  for (let t = 0; t <= 1; t += 0.05)
    assert.ok(distance(back, pointAt(back, t)) < 3, `at ${t}`);
});

test("an icon of another size has the same commands around the origin", () => {
  assert.equal(
    sized("M12 3a9 9 0 1 0 0 18H4V24z", 12),
    "M0.00 -4.50a4.50 4.50 0 1 0 0.00 9.00H-4.00V6.00z",
  );
  const commands = (d: string) => d.replace(/[^a-z]/gi, "");
  for (const [name, path] of Object.entries(paths)) {
    assert.equal(commands(sized(path, 14)), commands(path), name);
    const figures = (d: string) => d.match(/-?\d*\.?\d+/g)?.length;
    assert.equal(figures(sized(path, 14)), figures(path), name);
  }
});
