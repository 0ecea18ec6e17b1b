// SPDX-License-Identifier: BSD-3-Clause
// An icon of another size, around the origin, as a path without a transform: each of those costs a browser as much in
// every frame as the whole node. Pure.

const GRID = 24;
const made = new Map<string, string>();

export function sized(path: string, size: number): string {
  const key = path + size;
  let d = made.get(key);
  if (d === undefined) {
    d = path.replace(
      /([a-z])([^a-z]*)/gi,
      (_, command, values) => command + scale(command, values, size / GRID),
    );
    made.set(key, d);
  }
  return d;
}

// Small letters are relative; of an arc the angle and the two flags stay.
function scale(command: string, values: string, k: number): string {
  const numbers = values.match(/-?\d*\.?\d+/g) ?? [];
  return numbers
    .map((text, i) => {
      const place = i % 7;
      if (/a/i.test(command) && place > 1 && place < 5) return text;
      const isPlace = command < "a" && !(command === "A" && place < 2);
      return ((+text - (isPlace ? GRID / 2 : 0)) * k).toFixed(2);
    })
    .join(" ");
}
