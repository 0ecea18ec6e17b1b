# SPDX-License-Identifier: BSD-3-Clause
"""Bad input gets a clear answer and harms nothing."""

import os
import re
import socket
import struct
import subprocess

import pytest
from scapy.all import ARP, IP, TCP, UDP, Ether, Raw, conf

from harness.api import UnixConnection
from harness.gateway import program
from harness.netns import Netns, cable, sh
from harness.process import Process

conf.verb = 0


@pytest.fixture
def healthy(home):
    """The home, and afterwards the proof that nothing was harmed."""
    assert home.devices[0].ping(home.router.ipv4)
    home.gateway.api.device(home.devices[0].mac)
    yield home
    assert home.gateway.dataplane.running and home.gateway.control.running
    assert home.devices[0].ping(home.router.ipv4)
    # Rules that new names or devices bring are pending for a moment.
    home.gateway.api.until(lambda: home.gateway.api.get("/health")["status"] == "ok", 10, "all is well")


def send_frames(host, frames):
    with host.ns.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind(("eth0", 0))
        for frame in frames:
            link.send(frame)


def bad_frames():
    ether = Ether(src="02:00:00:00:01:0b", dst="02:00:00:00:02:01")
    ip = IP(src="192.0.2.11", dst="192.0.2.1")
    yield bytes(ether / IP(src="192.0.2.11", dst="192.0.2.1", ihl=3) / UDP())  # header length 12
    yield bytes(ether / IP(src="192.0.2.11", dst="192.0.2.1", ihl=15) / UDP())  # options beyond the end
    yield bytes(ether / IP(src="192.0.2.11", dst="192.0.2.1", len=9000) / UDP())  # longer than the frame
    yield bytes(ether / IP(src="192.0.2.11", dst="192.0.2.1", version=9) / UDP())
    yield bytes(ether / ip / TCP(dataofs=2))
    yield bytes(ether / ip / TCP(options=[(99, b"")]))[:-2] + b"\x63\x00"  # option of length 0
    yield bytes(ether / ip / UDP(dport=53) / Raw(b"\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"))  # name pointing to itself
    yield bytes(ether / ip / UDP(sport=68, dport=67) / Raw(b"\1\1\6\0" + bytes(232) + b"\x63\x82\x53\x63\x0c\xff"))  # option too long
    yield bytes(ether / IP(src="192.0.2.11", dst="192.0.2.1", flags="MF", frag=0) / UDP())[:36]
    yield bytes.fromhex("020000000201" "02000000010b" "86dd" "60000000" "ffff" "00ff") + bytes(32)
    yield bytes.fromhex("020000000201" "02000000010b" "8100" "0001" "8100" "0002" "88a8" "0003" "0800") + bytes(46)
    yield bytes.fromhex("020000000201" "02000000010b" "8864" "1100" "0001" "0fff" "0021" "45") + bytes(40)
    yield bytes(ether / ARP(hwlen=200))
    whole = bytes(ether / ip / TCP(options=[("MSS", 1460)]) / Raw(b"x" * 30))
    for length in range(14, len(whole)):  # cut at every byte
        yield whole[:length]


def test_malformed_and_truncated_frames(healthy):
    send_frames(healthy.devices[0], bad_frames())


@pytest.fixture
def alone(tmp_path):
    """spin-control without a dataplane."""
    def run(*extra, **files):
        for name, text in files.items():
            (tmp_path / (name + ".yaml")).write_text(text)
        return Process([program("spin-control"), "--run-dir", tmp_path, "--state-dir", tmp_path / "state",
                        "--listen", "127.0.0.1:0", *extra], name="spin-control")
    (tmp_path / "state").mkdir()
    return run


@pytest.mark.parametrize("text, where", [
    ("default_profile: [allow-all\n", r"spin\.yaml:\d+:\d+: "),
    ("default_profile: allow-all\nnonsense: 1\n", r"spin\.yaml:2:1: .*nonsense"),
    ("listen: 300.0.0.1:13026\n", r"spin\.yaml:1:9: .*300\.0\.0\.1:13026.*127\.0\.0\.1"),
    ("default_profile: 7th\n", r"spin\.yaml:1:18: .*7th.*allow-all or block-all"),
    ("answers: {dns: nxdomian}\n", r"spin\.yaml:1:16: 'nxdomian'.*pass, nxdomain, zero or silence"),
    ("server_names: yes\n", r"spin\.yaml:1:15: 'yes'.*false or true"),
    ("\tdefault_profile: allow-all\n", r"spin\.yaml:1:\d+: "),
])
def test_yaml_error_names_the_place(alone, tmp_path, text, where):
    control = alone("--config", tmp_path / "spin.yaml", spin=text)
    assert control.wait_exit() == 1
    assert re.search(where, control.text), control.text


def test_a_tcp_port_in_use(alone):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        control = alone("--listen", f"127.0.0.1:{port}")
        assert control.wait_exit() == 1
        assert str(port) in control.text and "use" in control.text


WRONG_REQUESTS = [
    ("PATCH", "{device}", b'{"name": "x"', {}, 400, "bad_json"),
    ("PATCH", "{device}", b'{"name": "x"} trailing', {}, 400, "bad_json"),
    ("PATCH", "{device}", b'["name"]', {}, 400, None),
    ("PATCH", "{device}", b'{"nmae": "x"}', {}, 400, "unknown_field"),
    ("PATCH", "{device}", b'{"name": 7}', {}, 400, None),
    ("PATCH", "{device}", b'{"name": "' + b"x" * 65 + b'"}', {}, 400, "bad_value"),
    ("PATCH", "{device}", b'{"name": "a\\u0007b"}', {}, 400, "bad_value"),
    ("PATCH", "{device}", b'{"name": "  "}', {}, 400, "bad_value"),
    ("PATCH", "{device}", b'{"name": "\xe2\x80\xaeknab"}', {}, 400, "bad_value"),
    ("PATCH", "{device}", b'{"name": "\xe2\x80\x8b \xe2\x81\xa0\xef\xbb\xbf"}', {}, 400, "bad_value"),
    ("PATCH", "{device}", b'{"profile": "no-such"}', {}, (400, 404), "unknown_profile"),
    ("PATCH", "{device}", b'{"name": "x"}', {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
    ("PATCH", "{device}", b'{"name": "' + b"x" * (1 << 20) + b'"}', {}, 413, "body_too_large"),
    ("POST", "/devices/dev_0000000000000:block", None, {}, 404, "unknown_device"),
    ("POST", "/devices/02:00:00:00:99:99:block", None, {}, 404, "unknown_device"),
    ("POST", "/destinations/dst_0000000000000:block", None, {}, 404, "unknown_destination"),
    ("POST", "{device}:explode", None, {}, (400, 404), "unknown_action"),
    ("GET", "/nonsense", None, {}, 404, "not_found"),
    ("DELETE", "/devices", None, {}, 405, "method_not_allowed"),
    ("POST", "{device}:block", None, {"Host": "evil.example"}, 421, "wrong_host"),
    ("POST", "{device}:block", None, {"Origin": "http://evil.example"}, 403, "foreign_origin"),
    ("GET", "/devices?limit=-1", None, {}, 400, "bad_value"),
    ("GET", "/devices?cursor=nonsense", None, {}, 400, "bad_value"),
]


@pytest.mark.parametrize("method, path, body, headers, status, key", WRONG_REQUESTS,
                         ids=[f"{number}-{row[5]}" for number, row in enumerate(WRONG_REQUESTS)])
def test_wrong_requests(healthy, method, path, body, headers, status, key):
    api = healthy.gateway.api
    device = "/devices/" + api.device(healthy.devices[0].mac)["id"]
    headers = {"Content-Type": "application/json", **headers} if body else headers
    try:
        reply = api.request(method, path.replace("{device}", device), body, headers)
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413  # it need not read a megabyte to say no
        return
    assert reply.status in (status if isinstance(status, tuple) else (status,)), reply.body
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    problem = reply.json
    assert problem["status"] == reply.status and problem["title"] and problem["detail"]
    if key:
        assert problem["key"] == key
    assert api.get(device)["blocked"] is False


def test_spinctl_says_what_is_wrong(healthy):
    for argv, status, said in ((["block", "02:00:00:00:99:99"], 1, "02:00:00:00:99:99"), (["explode"], 2, "explode"), (["block"], 2, "")):
        done = healthy.gateway.spinctl(*argv, check=False)
        assert done.returncode == status, done
        assert said in done.stderr and done.stderr.strip()


def test_spinctl_without_control(tmp_path):
    done = subprocess.run([program("spinctl"), "--run-dir", tmp_path, "status"], capture_output=True, text=True)
    assert done.returncode == 3 and done.stderr.strip()


def test_garbage_on_both_sockets(healthy):
    gateway = healthy.gateway
    link = UnixConnection(gateway.run_dir / "api.sock")
    link.connect()
    link.sock.sendall(os.urandom(4096))
    link.close()
    with socket.create_connection((gateway.api.host, gateway.api.port)) as raw:
        raw.sendall(b"GET / HTTP/9.9\r\n" + b"x: " + b"y" * 200000)
        try:
            raw.recv(1000)
        except ConnectionResetError:
            pass


def hello(magic=0x4E495053, version=1):
    body = struct.pack("<IIQQ32s", magic, version, 1, os.getpid(), b"test")
    return struct.pack("<IHHQ", 16 + len(body), 1, 1, 0) + body


def test_wrong_wire_version(make_home):
    """Answered with the dataplane's own HELLO, then closed; control, come back, is served as before."""
    home = make_home()
    home.gateway.start_dataplane()
    for first in (hello(version=99), os.urandom(300), b"", struct.pack("<IHHQ", 5, 1, 1, 0)):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.settimeout(5)
            link.connect(str(home.gateway.run_dir / "dataplane.sock"))
            if first:
                link.send(first)
                while link.recv(65536):
                    pass
    home.gateway.start_control()
    assert home.devices[0].ping(home.router.ipv4)
    assert home.gateway.api.device(home.devices[0].mac)
    assert home.gateway.dataplane.running


def test_a_missing_interface(make_home):
    home = make_home(devices=1)
    home.gateway.lan = ["nosuch0"]
    dataplane = home.gateway.start_dataplane(ready=False)
    assert dataplane.wait_exit() == 1
    assert "nosuch0" in dataplane.text


def test_an_interface_already_taken(healthy):
    second = healthy.gateway.ns.popen(*[a if a != healthy.gateway.run_dir else a.parent for a in healthy.gateway.dataplane_argv()],
                                      name="second spin-dataplane")
    assert second.wait_exit(30) == 1
    assert re.search(r"lan0|wan0", second.text) and "dataplane: ready" not in second.text


def test_dataplane_usage(tmp_path):
    for argv in ([], ["--lan", "lan0"], ["--wan"], ["--nonsense"], ["--lan", "a", "--wan", "b", "--flows", "many"]):
        done = subprocess.run([program("spin-dataplane"), *argv], capture_output=True, text=True, timeout=20)
        assert done.returncode == 2 and done.stderr.strip(), (argv, done)


def test_a_full_disk(make_home, tmp_path):
    """A 1 MiB tmpfs as state directory: 507, nothing changes, and all goes on; room again, and it works again."""
    home = make_home()
    sh("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", home.gateway.state_dir)
    try:
        home.gateway.start()
        tv = home.devices[0]
        assert tv.ping(home.router.ipv4)
        api = home.gateway.api
        path = "/devices/" + api.device(tv.mac)["id"]
        filler = home.gateway.state_dir / "filler"
        with open(filler, "wb", buffering=0) as f:
            try:
                while f.write(bytes(4096)):
                    pass
            except OSError:
                pass
        shown = api.get(path)["name"]
        for turn in range(400):  # SQLite may still have room inside its own file, and find some again
            reply = api.request("PATCH", path, {"name": f"{turn:064}"})
            if reply.status == 200:
                shown = f"{turn:064}"
                continue
            assert reply.status == 507 and reply.json["key"] == "storage_full", reply.body
            storage = api.get("/health")["storage"]
            if not storage["ok"]:
                break
        assert not storage["ok"] and storage["message"]
        assert api.get(path)["name"] == shown
        assert tv.ping(home.router.ipv4)
        filler.unlink()
        assert api.request("PATCH", path, {"name": "there is room again"}).status == 200
        assert api.act(path, "block").status == 200
    finally:
        for process in (home.gateway.control, home.gateway.dataplane):
            if process:
                process.stop()
        sh("umount", home.gateway.state_dir)


def test_a_port_without_link(make_gateway):
    """Opened all the same, and shown without link."""
    ns, far = Netns("gateway"), Netns("far")
    cable(ns, "lan0", far, "lan")
    cable(ns, "wan0", far, "wan")
    far.run("ip", "link", "set", "lan", "down")
    api = make_gateway(ns).start().api
    ports = {p["name"]: p for p in api.until(lambda: api.get("/health")["dataplane"]["ports"], 10, "ports")}
    assert set(ports) == {"lan0", "wan0"} and all(p["open"] for p in ports.values())
    assert ports["wan0"]["link"] and not ports["lan0"]["link"]
