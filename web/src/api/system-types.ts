// SPDX-License-Identifier: BSD-3-Clause
// The shapes of what the API says of the gateway itself: its health, its stores, its recordings. As types.ts.

import type { Health, Id, Link, Time } from "./types.ts";

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

export interface Port {
  name: string;
  side: "lan" | "wan" | "host";
  driver: string;
  link: boolean;
  open: boolean;
  rx_bytes: number;
  tx_bytes: number;
  rx_missed: number;
}

// What the whole health says besides.
export interface FullHealth extends Health {
  dataplane: Link & { ports?: Port[] };
  configuration: { ok: boolean; message: string | null };
  clock_trusted?: boolean;
  history: {
    enabled: boolean;
    ok: boolean;
    message: string | null;
    bytes: number;
    bytes_max: number;
  };
}
