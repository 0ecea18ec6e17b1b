# SPDX-License-Identifier: BSD-3-Clause
"""EVE JSON to a file, a unix socket and the log: Suricata's own schema takes it, and no disk or reader holds us up."""

import contextlib
import json
import re
import signal
import socket
from pathlib import Path

import jsonschema
import pytest
from harness.gateway import PYTHON
from harness.netns import sh

SCHEMA = Path(__file__).resolve().parents[3] / "shared/schemas/suricata-eve.schema.json"
HELLO = """
import socket, ssl, sys
context = ssl._create_unverified_context()
with socket.create_connection((sys.argv[1], 443), timeout=20) as link:
    try:
        context.wrap_socket(link, server_hostname="www.shop.example")
    except (ssl.SSLError, OSError):
        pass
"""


def begin(home, folder, **keys):
    file = folder / "spin.yaml"
    file.write_text(json.dumps({"server_names": True, "eve": keys}))
    home.gateway.start_control("--config", file, connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    api.until(lambda: (h := api.get("/health"))["generation"] == h["dataplane"]["generation"] and not h["policy_pending"], 30, "in force")
    return api


def status(api):
    return api.get("/integrations/eve")


def trial(api):
    return api.request("POST", "/integrations/eve:test", timeout=20)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def of_type(path, kind, **wanted):
    return [e for e in lines(path) if e["event_type"] == kind and all(e.get(k) == v for k, v in wanted.items())]


def all_from(reader):
    """What lies in a socket now."""
    reader.setblocking(False)
    data = []
    with contextlib.suppress(BlockingIOError):
        while data.append(reader.recv(1 << 20)) or data[-1]:
            pass
    return data


@pytest.fixture(scope="module")
def schema():
    if not SCHEMA.exists():
        print(f"{SCHEMA} is not here: lines are held against our own expectations alone")
        return None
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))


def check(event, schema):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000", event["timestamp"])
    own = event.pop("spin")
    assert isinstance(own, dict)
    if "src_ip" in event:
        assert re.fullmatch(r"1:[A-Za-z0-9+/]{27}=", event["community_id"]) and event["flow_id"] > 0
    if schema:
        schema.validate(event)
    assert event["event_type"] in event


def test_what_is_told_where(make_home, tmp_path, schema):
    home = make_home()
    stream, log = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    for reader, name in ((stream, "stream"), (log, "log")):
        reader.bind(str(tmp_path / name))
    stream.listen()
    file = tmp_path / "eve.json"
    api = begin(home, tmp_path, file=str(file), socket=str(tmp_path / "stream"), syslog=str(tmp_path / "log"),
                syslog_format="rfc5424", stats="1s")
    phone, camera = home.devices
    home.names({"www.shop.example": ["198.51.100.7"]})
    home.resolve(phone, "www.shop.example")
    server = home.router.ns.popen(PYTHON, "-u", "-m", "http.server", 443, name="router: a server that speaks no TLS")
    server.wait_line("Serving")
    phone.ns.run(PYTHON, "-c", HELLO, "198.51.100.7")
    server.stop()
    api.act(f"/devices/{api.device(camera.mac)['id']}" if camera.ping(home.router.ipv6) else "/none", "block")
    assert not camera.ping(home.router.ipv4, 1)
    api.until(lambda: all(of_type(file, kind) for kind in ("dns", "drop", "stats"))
              and of_type(file, "flow", dest_port=443), 40, "every kind of event")
    tls = of_type(file, "tls")
    flow = of_type(file, "flow", dest_port=443)[0]
    assert [e["tls"]["sni"] for e in tls] == ["www.shop.example"]
    assert tls[0]["community_id"] == flow["community_id"] and tls[0]["flow_id"] == flow["flow_id"]
    same = next(f for f in api.items("/flows") if f["id"] == flow["spin"]["id"])
    assert same["community_id"] == flow["community_id"] and flow["flow"]["state"] == "closed" and same["ended"]
    assert [flow["flow"][k] for k in ("pkts_toserver", "bytes_toserver", "pkts_toclient", "bytes_toclient")] == [
        same[k] for k in ("packets_to_responder", "bytes_to_responder", "packets_to_initiator", "bytes_to_initiator")]
    assert flow["ether"]["src_mac"] == phone.mac and flow["spin"]["remote"] == "shop.example"
    copied = api.get(f"/flows/{same['id']}/eve")
    assert {**copied, "timestamp": flow["timestamp"]} == flow, "who copies one gets the line that was written"
    goes_on = api.get(f"/flows/{api.until(lambda: next((f['id'] for f in api.items('/flows') if not f['ended']), None), 5, 'one that goes on')}/eve")
    assert goes_on["flow"]["reason"] == "unknown"
    check(goes_on, schema)
    answer = of_type(file, "dns")[0]
    asked = next(f for f in api.items("/flows") if f["responder"]["port"] == 53 and f["community_id"] == answer["community_id"])
    assert (answer["src_ip"], answer["src_port"], answer["dest_ip"], answer["dest_port"], answer["proto"]) == (
        phone.ipv4, asked["initiator"]["port"], home.router.ipv4, 53, "UDP") and answer["spin"]["id"] == asked["id"]
    answer = answer["dns"]
    assert answer["queries"][0]["rrname"] == "www.shop.example" and answer["answers"][0]["rdata"] == "198.51.100.7"
    # Also what was asked for in vain, of which nothing becomes a destination.
    home.ask(phone, "nobody.refused.example")
    home.resolve(phone, "www.shop.example", "AAAA")
    found = api.until(lambda: len(x := [e for e in of_type(file, "dns") if "answers" not in e["dns"]]) >= 2 and x, 20, "both are told")
    vain = {e["dns"]["queries"][0]["rrname"]: e for e in found}
    refused, none = vain["nobody.refused.example"], vain["www.shop.example"]
    assert refused["dns"]["rcode"] == none["dns"]["rcode"] == "REFUSED"  # as dnsmasq says where it has no upstream
    assert refused["spin"]["extended_error"] == {"code": 14, "name": "Not Ready"} and "extended_error" not in none["spin"]
    assert none["dns"]["queries"] == [{"rrname": "www.shop.example", "rrtype": "AAAA"}] and none["src_ip"] == phone.ipv4
    assert not [d for d in api.items("/destinations") if "refused" in d["name"]]
    drop = of_type(file, "drop", src_ip=camera.ipv4)[0]
    assert drop["drop"]["reason"] == "device_blocked" and drop["icmp_type"] == 8
    assert trial(api).status == 200
    # The same lines everywhere, while somebody reads.
    assert (s := status(api))["state"] == "ok" and s["lost"] == 0, s
    link, _ = stream.accept()
    streamed = b"".join(all_from(link)).decode().splitlines()
    logged = [d.decode() for d in all_from(log)]
    assert logged and all(re.match(r"<174>1 \S+Z \S+ spin \d+ eve - \{", line) for line in logged)
    whole = file.read_text().splitlines()
    assert streamed[:len(logged)] == [line.split(" - ", 1)[1] for line in logged]
    assert whole and streamed[:len(whole)] == whole[:len(streamed)]
    for event in lines(file):
        check(event, schema)
    # Another control hears from the dataplane what it knows, and does not tell it twice.
    told = {kind: len(of_type(file, kind)) for kind in ("dns", "drop")}
    home.gateway.control.stop()
    home.gateway.start_control("--config", tmp_path / "spin.yaml")
    home.gateway.api.until(lambda: home.gateway.api.items("/flows"), 20, "the dataplane told what it knows")
    assert trial(home.gateway.api).status == 200
    assert {kind: len(of_type(file, kind)) for kind in told} == told


def test_no_event_of_what_is_private(make_home, tmp_path):
    home = make_home()
    file = tmp_path / "eve.json"
    api = begin(home, tmp_path, file=str(file), types=["flow", "drop"])
    phone, camera = home.devices
    assert phone.ping(home.router.ipv4) and camera.ping(home.router.ipv4)
    for device, level in ((phone, 0), (camera, 1)):
        assert api.request("PATCH", f"/devices/{api.device(device.mac)['id']}", {"privacy": level}).status == 200
    for device in (camera, phone):
        api.act(f"/devices/{api.device(device.mac)['id']}", "block")
        assert not device.ping(home.router.ipv4, 1)
    api.until(lambda: of_type(file, "drop"), 20, "the drop")
    assert {e["src_ip"] for e in of_type(file, "drop")} == {phone.ipv4}
    assert {e["event_type"] for e in lines(file)} <= {"flow", "drop"}


def test_full_files_and_full_disks(make_home, tmp_path):
    home = make_home(devices=1)
    disk = tmp_path / "disk"
    disk.mkdir()
    sh("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
    try:
        file = disk / "eve.json"
        api = begin(home, tmp_path, file=str(file), rotate_size="8K", rotate_count=2, types=["stats"])
        for _ in range(40):
            assert trial(api).status == 200
        names = sorted(p.name for p in disk.iterdir())
        assert names == ["eve.json", "eve.json.1", "eve.json.2"]
        assert all(p.stat().st_size <= 8192 for p in disk.iterdir())
        assert [e["event_type"] for p in disk.iterdir() for e in lines(p)].count("stats") >= 5
        # As logrotate does it.
        file.rename(disk / "elsewhere")
        home.gateway.control.signal(signal.SIGHUP)
        assert trial(api).status == 200 and len(lines(file)) >= 1
        with contextlib.suppress(OSError), open(disk / "filler", "wb", buffering=0) as f:
            while f.write(bytes(512)):
                pass
        failed = None
        for _ in range(12):
            failed = trial(api)
            if failed.status != 200:
                break
        assert failed.status == 502 and failed.json["key"] == "integration_failed" and "No space left" in failed.json["detail"]
        s = status(api)
        assert s["state"] == "failed" and s["lost"] >= 1
        assert home.devices[0].ping(home.router.ipv4), "forwarding does not mind"
        (disk / "filler").unlink()
        assert trial(api).status == 200 and status(api)["state"] == "ok"
        for path in disk.iterdir():
            lines(path)  # whole ones, all of them
    finally:
        home.gateway.control.stop()
        sh("umount", disk)


def test_nobody_listens(make_home, tmp_path):
    home = make_home(devices=1)
    path = tmp_path / "nobody"
    api = begin(home, tmp_path, socket=str(path), socket_type="datagram", stats="1s", types=["stats"])
    assert status(api)["state"] == "failed" and "nobody takes lines there" in status(api)["message"]
    assert trial(api).status == 502
    assert home.devices[0].ping(home.router.ipv4)
    reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    reader.bind(str(path))
    api.until(lambda: (s := status(api))["state"] == "ok" and s["sent"] >= 2, 60, "it comes back by itself")
    assert json.loads(reader.recv(1 << 20))["event_type"] == "stats"
    assert status(api)["lost"] == 0
