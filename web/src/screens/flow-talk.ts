// SPDX-License-Identifier: BSD-3-Clause
// One conversation as a person looks at it: from the device at home, whether it is held now or was kept of the past.

import type { HistoryFlow } from "../api/page-types.ts";
import type { Flow, Id, Time } from "../api/types.ts";
import { destinations, devices } from "../live/store.ts";

// What is not known, or not kept, is null.
export interface End {
  name: string;
  address: string | null;
  port: number | null;
  mac: string | null;
}

export interface Moved {
  packets: number;
  bytes: number;
}

export interface Talk {
  id: Id;
  device: Id | null;
  destination: Id | null;
  near: End;
  far: End;
  // The other one began.
  inward: boolean;
  protocol: string | null;
  // What a filter has to say before it: tags and a session around its packets.
  around: string;
  service: string;
  names: readonly string[];
  verdict: "forward" | "drop";
  reason: string;
  sent: Moved;
  received: Moved;
  first_seen: Time;
  last_seen: Time;
  ended: boolean;
  community_id: string | null;
}

const destinationName = (id: Id | null) =>
  id === null ? undefined : destinations.value.get(id)?.name;

export function talkOfFlow(flow: Flow): Talk {
  const { initiator, responder, names } = flow;
  const device = flow.device === null ? undefined : devices.value.get(flow.device);
  const own = device === undefined ? [] : [device, ...device.joined].map(({ mac }) => mac);
  const has = (mac: string | null) => mac !== null && own.includes(mac);
  const inward = has(responder.mac) && !has(initiator.mac);
  const [near, far] = inward ? [responder, initiator] : [initiator, responder];
  const moved = [
    { packets: flow.packets_to_responder, bytes: flow.bytes_to_responder },
    { packets: flow.packets_to_initiator, bytes: flow.bytes_to_initiator },
  ] as const;
  return {
    ...flow,
    inward,
    around: [
      ...flow.vlan.map((tag) => `vlan ${tag} and `),
      flow.pppoe === null ? "" : `pppoes ${flow.pppoe} and `,
    ].join(""),
    near: { ...near, name: device?.name ?? near.address },
    far: { ...far, name: names[0] ?? destinationName(flow.destination) ?? far.address },
    sent: moved[inward ? 1 : 0],
    received: moved[inward ? 0 : 1],
  };
}

function talkOfPast(flow: HistoryFlow): Talk {
  const { device, destination, name, address } = flow;
  return {
    ...flow,
    device: device.id,
    destination: destination.id,
    inward: flow.direction === "in",
    ended: true,
    near: { name: device.name ?? "–", address: null, port: flow.port, mac: null },
    far: { name: name ?? destination.name ?? address ?? "–", address, port: null, mac: null },
    protocol: null,
    around: "",
    names: name === null ? [] : [name],
    sent: { packets: flow.packets_out, bytes: flow.bytes_out },
    received: { packets: flow.packets_in, bytes: flow.bytes_in },
  };
}

// Its far end and service as tcpdump has them; "": what is known of it is not enough.
export function filterOf({ around, far, inward, near, protocol }: Talk): string {
  if (far.address === null) return "";
  const host = `${around}host ${far.address}`;
  const port = inward ? near.port : far.port;
  return protocol === null || port === null ? host : `${host} and ${protocol} port ${port}`;
}

// What Why? is asked about it: the name, and the port where that decides.
export function askOf(talk: Talk): string {
  const { far, names, inward, protocol } = talk;
  const to = names[0] ?? far.address ?? far.name;
  const query = new URLSearchParams({ device: talk.device ?? "", to });
  const port = inward ? talk.near.port : far.port;
  if (protocol !== null && ["tcp", "udp"].includes(protocol)) {
    query.set("protocol", protocol);
    if (port !== null) query.set("to", `${to.includes(":") ? `[${to}]` : to}:${port}`);
  }
  if (inward) query.set("direction", "in");
  return `explain?${query}`;
}

export function talkOf(flow: Flow | HistoryFlow): Talk {
  return "initiator" in flow ? talkOfFlow(flow) : talkOfPast(flow);
}
