// SPDX-License-Identifier: BSD-3-Clause
// What the picture lacks: what came too fast, what could not be read, what hides itself. Pure.

import type { Device, Health, Link, Port } from "../api/types.ts";

export type GapKind =
  | "away"
  | "port"
  | "missed"
  | "reports"
  | "list"
  | "parse"
  | "facts"
  | "history"
  | "dns"
  | "vpn"
  | "here";

export interface Gap {
  kind: GapKind;
  n: number;
  // Ports, or ids of devices.
  names: readonly string[];
}

// `lost`: events that came too fast for this browser.
export function gaps(
  health: Health | null,
  dataplane: Link | null,
  devices: Iterable<Device>,
  lost: number,
): Gap[] {
  const all = [...devices].filter((one) => one.side === "lan");
  const ports = dataplane?.ports ?? [];
  const unseen = health?.unseen;
  const of = (kind: GapKind, pick: (one: Device) => boolean) =>
    named(
      kind,
      all.filter(pick).map(({ id }) => id),
    );
  return [
    counted("away", dataplane?.connected === false ? 1 : 0),
    named("port", ports.filter(isShut).map(({ name }) => name)),
    counted("missed", ports.reduce((sum, port) => sum + port.rx_missed, 0)),
    counted("reports", unseen?.reports_lost ?? 0),
    counted("list", unseen?.not_listed ?? 0),
    counted("parse", unseen?.not_parsed ?? 0),
    counted(
      "facts",
      (unseen?.names_not_believed ?? 0) + (unseen?.facts_not_kept ?? 0),
    ),
    counted("history", health?.history?.connections_lost ?? 0),
    of("dns", (one) => one.encrypted_dns),
    of("vpn", (one) => one.vpn),
    counted("here", lost),
  ].filter(({ n }) => n > 0);
}

const isShut = (port: Port) => !port.open || !port.link;

const counted = (kind: GapKind, n: number): Gap => ({ kind, n, names: [] });

function named(kind: GapKind, names: readonly string[]): Gap {
  return { kind, n: names.length, names };
}
