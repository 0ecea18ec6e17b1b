# SPDX-License-Identifier: BSD-3-Clause
"""Brokers that are silent, lie, send without an end or flood us: the gateway's work goes on, and it tries again."""

import socket
import threading

import pytest
from harness.mqtt_case import ROOT, broker, told, until_state  # noqa: F401


class Liar:
    """Accepts, and does as `talk` says with each connection."""

    def __init__(self, talk):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.met = threading.Semaphore(0)
        threading.Thread(target=self.run, args=(talk,), daemon=True).start()

    def run(self, talk):
        while True:
            peer, _ = self.server.accept()
            self.met.release()
            threading.Thread(target=self.talk, args=(talk, peer), daemon=True).start()

    def talk(self, talk, peer):
        try:
            talk(peer)
        except OSError:
            pass


CONNACK = b"\x20\x02\x00\x00"  # MQTT 3.1.1 3.2


def silent(peer):
    while peer.recv(4096):
        pass


def yes_and_silent(peer):
    peer.sendall(CONNACK)
    silent(peer)


def garbage(peer):
    peer.sendall(b"\xff" * 100_000)
    silent(peer)


def endless(peer):
    peer.sendall(CONNACK + b"\x30\xff\xff\xff\x7f\x00\x01x")  # a message of 256 MiB
    while True:
        peer.sendall(b"y" * 65536)


@pytest.mark.parametrize("talk, message", [
    (silent, "silent|does not answer"), (yes_and_silent, "silent"), (garbage, "broke MQTT|closed"), (endless, "without an end")])
def test_lying_broker(told, talk, message):
    liar = Liar(talk)
    home = told(liar.port, keepalive="5s")
    api = home.gateway.api
    log = home.gateway.control
    log.wait_line(rf"mqtt: 127.0.0.1:{liar.port}: .*({message})", 40)
    assert liar.met.acquire(timeout=20) and liar.met.acquire(timeout=40), "it is tried again"
    assert home.devices[0].ping(home.router.ipv4, 20)
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 20, "dataplane connected")


def test_flood(told, broker):
    """A broker full of messages to us costs neither the API nor the dataplane."""
    home = told(broker.port, commands=True)
    api = home.gateway.api
    until_state(api, "ok")
    for size in (10, 60_000, 200_000):
        broker.publish(f"{ROOT}/device/dev_x/blocked/set", "x" * size, "--repeat", "200")
    tried = api.request("POST", "/integrations/mqtt:test", timeout=30)
    assert tried.status == 200 and tried.json["lost"] == 0
    assert home.devices[0].ping(home.router.ipv4, 20)
