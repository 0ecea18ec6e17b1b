// SPDX-License-Identifier: BSD-3-Clause
// What moves with the layout: its place alone is written, and nothing else looked at.

import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Point } from "./curve.ts";

// Without a place nothing is seen. A group of its own, for to move one with classes costs its whole style.
export function Moving({
  at,
  children,
}: {
  at: () => Point | undefined;
  children: ComponentChildren;
}) {
  const place = useComputed(() => {
    const point = at();
    return point === undefined
      ? "scale(0)"
      : `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`;
  });
  return <g transform={place}>{children}</g>;
}
