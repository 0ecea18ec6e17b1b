// SPDX-License-Identifier: BSD-3-Clause
// What moves with the layout: its place alone is written, and nothing else looked at.

import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Point } from "./curve.ts";

interface Props {
  at: () => Point | undefined;
  children: ComponentChildren;
}

// Without a place nothing is seen. A group of its own, for to move one with classes costs its whole style.
export function Moving({ at, children }: Props) {
  const place = useComputed(() => {
    const point = at();
    return point === undefined
      ? "scale(0)"
      : `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`;
  });
  return <g transform={place}>{children}</g>;
}

// The one in a hand, as the marker of a path: for a transform that changes chromium arranges all layers of the page anew,
// 3 ms of a frame. It does the same when what is painted reaches elsewhere, so the path always reaches as far.
export function Held({ at, children }: Props) {
  const path = useComputed(() => {
    const point = at();
    return point && `M${point.x} ${point.y}h0M-4e3 -4e3h0M4e3 4e3h0`;
  });
  return (
    <>
      <marker id="held" markerUnits="userSpaceOnUse" overflow="visible">
        {children}
      </marker>
      <path class="held" d={path} marker-start="url(#held)" />
    </>
  );
}
