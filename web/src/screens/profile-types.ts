// SPDX-License-Identifier: BSD-3-Clause
// The shapes of profiles and of what is learned, as control/http/openapi/{profiles,learn}.yaml has them.

import type { ActionAnswer, Id, Profile, Time } from "../api/types.ts";

export interface ProfileRow extends Profile {
  extends: string | null;
  shipped: boolean;
  rule_count: number;
}

export interface ProfileRule {
  from: string | null;
  n: number | null;
  sentence: string;
  comment: string | null;
  note: string | null;
  hits: number;
  last_hit: Time | null;
}

export interface ProfileWhole extends ProfileRow {
  rules: ProfileRule[];
  yaml: string;
}

export interface ProfileSaved extends ActionAnswer {
  profile: ProfileWhole | null;
}

export interface LearnedRow {
  n: number;
  sentence: string;
  packets: number;
  last_seen: Time;
  passes: boolean | null;
  refused: boolean;
}

export interface Learned {
  device: Id;
  state: "never" | "learning" | "ended";
  began: Time | null;
  until: Time | null;
  left_out: number;
  rows: LearnedRow[];
}
