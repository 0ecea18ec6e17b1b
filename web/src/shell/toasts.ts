// SPDX-License-Identifier: BSD-3-Clause
// Short messages that leave by themselves: ten seconds with a way back, stopped while a person reads or points.

import { signal } from "@preact/signals";
import { explain } from "../text/explain.ts";
import { say } from "./say.ts";

export interface Toast {
  tone: "done" | "refused" | "question";
  text: string;
  detail?: string;
  undo?: (() => void) | null;
  choice?: { yes: string; no: string; act: () => void };
}

export interface Shown extends Toast {
  id: number;
}

const STAY_MS = 10_000;
const narrow = globalThis.matchMedia?.("(max-width: 760px)");

export const toasts = signal<readonly Shown[]>([]);

let next = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export function toast(message: Toast): void {
  const shown = { ...message, id: next++ };
  const kept = toasts.peek().filter((other) => other.text !== message.text);
  toasts.value = fitting([...kept, shown], narrow?.matches ? 2 : 3);
  say(
    message.tone === "refused" ? "refused" : "done",
    `${message.text} ${message.detail ?? ""}`.trim(),
  );
  if (message.choice === undefined) wait(shown.id);
}

// The oldest go first; a question stays until it is answered, and what was said just now is said.
export function fitting(all: readonly Shown[], most: number): readonly Shown[] {
  const goes = all.slice(0, -1).find(({ choice }) => choice === undefined);
  return all.length <= most || goes === undefined
    ? all
    : fitting(all.filter((one) => one !== goes), most);
}

// What failed, in words; `before` says of what.
export function refuse(error: unknown, before = ""): void {
  const { what, hint } = explain(error);
  toast({ tone: "refused", text: `${before} ${what}`.trim(), detail: hint });
}

export function dismiss(id: number): void {
  hold(id);
  toasts.value = toasts.peek().filter((shown) => shown.id !== id);
}

export function hold(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

export function wait(id: number): void {
  hold(id);
  timers.set(
    id,
    setTimeout(() => dismiss(id), STAY_MS),
  );
}
