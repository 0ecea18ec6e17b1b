// SPDX-License-Identifier: BSD-3-Clause
// Changes on trial: they go back by themselves unless somebody keeps them. Asked of the gateway, so that a reload
// and another browser show the same countdown.

import { signal } from "@preact/signals";
import { get } from "../api/http.ts";
import type { Change, Page } from "../api/types.ts";

export const pending = signal<readonly Change[]>([]);

export async function refreshPending(): Promise<void> {
  try {
    pending.value = (await get<Page<Change>>("changes?pending=true")).items;
  } catch {
    // What is known stays; the gateway takes them back by itself.
  }
}
