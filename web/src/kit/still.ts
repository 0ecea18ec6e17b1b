// SPDX-License-Identifier: BSD-3-Clause
// Rows keep their order under a hand and under the keyboard: a row that goes up while somebody reaches for its button
// gives the press to another. What is new comes last until the hand leaves.

import type { RefObject } from "preact";
import { useRef } from "preact/hooks";

// `by`: what they are sorted by; another choice sorts at once.
export function useStill<T, E extends Element>(
  rows: readonly T[],
  id: (row: T) => string,
  by = "",
): { list: RefObject<E | null>; still: readonly T[] } {
  const list = useRef<E>(null);
  const last = useRef({ by, at: new Map<string, number>() });
  const { at } = last.current;
  const place = (row: T) => at.get(id(row)) ?? at.size;
  const still =
    last.current.by === by && list.current?.matches(":hover, :focus-within")
      ? [...rows].sort((a, b) => place(a) - place(b))
      : rows;
  last.current = { by, at: new Map(still.map((row, i) => [id(row), i])) };
  return { list, still };
}
