// SPDX-License-Identifier: BSD-3-Clause

import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryFlow } from "../src/api/page-types.ts";
import type { Device, Flow } from "../src/api/types.ts";
import { world } from "../src/live/store.ts";
import { askOf, filterOf, talkOf } from "../src/screens/flow-talk.ts";

const tv = { id: "dev_tv", name: "TV", mac: "02:00:00:00:00:01", joined: [] as Device["joined"] } as Device;
world.value = { ...world.value, devices: new Map([[tv.id, tv]]) };

const home = { address: "192.0.2.10", port: 50000, mac: tv.mac };
const far = { address: "198.51.100.7", port: 443, mac: "02:00:00:00:00:fe" };
const flow: Flow = {
  id: "flow_1",
  device: tv.id,
  destination: null,
  community_id: null,
  protocol: "tcp",
  vlan: [],
  pppoe: null,
  initiator: home,
  responder: far,
  packets_to_responder: 1,
  packets_to_initiator: 2,
  bytes_to_responder: 10,
  bytes_to_initiator: 20,
  first_seen: "2026-11-26T18:00:00.000Z",
  last_seen: "2026-11-26T18:00:09.000Z",
  ended: false,
  verdict: "forward",
  reason: "none",
  service: "https",
  names: ["www.example.org"],
};

test("a conversation is told from the device, whoever began", () => {
  const out = talkOf(flow);
  assert.deepEqual([out.near.name, out.far.name, out.inward], ["TV", "www.example.org", false]);
  assert.deepEqual([out.sent.bytes, out.received.bytes], [10, 20]);
  const inward = talkOf({ ...flow, initiator: far, responder: home, names: [] });
  assert.deepEqual([inward.near.name, inward.far.name, inward.inward], ["TV", far.address, true]);
  assert.deepEqual([inward.sent.bytes, inward.received.bytes], [20, 10]);
});

test("a recording of it: the other end and the service, behind the tags that the packets wear", () => {
  assert.equal(filterOf(talkOf(flow)), "host 198.51.100.7 and tcp port 443");
  assert.equal(
    filterOf(talkOf({ ...flow, vlan: [7, 20], pppoe: 5 })),
    "vlan 7 and vlan 20 and pppoes 5 and host 198.51.100.7 and tcp port 443",
  );
  const served = { ...home, port: 8080 };
  assert.equal(
    filterOf(talkOf({ ...flow, initiator: far, responder: served })),
    "host 198.51.100.7 and tcp port 8080",
  );
  const ping = { protocol: "icmp", initiator: { ...home, port: null }, responder: { ...far, port: null } };
  assert.equal(filterOf(talkOf({ ...flow, ...ping })), "host 198.51.100.7");
});

test("Why? is asked about the name and the port, and about an address where there is no name", () => {
  assert.equal(askOf(talkOf(flow)), "explain?device=dev_tv&to=www.example.org%3A443&protocol=tcp");
  const six = { ...flow, names: [], responder: { ...far, address: "2001:db8::7" } };
  assert.equal(askOf(talkOf(six)), "explain?device=dev_tv&to=%5B2001%3Adb8%3A%3A7%5D%3A443&protocol=tcp");
  assert.match(askOf(talkOf({ ...flow, initiator: far, responder: home })), /&direction=in$/);
});

test("of the past there is what its level kept", () => {
  const past: HistoryFlow = {
    id: "flow_2",
    device: { id: tv.id, name: "TV" },
    destination: { id: null, name: "Example Org" },
    first_seen: flow.first_seen,
    last_seen: flow.last_seen,
    service: "https",
    direction: "out",
    address: null,
    name: null,
    port: null,
    community_id: null,
    verdict: "forward",
    reason: "none",
    packets_out: 1,
    bytes_out: 10,
    packets_in: 2,
    bytes_in: 20,
  };
  const talk = talkOf(past);
  assert.deepEqual([talk.near.name, talk.far.name, talk.far.address], ["TV", "Example Org", null]);
  assert.equal(filterOf(talk), "");
});
