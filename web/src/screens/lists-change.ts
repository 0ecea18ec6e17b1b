// SPDX-License-Identifier: BSD-3-Clause
// The key `lists` of the configuration, changed as a whole; refused when somebody changed it meanwhile.

import { request, type Answer } from "../api/http.ts";
import type { Time } from "../api/types.ts";

export interface List {
  name: string;
  action: "block" | "allow" | "none";
  file: string | null;
  url: string | null;
  in_force: boolean;
  refreshing: boolean;
  entries: number;
  lines_wrong: number;
  first_wrong: string | null;
  bytes: number;
  hits: number;
  last_hit: Time | null;
  changed: Time | null;
  fetched: Time | null;
  error: string | null;
  error_time: Time | null;
}

// As spin.yaml has it.
export interface ListEntry {
  name: string;
  action?: string;
  url?: string;
  file?: string;
  every?: string;
}

export async function changeLists(
  change: (lists: readonly ListEntry[]) => readonly ListEntry[],
): Promise<Answer<unknown>> {
  const { body, etag } = await request<{ lists?: ListEntry[] }>("GET", "config");
  const lists = change(body.lists ?? []);
  return request("PATCH", "config", { lists }, etag);
}
