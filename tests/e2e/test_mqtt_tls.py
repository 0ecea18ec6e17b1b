# SPDX-License-Identifier: BSD-3-Clause
"""MQTT over TLS: the broker is who its certificate says, and so are we; others listen over websockets; tshark finds no fault."""

import json
import queue
import signal
import subprocess
import sys

import paho.mqtt.client as paho
import pytest
from harness.broker import Broker, free_port
from harness.mqtt_case import ROOT, broker, status, told, until_state  # noqa: F401
from harness.process import Process


def openssl(*argv):
    subprocess.run(["openssl", *map(str, argv)], check=True, capture_output=True)


class Authority:
    """Certificates for a broker and for us."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key, self.file = folder / f"{name}.key", folder / f"{name}.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.file)

    def sign(self, who, names=""):
        key, request, file, extra = (self.folder / f"{self.name}-{who}.{x}" for x in ("key", "csr", "pem", "ext"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={who}",
                "-keyout", key, "-out", request)
        extra.write_text(f"subjectAltName={names}\n" if names else "basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial", "-days", "2",
                "-extfile", extra, "-out", file)
        return file, key


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"), "Broker-CA")


def secure(folder, authority, names="DNS:localhost,IP:127.0.0.1", *lines):
    file, key = authority.sign("broker", names)
    return Broker(folder, f"cafile {authority.file}", f"certfile {file}", f"keyfile {key}", *lines).start()


@pytest.mark.parametrize("version, host", [("3.1.1", "localhost"), ("5", "127.0.0.1")])
def test_tls_with_our_certificate(told, tmp_path, authority, version, host):
    server = secure(tmp_path, authority, "DNS:localhost,IP:127.0.0.1", "require_certificate true", "use_identity_as_username true")
    file, key = authority.sign("gw-test")
    home = told(server.port, host=host, tls=True, ca=str(authority.file), certificate=str(file), key=str(key), version=version)
    until_state(home.gateway.api, "ok")
    server.process.wait_line(r"as spin/gw-test \(p\d, c1, k30, u'gw-test'\)")
    assert home.gateway.api.request("POST", "/integrations/mqtt:test", timeout=20).status == 200


def test_whom_we_do_not_believe(told, tmp_path, authority):
    """Another's authority, another's name, no certificate of ours: no word is said, and the sentence tells why."""
    other = Authority(tmp_path, "Other-CA")
    named = secure(tmp_path, authority, "DNS:elsewhere.example")
    home = told(named.port, host="localhost", tls=True, ca=str(authority.file))
    api = home.gateway.api
    assert "hostname mismatch" in until_state(api, "failed")["message"].lower()
    strict = secure(tmp_path, authority, "DNS:localhost", "require_certificate true")

    def now(port, **keys):
        (tmp_path / "spin.yaml").write_text(json.dumps({"mqtt": {
            "enabled": True, "host": "localhost", "port": port, "gateway": "gw-test", "tls": True, **keys}}))
        home.gateway.control.signal(signal.SIGHUP)

    now(strict.port, ca=str(other.file))
    said = api.until(lambda: "believed" in (m := status(api)["message"] or "") and "mismatch" not in m.lower() and m, 30, "another's authority")
    assert "self-signed" in said or "issuer" in said
    now(strict.port, ca=str(authority.file))
    api.until(lambda: (m := status(api)["message"] or "") and "believed" not in m, 30, "no certificate of ours")
    now(strict.port, ca=str(tmp_path / "nowhere.pem"))
    said = api.until(lambda: "cannot be used" in (m := status(api)["message"] or "") and m, 30, "a file that is not there")
    assert "nowhere.pem" in said
    assert strict.process.count("as spin/gw-test") == 0 and named.process.count("as spin/gw-test") == 0


def test_others_listen_over_websockets(told, tmp_path):
    port = free_port()
    server = Broker(tmp_path, f"listener {port} 127.0.0.1", "protocol websockets").start()
    got = queue.Queue()
    ear = paho.Client(client_id="browser", transport="websockets")
    ear.on_connect = lambda c, *_: c.subscribe(f"{ROOT}/#", qos=1)
    ear.on_subscribe = lambda *_: got.put(("ready", ""))
    ear.on_message = lambda c, u, m: got.put((m.topic, m.payload.decode()))
    ear.connect("127.0.0.1", port)
    ear.loop_start()
    try:
        assert got.get(timeout=20)[0] == "ready"
        home = told(server.port, commands=True)
        api = home.gateway.api
        assert home.devices[0].ping(home.router.ipv4, 20)
        device = api.device(home.devices[0].mac)
        topic = f"{ROOT}/device/{device['id']}"

        def until(want, fits):
            while True:
                t, payload = got.get(timeout=20)
                if t == want and fits(payload):
                    return payload

        until(f"{ROOT}/status", lambda p: p == "online")
        until(f"{topic}/state", lambda p: json.loads(p)["bytes_in"] > 0)
        ear.publish(f"{topic}/blocked/set", "ON", qos=1)
        until(f"{topic}/state", lambda p: json.loads(p)["blocked"])
        assert api.get(f"/devices/{device['id']}")["blocked"]
    finally:
        ear.loop_stop()


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_tshark_finds_nothing_malformed(told, broker, tmp_path, version):
    file = tmp_path / "mqtt.pcap"
    capture = Process(["tcpdump", "--immediate-mode", "-i", "lo", "-U", "-w", file, "tcp port", broker.port], name="tcpdump")
    capture.wait_line("listening on lo")
    home = told(broker.port, version=version, homeassistant=True, commands=True)
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 20)
    device = api.device(home.devices[0].mac)
    heard = broker.subscribe(f"{ROOT}/#")
    broker.publish(f"{ROOT}/device/{device['id']}/blocked/set", "ON")
    heard.message(f"{ROOT}/device/{device['id']}/blocked/result")
    home.gateway.control.stop()
    broker.process.wait_line("Client spin/gw-test disconnected")
    capture.stop()

    def frames(wanted):
        done = subprocess.run(["tshark", "-r", file, "-d", f"tcp.port=={broker.port},mqtt", "-Y", wanted, "-T", "fields",
                               "-e", "frame.number"], capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.split()

    assert len(frames("mqtt.msgtype == 3")) > 10, "messages"
    assert len(frames(f"mqtt.msgtype == 1 && mqtt.ver == {5 if version == '5' else 4}")) >= 1, "our CONNECT"
    assert frames("_ws.malformed || _ws.expert.group == \"Malformed\"") == []


FLOOD = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begin = int(sys.argv[2])
for port in range(begin, begin + 6000):
    s.sendto(b"x", (sys.argv[1], port))
"""


def test_slow_broker(told, broker):
    """A broker that stops reading: what waits is bounded, what gives way is counted, all else goes on, and it catches up."""
    home = told(broker.port)
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 20)
    until_state(api, "ok")
    broker.process.signal(signal.SIGSTOP)
    try:
        for begin in range(10000, 60000, 6000):
            home.devices[0].ns.run(sys.executable, "-c", FLOOD, home.router.ipv4, str(begin))
            if status(api)["lost"]:
                break
        lost = api.until(lambda: (s := status(api))["lost"] and s, 60, "something gave way")
        assert lost["waiting"] <= 4096 + 64 + 100, lost
        assert home.devices[0].ping(home.router.ipv4, 20)
        assert api.get("/health")["status"] == "ok"
    finally:
        broker.process.signal(signal.SIGCONT)
    api.until(lambda: (s := status(api))["state"] == "ok" and s["waiting"] < 100, 90, "it caught up")
    device = api.device(home.devices[0].mac)
    heard = broker.subscribe(f"{ROOT}/#")
    heard.message(f"{ROOT}/device/{device['id']}/state")
