# SPDX-License-Identifier: BSD-3-Clause
"""One flow looks the same wherever it is told of: id, Community ID, counts and times."""

import base64
import hashlib
import ipaddress
import signal
import struct
import time

PORT = 5001


def community_id(flow):
    """By the specification, of a flow that has ports: another hand than the gateway's."""
    ends = sorted((ipaddress.ip_address(flow[e]["address"]).packed, flow[e]["port"]) for e in ("initiator", "responder"))
    text = struct.pack("!H", 0) + ends[0][0] + ends[1][0] + bytes([flow["protocol_number"], 0])
    text += struct.pack("!HH", ends[0][1], ends[1][1])
    return "1:" + base64.b64encode(hashlib.sha1(text).digest()).decode()


def talk(home, address):
    """One TCP connection to the router, begun, used and ended; returns it as GET /flows has it then."""
    server = home.router.serve(PORT)
    client = home.devices[0].fetch(address, PORT)
    client.wait_line("got")
    client.stop()
    server.stop()
    api = home.gateway.api
    return api.until(lambda: next((f for f in api.items("/flows") if f["responder"]["port"] == PORT and f["ended"]
                                   and f["responder"]["address"] == address), None), 30, "the connection ended")


def seen_in_events(events, wanted):
    """The last that the event stream says of it; a line of statistics comes every second, whatever else does."""
    deadline = time.monotonic() + 30
    for event, data, _ in events:
        for flow in data["items"] if event == "flow" else []:
            if flow["id"] == wanted["id"] and flow["ended"]:
                return flow
        assert time.monotonic() < deadline, "the event stream never told of its end"


def history_of(home, flow):
    """The history is written when control ends."""
    gateway = home.gateway
    gateway.control.signal(signal.SIGTERM)
    gateway.control.wait_exit()
    gateway.start_control()
    return next(f for f in gateway.api.items("/history/flows") if f["id"] == flow["id"])


def test_everywhere_the_same(home):
    for address in (home.router.ipv4, home.router.ipv6):
        with home.gateway.api.events("?types=flow,stats") as events:
            flow = talk(home, address)
            assert seen_in_events(events, flow) == flow
        assert flow["community_id"] == community_id(flow)
        past = history_of(home, flow)
        assert past["community_id"] == flow["community_id"]
        assert (past["first_seen"], past["last_seen"]) == (flow["first_seen"], flow["last_seen"])
        assert (past["packets_out"], past["bytes_out"]) == (flow["packets_to_responder"], flow["bytes_to_responder"])
        assert (past["packets_in"], past["bytes_in"]) == (flow["packets_to_initiator"], flow["bytes_to_initiator"])
