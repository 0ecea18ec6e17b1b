// SPDX-License-Identifier: BSD-3-Clause
// The gateway's time in the browser: "3 min ago" must be right on a phone whose own clock is wrong.

import { signal } from "@preact/signals";

const STEP_MS = 5000;

let offset = 0;

export const now = signal(Date.now());

export function serverNow(): number {
  return Date.now() + offset;
}

export function setServerTime(time: string): void {
  const server = Date.parse(time);
  if (Number.isNaN(server)) return;
  offset = server - Date.now();
  if (Math.abs(now.peek() - server) >= STEP_MS) now.value = server;
}

export function startClock(): void {
  setInterval(() => {
    now.value = serverNow();
  }, STEP_MS);
}
