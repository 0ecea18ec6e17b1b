// SPDX-License-Identifier: BSD-3-Clause
// Several at once: what is picked in the graph or its table, by a press with Shift or Ctrl, by the mode for fingers, or
// by the keyboard.

import { signal } from "@preact/signals";
import type { Subject } from "../api/act.ts";
import { subjectKey } from "../shell/route.ts";

export const picked = signal<ReadonlySet<string>>(new Set());
// A press picks instead of opening.
export const picking = signal(false);

export function pick(subjects: readonly Subject[]): void {
  const keys = subjects.map(subjectKey);
  const next = new Set(picked.peek());
  const all = keys.every((key) => next.has(key));
  for (const key of keys)
    if (all) next.delete(key);
    else next.add(key);
  picked.value = next;
}

export function unpick(): void {
  picked.value = new Set();
  picking.value = false;
}
