# SPDX-License-Identifier: BSD-3-Clause
"""One flow looks the same wherever it is told of: id, Community ID, counts and times."""

import base64
import datetime
import hashlib
import ipaddress
import json
import signal
import struct
import time

from harness.broker import Broker
from harness.collector import Collector, free_port, records

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
    gateway.start_control("--config", gateway.run_dir / "spin.yaml")
    return next(f for f in gateway.api.items("/history/flows") if f["id"] == flow["id"])


def moment(text):
    """A time of anybody's as whole milliseconds since 1970, and as text where the API's is wanted."""
    text = text.strip().replace(" ", "T").removesuffix("Z").removesuffix("+0000")
    return int(datetime.datetime.fromisoformat(text + "+00:00").timestamp() * 1000 + 1e-3)


def of_api(flow):
    """What all of them must say alike."""
    return {"community_id": flow["community_id"], "first": moment(flow["first_seen"]), "last": moment(flow["last_seen"]),
            "to_responder": (flow["packets_to_responder"], flow["bytes_to_responder"]),
            "to_initiator": (flow["packets_to_initiator"], flow["bytes_to_initiator"])}


def of_history(flow):
    return {"community_id": flow["community_id"], "first": moment(flow["first_seen"]), "last": moment(flow["last_seen"]),
            "to_responder": (flow["packets_out"], flow["bytes_out"]), "to_initiator": (flow["packets_in"], flow["bytes_in"])}


def of_eve(file, flow):
    event = next(e for e in map(json.loads, file.read_text().splitlines())
                 if e["event_type"] == "flow" and e["spin"]["id"] == flow["id"])
    moved = event["flow"]
    return event["flow_id"], {
        "community_id": event["community_id"], "first": moment(moved["start"]), "last": moment(moved["end"]),
        "to_responder": (moved["pkts_toserver"], moved["bytes_toserver"]),
        "to_initiator": (moved["pkts_toclient"], moved["bytes_toclient"])}


def of_ipfix(found, number, flow):
    """Two records, one each way; a Community ID is made of what they say, as a collector does."""
    ways = {}
    for r in found:
        if int(r["flowId"]) == number:
            version = "IPv4" if "sourceIPv4Address" in r else "IPv6"
            ends = [(str(ipaddress.ip_address(r[f"{end}{version}Address"])), int(r[f"{end}TransportPort"])) for end in ("source", "destination")]
            way = "to_responder" if ends[1] == (flow["responder"]["address"], flow["responder"]["port"]) else "to_initiator"
            assert way not in ways, "told once"
            ways[way] = (int(r["packetDeltaCount"]), int(r["octetDeltaCount"]))
            times = moment(r["flowStartMilliseconds"]), moment(r["flowEndMilliseconds"])
            tuple_ = {"initiator": dict(zip(("address", "port"), ends[0])), "responder": dict(zip(("address", "port"), ends[1])),
                      "protocol_number": int(r["protocolIdentifier"])}
    return {"community_id": community_id(tuple_), "first": times[0], "last": times[1], **ways}


def test_everywhere_the_same(make_home, tmp_path):
    home, broker, port = make_home(devices=1), Broker(tmp_path).start(), free_port()
    collector = Collector(tmp_path, port)
    config = {"eve": {"file": str(tmp_path / "eve.json"), "types": ["flow"]},
              "ipfix": {"enabled": True, "host": "127.0.0.1", "port": port, "transport": "tcp", "active": "1d"},
              "mqtt": {"enabled": True, "host": "127.0.0.1", "port": broker.port, "gateway": "home"}}
    (home.gateway.run_dir / "spin.yaml").write_text(json.dumps(config))
    heard = broker.subscribe("spin/home/event/flow")
    home.gateway.start_control("--config", home.gateway.run_dir / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    api.until(lambda: all(api.get(f"/integrations/{x}")["state"] == "ok" for x in ("eve", "ipfix", "mqtt")), 40, "all are in contact")
    flows = []
    for address in (home.router.ipv4, home.router.ipv6):
        with api.events("?types=flow,stats") as events:
            flow = talk(home, address)
            assert seen_in_events(events, flow) == flow
        assert flow["community_id"] == community_id(flow)
        assert heard.until("spin/home/event/flow", lambda f, i=flow["id"]: f["id"] == i and f["ended"]) == flow
        flows.append(flow)
    pasts = [history_of(home, flow) for flow in flows]  # control ends: all that was on its way is told
    home.gateway.control.stop()
    collector.close()
    found = [r for file in collector.files for r in (records(file) if file.stat().st_size else [])]
    for flow, past in zip(flows, pasts):
        number, event = of_eve(tmp_path / "eve.json", flow)
        assert event == of_api(flow) == of_history(past)
        assert of_ipfix(found, number, flow) == of_api(flow)
