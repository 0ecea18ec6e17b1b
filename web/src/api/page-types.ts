// SPDX-License-Identifier: BSD-3-Clause
// The shapes that the pages of one device, of one destination and of the past ask for.

import type { History, HistoryTotal, Id, Time } from "./types.ts";

export interface Fact {
  fact: string;
  value: string;
  source: string;
  confidence: number;
  first_seen: Time;
  last_seen: Time;
}

export interface HistoryItem extends HistoryTotal {
  device?: { id: Id | null; name: string | null };
  destination?: { id: Id | null; kind: string; name: string | null };
  service?: string | null;
  last_seen: Time;
  series?: { bytes_out: number[]; bytes_in: number[] };
}

// A closed connection, as far as its privacy level let it stay.
export interface HistoryFlow {
  id: Id;
  device: { id: Id | null; name: string | null };
  destination: { id: Id | null; name: string | null };
  first_seen: Time;
  last_seen: Time;
  service: string;
  direction: "in" | "out";
  address: string | null;
  name: string | null;
  port: number | null;
  community_id: string | null;
  verdict: "forward" | "drop";
  reason: string;
  packets_out: number;
  bytes_out: number;
  packets_in: number;
  bytes_in: number;
}

export type Group = "none" | "device" | "destination" | "service";

export interface Past extends History {
  group: Group;
  items: HistoryItem[];
  rest: HistoryTotal & { items: number };
}

export interface LearnedRow {
  n: number;
  last_seen: Time;
  sentence: string;
  passes: boolean | null;
  refused: boolean;
}

export interface Learned {
  state: "never" | "learning" | "ended";
  began: Time | null;
  until: Time | null;
  left_out: number;
  rows: LearnedRow[];
}

export interface Difference {
  same: number;
  only_here: string[];
  only_there: string[];
}

export interface AuditEntry {
  id: Id;
  time: Time;
  who: string;
  operation: string;
  objects: { id: Id; name: string }[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  outcome: "done" | "refused";
  reason: string | null;
  change: Id | null;
}
