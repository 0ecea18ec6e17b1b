// SPDX-License-Identifier: BSD-3-Clause
// What is read out to those who do not see the page: at most one line in five seconds, the weightiest first, and how
// many more there were. Everything that speaks by itself speaks here.

import { signal } from "@preact/signals";

const APART_MS = 5000;
const WAITING_MAX = 20;

export type Weight = "alert" | "refused" | "done" | "news";
const order: Weight[] = ["alert", "refused", "done", "news"];

export const spoken = signal("");
export const unspoken = signal(0);

let waiting: { weight: Weight; text: string }[] = [];
let resting = false;

export function say(weight: Weight, text: string): void {
  if (text === "" || waiting.some((one) => one.text === text)) return;
  waiting.push({ weight, text });
  waiting.sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
  waiting.splice(WAITING_MAX);
  if (!resting) next();
}

// One line for all that came meanwhile.
function next(): void {
  const first = waiting.shift();
  resting = first !== undefined;
  if (first === undefined) return;
  unspoken.value = waiting.length;
  spoken.value = first.text;
  waiting = [];
  setTimeout(next, APART_MS);
}
