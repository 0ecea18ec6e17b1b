// SPDX-License-Identifier: BSD-3-Clause
// The shapes that /api/v1 answers with; control/http/openapi/ describes the same.
//
// Units: times are RFC 3339 text, rates are bytes per second.

import type { Fact } from "./page-types.ts";

export type Id = string;
export type Time = string;

export interface DeviceAddress {
  address: string;
  source: string;
  confidence: number;
  last_seen: Time | null;
}

export interface DeviceKind {
  value: string;
  confidence: number;
  source: "user" | "system" | "rules" | null;
  learned: string | null;
  evidence: string[];
}

export interface JoinedStation {
  id: Id;
  mac: string;
  randomized_mac: boolean;
  hostname: string | null;
  vendor: string | null;
  first_seen: Time;
  last_seen: Time;
  online: boolean;
}

export interface Suggestion {
  with: Id;
  mac: string;
  name: string;
  confidence: number;
  evidence: string[];
}

export interface Behind {
  what: "router" | "repeater";
  devices: number;
  addresses: { address: string; name: string | null }[];
  evidence: string[];
}

export interface Device {
  id: Id;
  mac: string;
  name: string;
  name_source: string;
  hostname: string | null;
  hostname_source: string | null;
  kind: DeviceKind;
  vendor: string | null;
  randomized_mac: boolean;
  joined: JoinedStation[];
  behind: Behind | null;
  encrypted_dns: boolean;
  vpn: boolean;
  side: "lan" | "host";
  addresses: DeviceAddress[];
  profile: string;
  privacy: number | null;
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
  paused_until: Time | null;
  first_seen: Time;
  last_seen: Time;
  online: boolean;
  // In answers about this one device.
  facts?: Fact[];
  packets_out: number;
  bytes_out: number;
  packets_in: number;
  bytes_in: number;
  dropped: number;
  rate_out: number;
  rate_in: number;
}

export interface Destination {
  id: Id;
  name: string;
  kind: "domain" | "address";
  domain: string | null;
  user_name: string | null;
  names: string[];
  addresses: string[];
  organisation: string | null;
  country: string | null;
  network: { number: number | null; name: string | null } | null;
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
  first_seen: Time;
  last_seen: Time | null;
  dns_only: boolean;
  local: boolean;
  multicast: boolean;
  bytes_out: number;
  bytes_in: number;
  packets_out: number;
  packets_in: number;
  dropped: number;
  devices: Id[];
  // In answers about this one destination.
  lists?: { name: string; action: "block" | "allow" | "none"; named: string[] }[];
}

export type RuleAction = "block" | "allow" | "ignore";

export interface Rule {
  id: Id;
  action: RuleAction;
  // Of other kinds too: what this page does not know by its parts it shows as the server's sentence.
  subject: { kind: string; id: Id | null; name: string };
  object: { kind: string; id: Id | null; name: string };
  sentence?: string;
  service?: unknown;
  direction?: string;
  schedule?: unknown;
  until?: Time | null;
  enabled?: boolean;
  hits?: number;
  last_hit?: Time | null;
  note?: string | null;
  author?: string;
  created: Time;
  in_force: boolean;
}

export interface Simulation {
  flows: number;
  stopped: number;
  let_pass: number;
  items: {
    device: { id: Id; name: string };
    destination: { id: Id; name: string };
    verdict_then: "forward" | "drop";
    reason: string;
    bytes: number;
  }[];
}

export interface Change {
  id: Id;
  sentence: string;
  time: Time;
  author: string;
  undone: boolean;
  confirm_until: Time | null;
}

export interface Profile {
  name: string;
  description: string;
  default: string;
  is_default: boolean;
  devices: number;
}

export type NodeState = "device" | "recent" | "older" | "blocked" | "dns";
export type EdgeState = "recent" | "older" | "blocked" | "dns";

export interface GraphNode {
  id: Id;
  // An organisation and a host stand for the destinations that are their members.
  kind: "device" | "destination" | "organisation" | "host";
  members?: Id[];
  name: string;
  state: NodeState;
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
  online?: boolean;
  vendor?: string | null;
  last_seen: Time | null;
  bytes: number;
  rate: number;
  names_count?: number;
  detail?: string | null;
}

export interface GraphEdge {
  id: Id;
  device: Id;
  destination: Id;
  state: EdgeState;
  services: string[];
  bytes_out: number;
  bytes_in: number;
  rate: number;
  last_seen: Time | null;
  blocked: boolean;
  allowed: boolean;
  ignored: boolean;
}

export interface Graph {
  generation: number;
  now: Time;
  window: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
  folded: { nodes: number; devices: number; destinations: number };
}

export interface Notice {
  id: Id;
  message_key: string;
  message_args: string[];
  text: string;
  why: string;
  advice: string;
  severity: "info" | "warning" | "critical";
  confidence: "certain" | "likely" | "unsure";
  device: Id | null;
  count: number;
  time: Time;
  ended: Time | null;
  read: boolean;
  outcome: string;
  actions: { action: string; method: string; path: string }[];
}

export interface NoticePage extends Page<Notice> {
  unread: number;
  critical: number;
}

export interface FlowEnd {
  address: string;
  port: number | null;
  mac: string | null;
}

export interface Flow {
  id: Id;
  device: Id | null;
  destination: Id | null;
  community_id: string | null;
  protocol: string;
  vlan: number[];
  pppoe: number | null;
  initiator: FlowEnd;
  responder: FlowEnd;
  packets_to_responder: number;
  packets_to_initiator: number;
  bytes_to_responder: number;
  bytes_to_initiator: number;
  first_seen: Time;
  last_seen: Time;
  ended: boolean;
  verdict: "forward" | "drop";
  reason: string;
  service: string;
  names: string[];
}

export interface ExplanationStep {
  kind: string;
  text: string;
  decides: boolean;
  rule: Id | null;
  name: string | null;
}

export interface Explanation {
  device: { id: Id; name: string };
  to: { name: string | null; address: string | null };
  verdict: "forward" | "drop";
  reason: string;
  text: string;
  in_force: boolean;
  steps: ExplanationStep[];
}

export interface HistoryTotal {
  packets_out: number;
  bytes_out: number;
  packets_in: number;
  bytes_in: number;
  dropped: number;
  flows: number;
}

export interface HistoryPoint extends HistoryTotal {
  time: Time;
}

export interface History {
  from: Time;
  to: Time;
  // Seconds of one point.
  step: number;
  oldest: Time | null;
  total: HistoryTotal;
  points: HistoryPoint[];
}

export interface Summary {
  devices: number;
  talking: number;
  destinations: number;
  flows: number;
  blocked: number;
  dropped_today: number;
}

export interface Alert {
  id?: string;
  kind: string;
  text: string;
  time?: Time;
}

export interface Banner {
  title: string;
  text: string;
  try?: string[];
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

export interface Link {
  connected: boolean;
  ports?: Port[];
  since?: Time | null;
  last_seen?: Time | null;
  message?: string | null;
  generation?: number;
}

export interface Health {
  status: string;
  dataplane: Link;
  generation: number;
  policy_pending?: boolean;
  storage?: { ok: boolean; message: string | null };
  version?: string;
  uptime?: number;
  alerts?: Alert[];
  events_lost?: number;
  coverage?: string;
  unseen?: {
    reports_lost: number;
    not_parsed: number;
    not_listed: number;
    names_not_believed: number;
    facts_not_kept: number;
  };
  history?: { connections_lost?: number };
  banner?: Banner | null;
}

export interface Undo {
  method: string;
  path: string;
  body?: unknown;
}

export interface ActionAnswer {
  rule?: Rule | null;
  device?: Device;
  destination?: Destination;
  generation: number;
  confirmed_us?: number;
  undo?: Undo | null;
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
