// SPDX-License-Identifier: BSD-3-Clause
// The shapes of captures that somebody brought, as control/http/openapi/analyses.yaml has them.

import type { Id, Time } from "../api/types.ts";

export interface Analysis {
  id: Id;
  name: string;
  state: "uploading" | "waiting" | "running" | "ready" | "failed";
  bytes: number;
  received: number;
  part_bytes: number;
  created: Time;
  expires: Time;
  error: string | null;
  found: {
    frames: number;
    bytes: number;
    devices: number;
    flows: number;
    flows_left_out: number;
    first: Time | null;
    last: Time | null;
  } | null;
}
