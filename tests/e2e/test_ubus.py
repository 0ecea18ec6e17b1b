# SPDX-License-Identifier: BSD-3-Clause
"""The native object of ubus, with OpenWrt's own ubusd and ubus: methods, rights, events, notifications, and every break.

Runs where `ubusd` and `ubus` are in PATH and the build found libubus (scripts/build -Dubus=enabled)."""

import json
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from harness.api import Api, token_of
from harness.gateway import BUILD, Gateway
from harness.netns import Netns

FAR = "198.51.100.7"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
ACL = Path(__file__).resolve().parents[2] / "platform" / "openwrt" / "files" / "ubus-acl.json"
BUILT = (BUILD / "control" / "spin-ubus").is_file()
real = pytest.mark.skipif(not (BUILT and shutil.which("ubusd") and shutil.which("ubus")), reason="ubusd, ubus or spin-ubus is not here")


class Bus:
    """A ubusd of our own, which nobody may reach as well."""

    def __init__(self, spawn):
        self.spawn, self.folder = spawn, Path(tempfile.mkdtemp(prefix="spin-ubus-"))
        self.folder.chmod(0o755)
        (self.folder / "acl").mkdir()
        self.socket, self.process = self.folder / "ubus.sock", None

    def allow(self, **acl):
        (self.folder / "acl" / "test.json").write_text(json.dumps(acl))

    def start(self):
        self.process = self.spawn(["ubusd", "-s", self.socket, "-A", self.folder / "acl"])
        until(lambda: self.ask("list").returncode == 0, "ubusd listens")
        return self

    def ask(self, *argv, by=()):
        return subprocess.run([*by, "ubus", "-S", "-s", self.socket, *argv], capture_output=True, text=True, timeout=30)

    def call(self, method, /, by=(), **arguments):
        done = self.ask("call", "spin", method, json.dumps(arguments), by=by)
        assert done.returncode == 0, (method, done)
        return json.loads(done.stdout)

    def watch(self, *argv):
        return self.spawn(["ubus", "-s", self.socket, *argv])


def until(look, what, seconds=15):
    """For what no event tells of: `look` asks a process each time."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, what


@pytest.fixture
def bus(spawn):
    bus = Bus(spawn)
    yield bus
    if bus.process:
        bus.process.stop()
    shutil.rmtree(bus.folder)


def until_state(api, state, seconds=20):
    return api.until(lambda: (s := api.get("/integrations/ubus"))["state"] == state and s, seconds, f"ubus is {state}")


@pytest.fixture
def joined(make_home, bus):
    """A home whose gateway offers its object on the bus."""

    def join(**keys):
        home = make_home()
        home.gateway.config.write_text(json.dumps({"ubus": {"enabled": True, "socket": str(bus.socket)}, **keys}))
        home.gateway.start()
        return home

    return join


@pytest.mark.skipif(BUILT, reason="this build has spin-ubus")
def test_a_build_without_it_says_so(make_gateway):
    gateway = make_gateway(Netns("gateway"))
    gateway.config.write_text("ubus: {enabled: true}\n")
    gateway.start_control(connected=False)
    status = until_state(gateway.api, "failed")
    assert "this build is without ubus" in status["message"] and "plugin of rpcd" in status["message"]


@real
def test_methods(joined, bus):
    bus.start()
    home = joined(spin_compat={"enabled": True})
    api, (tv, phone) = home.gateway.api, home.devices
    until_state(api, "ok")
    assert tv.ping(FAR) and phone.ping(FAR)
    device = api.device(tv.mac)
    # The same methods and arguments as the plugin's.
    plugin = json.loads(home.gateway.spinctl("rpcd", "list").stdout)
    kinds = {str: "String", int: "Integer", bool: "Boolean", dict: "Table"}
    listed = subprocess.run(["ubus", "-v", "-s", bus.socket, "list", "spin"], capture_output=True, text=True).stdout
    methods = json.loads("{" + ",".join(line.strip() for line in listed.splitlines()[1:]) + "}")
    assert methods == {m: {a: kinds[type(v)] for a, v in arguments.items()} for m, arguments in plugin.items()}
    # What they do, found by id, MAC, address, name and a part of one.
    assert bus.call("status")["devices"] and len(bus.call("devices")["items"]) >= 2
    blocked = bus.call("block", device=tv.mac)
    assert blocked["rule"]["action"] == "block" and blocked["confirmed_us"] and not tv.ping(FAR, 1) and phone.ping(FAR)
    assert bus.call("undo")["generation"] > blocked["generation"] and tv.ping(FAR)
    assert bus.call("rename", device=tv.ipv4, name='Größe "<b>"')["generation"]
    for said in (device["id"], tv.mac.upper(), tv.ipv4, 'größe "<B>"', '"<b>'):
        assert bus.call("device", device=said).get("mac") == tv.mac, said
    assert bus.call("block_pair", device=device["id"], destination=FAR)["rule"] and not tv.ping(FAR, 1)
    assert bus.call("explain", device=tv.mac, to=FAR)["verdict"] == "drop"
    assert bus.call("unblock_pair", device=tv.mac, destination=FAR)["generation"] and tv.ping(FAR)
    assert bus.call("pause", device=tv.mac, minutes=5, confirm=True)["rule"]["action"] == "pause" and bus.call("resume", device=tv.mac)
    assert len(bus.call("flows", limit=1)["items"]) == 1
    seen, same = bus.call("device", device=tv.mac), api.get(f"/devices/{device['id']}")
    assert seen.keys() == same.keys() and all(seen[k] == same[k] for k in ("id", "mac", "name", "vendor", "first_seen", "profile"))
    # SPIN's own.
    assert {d["mac"] for d in bus.call("list_devices")["result"]} >= {tv.mac}
    assert bus.call("rpc", method="get_device_data", params={"node": 1})["result"]
    assert bus.call("rpc", method="nosuch")["error"]["message"]
    # Who did it.
    entry = next(e for e in api.items("/audit") if e["operation"] == "actOnDevice")
    assert (entry["who"], entry["role"], entry["source"]) == ("root", "admin", "ubus")
    tried = api.request("POST", "/integrations/ubus:test", timeout=20)
    assert tried.status == 200 and tried.json["state"] == "ok" and tried.json["sent"] > 10


@real
def test_what_is_wrong(joined, bus):
    bus.start()
    home = joined()
    api, (tv, phone) = home.gateway.api, home.devices
    until_state(api, "ok")
    assert tv.ping(FAR) and phone.ping(FAR)
    api.device(tv.mac), api.device(phone.mac)
    for method, arguments, says in (
            ("block", {}, "Give device, a text"), ("block", {"device": 7}, "Give device, a text"), ("block", {"device": ""}, "is called so"),
            ("block", {"device": "nobody"}, "is called so"), ("device", {"device": "02:00:00"}, "is called so"),
            ("status", {"x": 1}, "not known"), ("pause", {"device": tv.mac, "minutes": 0}, "minutes"),
            ("block", {"device": tv.mac, "confirm": "yes"}, "Give confirm, a flag"), ("profile", {"device": tv.mac, "profile": "x"}, "x"),
            ("explain", {"device": tv.mac, "to": "x" * 2000}, "too long"), ("list_devices", {}, "Switch on spin_compat.enabled")):
        assert says in bus.call(method, **arguments)["error"]["message"], (method, arguments)
    deep = {}
    for _ in range(20):
        deep = {"a": deep}
    for arguments in ({"method": "x", "params": deep}, {"method": "x" * 100000}):
        refused = bus.ask("call", "spin", "rpc", json.dumps(arguments))
        assert refused.returncode == 2, "Invalid argument"
    assert bus.ask("call", "spin", "nosuch").returncode == 3, "Method not found"
    # More at once than it takes are answered all the same.
    many = [bus.watch("-S", "call", "spin", "devices") for _ in range(40)]
    assert all(one.wait_exit() == 0 for one in many)
    answers = [json.loads(one.text) for one in many]
    assert all("items" in a or a["error"]["code"] == 429 for a in answers) and sum("items" in a for a in answers) >= 8
    assert bus.call("status")["devices"]


def attribute(kind, data, name=None):
    """A blob, or with a name one of blobmsg."""
    head = b"" if name is None else struct.pack(">H", len(name)) + name + b"\0"
    data = head + b"\0" * (-len(head) % 4) + data
    return struct.pack(">I", (name is not None) << 31 | kind << 24 | len(data) + 4) + data + b"\0" * (-len(data) % 4)


def message(kind, seq, peer, *attributes):
    return struct.pack(">BBHI", 0, kind, seq, peer) + attribute(0, b"".join(attributes))


@real
def test_a_client_that_sends_anything(joined, bus):
    """ubusd passes the data of a call on as it is: what is in it is ours to check."""
    bus.start()
    home = joined()
    until_state(home.gateway.api, "ok")
    listed = subprocess.run(["ubus", "-v", "-s", bus.socket, "list", "spin"], capture_output=True, text=True).stdout
    number = int(re.search(r"@([0-9a-f]{8})", listed).group(1), 16)
    right = attribute(3, b"tv\0", b"device") + attribute(2, attribute(2, attribute(5, b"\0\0\0\1", b"a"), b"b"), b"params") + attribute(7, b"\1", b"confirm")
    dice = random.Random(7)
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(bus.socket))
        link.settimeout(10)
        for seq in range(600):
            data = bytearray(right)
            for _ in range(dice.randrange(1, 4)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            data = data[:dice.choice((len(data), dice.randrange(len(data))))]
            link.sendall(message(5, seq, number, attribute(3, struct.pack(">I", number)), attribute(4, b"block\0"), attribute(7, bytes(data))))
            if seq % 50 == 49:  # what it answers is read, so that ubusd has room
                until(lambda: "status" in bus.call("health"), "it is not asked too much any more")
                link.recv(1 << 20)
    again = home.gateway.api.get("/integrations/ubus")
    assert again["state"] == "ok" and again["message"] is None
    assert f"{number:08x}" in subprocess.run(["ubus", "-v", "-s", bus.socket, "list", "spin"], capture_output=True, text=True).stdout


@real
def test_rights(joined, bus):
    bus.allow(user="nobody", access={"spin": {"methods": ["status", "block"]}})
    bus.start()
    home = joined()
    api, tv = home.gateway.api, home.devices[0]
    until_state(api, "ok")
    assert tv.ping(FAR)
    api.device(tv.mac)
    assert bus.call("status", by=NOBODY)["devices"]
    assert bus.ask("call", "spin", "undo", by=NOBODY).returncode == 6, "Permission denied"
    assert bus.call("block", by=NOBODY, device=tv.mac)["rule"]
    assert next(e for e in api.items("/audit") if e["operation"] == "actOnDevice")["who"] == "nobody"


@real
def test_events_and_notifications(joined, bus):
    bus.start()
    home = joined()
    api, tv = home.gateway.api, home.devices[0]
    until_state(api, "ok")
    told = [bus.watch("listen", "spin.*"), bus.watch("subscribe", "spin")]
    assert tv.ping(FAR)
    device = api.device(tv.mac)["id"]

    def is_told():
        """Who is not there yet misses it, so a rule is made until both were."""
        rules.append(api.act(f"/devices/{device}", "block").json["rule"]["id"])
        api.act(f"/devices/{device}", "unblock")
        return all(t.count(r'"spin\.block"') for t in told)

    rules = []
    until(is_told, "both are told", 30)
    guest = home.arrive(20)
    assert guest.ping(FAR)
    home.gateway.dataplane.kill9()
    for watcher in told:
        for name, kind, has in (("spin.block", "rule", lambda i: i["id"] in rules),
                                ("spin.device", "notification", lambda i: i["message_key"].startswith("new_device")),
                                ("spin.alert", "notification", lambda i: not i["message_key"].startswith("new_device"))):
            event = json.loads(watcher.wait_line(rf'\{{ "{re.escape(name)}": (\{{.*\}}) \}}', 30).group(1))
            assert event["event"] == kind and re.fullmatch(r"[0-9a-f]{16}-\d+", event["id"])
            assert any(has(item) for item in event["data"]["items"]), event
        blocks = [json.loads(line)["spin.block"] for _, line in watcher.lines if '"spin.block"' in line]
        made = [(item["id"], event["data"]["generation"]) for event in blocks for item in event["data"]["items"]]
        assert len(made) == len(set(made)), "once each"


@real
def test_ubusd_comes_and_goes(joined, bus):
    home = joined()
    api, tv = home.gateway.api, home.devices[0]
    assert "ubusd cannot be reached" in until_state(api, "failed")["message"]
    refused = api.request("POST", "/integrations/ubus:test", timeout=20)
    assert refused.status == 502 and refused.json["key"] == "integration_failed"
    bus.start()
    until_state(api, "ok", 40)
    bus.process.kill9()
    assert "broke off" in until_state(api, "failed")["message"] and tv.ping(FAR)
    bus.start()
    until_state(api, "ok", 40)
    assert bus.call("status")["devices"]
    # One that stands still is noticed, and holds up nothing but itself.
    bus.process.signal(signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(20):
        api.get("/summary")
    assert tv.ping(FAR) and time.monotonic() - began < 15
    assert "does not answer" in until_state(api, "failed", 40)["message"]
    bus.process.signal(signal.SIGCONT)
    until_state(api, "ok", 60)
    assert bus.call("health")["status"]
    # Switched off it is gone, and so is its process.
    home.gateway.config.write_text("ubus: {enabled: false}\n")
    home.gateway.control.signal(signal.SIGHUP)
    until_state(api, "off")
    until(lambda: "spin" not in bus.ask("list").stdout.split(), "gone")


@real
def test_two_who_offer_it(joined, bus, spawn):
    """The second waits, says why, and takes over: here not as root, by the ACL that OpenWrt's package brings."""
    (bus.folder / "acl" / "spin.json").write_text(ACL.read_text().replace('"spin",', '"nobody",', 1))
    bus.start()
    home = joined()
    until_state(home.gateway.api, "ok")
    with tempfile.TemporaryDirectory(prefix="spin-ubus-") as folder:
        other = Gateway(folder, None)
        other.config.write_text(json.dumps({"ubus": {"enabled": True, "socket": str(bus.socket)}}))
        subprocess.run(["chown", "-R", "65534:65534", folder], check=True)
        control = spawn([*NOBODY, *other.control_argv()], name="spin-control")
        control.wait_line(r"control: ready on /", 15)
        url = control.wait_line(r"control: ready on (http://\S+)", 15).group(1)
        api = Api(url, token=token_of(other.run_dir, name="tester"))
        assert "another program offers it" in until_state(api, "failed")["message"]
        home.gateway.control.stop()
        until_state(api, "ok", 60)
        assert bus.call("devices")["items"] == []
        control.stop()
