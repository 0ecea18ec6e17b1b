// SPDX-License-Identifier: BSD-3-Clause
// The shapes of what the API says of the gateway itself: its health, its stores, its recordings. As types.ts.

import type { Health, Id, Link, Time } from "./types.ts";

export type { Port } from "./types.ts";

export interface Capture {
  id: Id;
  kind: "file" | "live" | "recorder";
  state: "starting" | "running" | "ending" | "ended";
  end:
    | "stopped"
    | "max_packets"
    | "max_bytes"
    | "max_seconds"
    | "disk_full"
    | "no_room"
    | "dataplane_lost"
    | "client_left"
    | "control_stopped"
    | "failed"
    | null;
  format: string;
  device_name: string | null;
  filter: string | null;
  headers_only: boolean;
  by: string;
  began: Time;
  packets: number;
  lost: number;
  file_bytes: number;
  download: string | null;
  approval: { by: string } | null;
}

export interface Privacy {
  level: number;
  levels: { level: number; keeps: string }[];
}

export interface Stored {
  file: string;
  table: string | null;
  what: string;
  count: number;
  oldest: Time | null;
  bytes: number;
  kept: string;
  seen_by: string[];
}

// What the whole health says besides.
export interface FullHealth extends Health {
  configuration: { ok: boolean; message: string | null };
  clock_trusted?: boolean;
  // Null while it is off.
  flight_recorder: {
    packets: number;
    devices: number;
    devices_max: number;
    bytes: number;
  } | null;
  history: {
    enabled: boolean;
    ok: boolean;
    message: string | null;
    bytes: number;
    bytes_max: number;
    connections_lost?: number;
  };
  support: { until: string; ended: boolean; message: string | null };
  cpu: { note: string; cores: Core[] };
}

// In percent; null before there are two readings.
export interface Core {
  core: number;
  busy_percent: number | null;
  workers: { worker: number; busy_percent: number | null }[];
}

export interface Stats {
  generation: number;
  packets: number;
  bytes: number;
  dropped: number;
  flows: number;
  events_lost: number;
  rate_out: number;
  rate_in: number;
  dataplane: Link;
}
