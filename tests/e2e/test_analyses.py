# SPDX-License-Identifier: BSD-3-Clause
"""Captures that somebody brings: uploaded in parts, read behind walls, answered for like the home itself."""

import datetime
import io
import json
import os
import pathlib
import tarfile

import pytest

from harness.gateway import ROOT, Gateway, program
from harness.netns import Netns, sh
from test_analyze import pcap, talk

CAPTURES = pathlib.Path(os.environ.get("SPIN_CAPTURES", ROOT.parent / "shared" / "captures"))
PART = 256 * 1024
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def gateway(tmp_path):
    gateway = Gateway(tmp_path, Netns("gateway"))
    gateway.start_control(connected=False)
    return gateway


def upload(api, name, data, **more):
    made = api.request("POST", "/analyses", {"name": name, "bytes": len(data), **more})
    assert made.status == 201, made.body
    path = "/analyses/" + made.json["id"]
    for n in range((len(data) + PART - 1) // PART):
        reply = api.request("PUT", f"{path}/parts/{n}", data[n * PART:(n + 1) * PART], BYTES)
        assert reply.status == 200, reply.body
    return path


def settled(api, path, timeout=60):
    return api.until(lambda: (a := api.get(path))["state"] in ("ready", "failed") and a, timeout, "the analysis")


def stamp(seconds):
    """As the API writes a time of the capture."""
    whole = datetime.datetime.fromtimestamp(round(seconds * 1e6) // 1_000_000, datetime.timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{round(seconds * 1e6) % 1_000_000 // 1000:03d}Z"


def of_api(flow):
    return (flow["initiator"]["address"], flow["initiator"]["port"], flow["responder"]["address"], flow["responder"]["port"],
            flow["protocol_number"], flow["packets_to_responder"], flow["bytes_to_responder"], flow["packets_to_initiator"],
            flow["bytes_to_initiator"], flow["first_seen"], flow["last_seen"], flow["reason"])


def of_analyze(flow):
    return of_api({**flow, "first_seen": stamp(flow["first_seen"]), "last_seen": stamp(flow["last_seen"])})


def files(tmp_path):
    found = [CAPTURES / name for name in ("home_ndpi_alexa-app.pcapng", "home_ipfixprobe_mixed.pcap", "vlan_zeek_vlan-qinqinq.pcap")]
    return [f for f in found if f.is_file()] + [pathlib.Path(pcap(tmp_path / "talk.pcap", talk()))]


def test_it_answers_as_analyze_does(gateway, tmp_path):
    api = gateway.api
    for file in files(tmp_path):
        wanted = json.loads(sh(program("spinctl"), "analyze", "--json", file).stdout)
        path = upload(api, file.name, file.read_bytes())
        one = settled(api, path)
        assert (one["state"], one["error"], one["name"]) == ("ready", None, file.name)
        found = one["found"]
        assert [found[k] for k in ("frames", "bytes", "malformed", "non_ip")] == [wanted[k] for k in ("frames", "bytes", "malformed", "non_ip")]
        assert (found["devices"], found["flows"], found["flows_left_out"]) == (len(wanted["devices"]), len(wanted["flows"]), 0)
        devices = api.items(path + "/devices")
        assert {d["mac"]: (d["hostname"], {a["address"] for a in d["addresses"]}) for d in devices} \
            == {d["mac"]: (d["hostname"], set(d["addresses"][-16:])) for d in wanted["devices"]}
        flows = api.items(path + "/flows")
        assert sorted(map(of_api, flows), key=str) == sorted(map(of_analyze, wanted["flows"]), key=str)
        assert {n for f in flows for n in f["names"]} <= {n for f in wanted["flows"] for n in f["names"]}
        at_home = [f for f in wanted["flows"] if f["device"]]
        assert sum(1 for f in flows if f["device"]) == len(at_home)
        graph = api.get(path + "/graph?multicast=true")
        assert {n["id"] for n in graph["nodes"] if n["kind"] == "device"} >= {f["device"] for f in flows if f["device"]}
        names = {d["name"] for d in api.items(path + "/destinations")}
        assert "example.org" in names or file.name != "talk.pcap"
        summary = api.get(path + "/summary")
        assert summary["devices"] == len(wanted["devices"]) and summary["flows"] == len(wanted["flows"])
        assert api.request("DELETE", path).status == 204
    assert api.get("/analyses")["items"] == [] and api.items("/devices") == []  # the home itself saw nothing
    assert list((gateway.state_dir / "analyses").iterdir()) == []


def test_parts_come_in_order_and_again(gateway, tmp_path):
    api = gateway.api
    frames = [(s, b"\x02" * 12 + b"\x88\xb5" + bytes(1400)) for s in range(1, 401)]
    data = pathlib.Path(pcap(tmp_path / "big.pcap", frames)).read_bytes()
    made = api.request("POST", "/analyses", {"name": "big", "bytes": len(data)}).json
    path = "/analyses/" + made["id"]
    assert api.request("GET", path + "/flows").json["key"] == "analysis_not_ready"
    wrong = api.request("PUT", path + "/parts/1", data[PART:2 * PART], BYTES)
    assert (wrong.status, wrong.json["key"], wrong.json["hint"]) == (409, "wrong_part", "Send part 0 next.")
    assert api.request("PUT", path + "/parts/0", data[:1000], BYTES).json["key"] == "bad_value"
    assert api.request("PUT", path + "/parts/0", data[:PART]).status == 415
    assert api.request("PUT", path + "/parts/0", bytes(PART + 1), BYTES).status == 413
    assert api.request("PUT", path + "/parts/0", data[:PART], BYTES).json["next_part"] == 1
    assert api.request("PUT", path + "/parts/0", data[:PART], BYTES).json["next_part"] == 1  # again: nothing changes
    assert api.get(path)["received"] == PART
    for n in (1, 2):
        assert api.request("PUT", f"{path}/parts/{n}", data[n * PART:(n + 1) * PART], BYTES).status == 200
    assert settled(api, path)["found"]["frames"] == 400
    gateway.control.stop()
    gateway.start_control(connected=False)
    assert gateway.api.get("/analyses")["items"] == [] and list((gateway.state_dir / "analyses").iterdir()) == []


def hostile(tmp_path):
    whole = pathlib.Path(pcap(tmp_path / "whole.pcap", talk())).read_bytes()
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as t:
        t.add(tmp_path / "whole.pcap", "whole.pcap")
    huge = bytearray(whole)
    huge[24 + 8:24 + 12] = (2 ** 31 - 1).to_bytes(4, "little")  # one frame of two gigabytes
    return {
        "tar": (tar.getvalue(), "failed", "not a pcap or pcapng capture"),
        "text": (b"#!/bin/sh\nrm -rf /\n", "failed", "not a pcap or pcapng capture"),
        "wifi": (pathlib.Path(pcap(tmp_path / "wifi.pcap", talk(), link=105)).read_bytes(), "failed", "only Ethernet"),
        "cut": (whole[:-3], "ready", "ends early"),
        "huge": (bytes(huge), "ready", "ends early"),
        "head": (whole[:10], "failed", "not a pcap or pcapng capture"),
    }


def test_what_is_no_capture_says_so(gateway, tmp_path):
    api = gateway.api
    for name, (data, state, words) in hostile(tmp_path).items():
        path = upload(api, name, data)
        one = settled(api, path)
        assert one["state"] == state and words in one["error"] and "/proc" not in one["error"], one
        api.request("DELETE", path)
    assert api.get("/health")["storage"]["ok"]
    path = upload(api, "home", pathlib.Path(tmp_path / "whole.pcap").read_bytes(), home=["198.18.0.0/15"])
    assert settled(api, path)["found"]["devices"] == 0
    for body, field in (({"name": "x"}, "bytes"), ({"bytes": 5}, "name"), ({"name": "x", "bytes": 2 ** 30 + 1}, "bytes"),
                        ({"name": "a\nb", "bytes": 5}, "name"), ({"name": "x", "bytes": 5, "home": ["-x"]}, "home")):
        reply = api.request("POST", "/analyses", body)
        assert (reply.status, reply.json["errors"][0]["pointer"]) == (400, "/" + field), reply.body


def test_they_are_few_and_end_when_told(gateway, tmp_path):
    api = gateway.api
    paths = ["/analyses/" + api.request("POST", "/analyses", {"name": str(n), "bytes": 5000}).json["id"] for n in range(4)]
    reply = api.request("POST", "/analyses", {"name": "more", "bytes": 5})
    assert (reply.status, reply.json["key"]) == (409, "too_many_analyses")
    for path in paths:
        assert api.request("DELETE", path).status == 204
    assert api.request("GET", paths[0]).json["key"] == "unknown_analysis"
    file = pcap(tmp_path / "talk.pcap", talk())
    assert "ready" in gateway.spinctl("analyses", "add", file).stdout
    listed = gateway.spinctl("analyses").stdout
    ident = listed.splitlines()[1].split()[0]
    assert "talk.pcap" in listed and ident.startswith("ana_")
    assert "02:00:00:00:00:01" in gateway.spinctl("analyses", ident, "devices", "--json").stdout
    assert "example.org" in gateway.spinctl("analyses", ident, "destinations", "--json").stdout
    gateway.spinctl("analyses", "remove", ident)
    assert api.get("/analyses")["items"] == []
