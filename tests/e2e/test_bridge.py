# SPDX-License-Identifier: BSD-3-Clause
"""A bridge of more than two ports: two LAN ports, the WAN, and the gateway's own stack, real processes on all sides."""

import re
import socket
import threading

import pytest

from harness.netns import Netns, cable, quiet
from dataplane_wire import image
from test_ports import DRIVERS, ROOT_USER, Tap, Wire, check_all, frame, transfer

MACS = {"a": "02:00:00:00:0a:01", "b": "02:00:00:00:0b:02", "router": "02:00:00:00:0c:03", "self": "02:00:00:00:0d:04"}
ADDRESSES = {"a": "192.0.2.11", "b": "192.0.2.12", "router": "192.0.2.1", "self": "192.0.2.254"}
PORTS = {"a": "lan0", "b": "lan1", "router": "wan0"}


def raw(name):
    return bytes.fromhex(MACS[name].replace(":", ""))


class Branches:
    """a -- lan0, b -- lan1, router -- wan0; with a host port spin0 -- spin1, the gateway's own stack."""

    def __init__(self, make_gateway, driver=None, host=False, offloads=False, options=()):
        self.ns = {name: Netns(name) for name in ("gateway", *PORTS)}
        gateway = self.ns["gateway"]
        for name, port in PORTS.items():
            cable(gateway, port, self.ns[name], "eth0", mac_b=MACS[name], offloads=offloads)
            self.address(self.ns[name], "eth0", name)
            quiet(gateway, port)
        if host:
            gateway.run("ip", "link", "add", "spin0", "type", "veth", "peer", "name", "spin1", "address", MACS["self"])
            for end in ("spin0", "spin1"):
                gateway.offloads(end, offloads)
                gateway.run("ip", "link", "set", end, "up")
            self.address(gateway, "spin1", "self")
            self.ns["self"] = gateway
        self.gateway = make_gateway(gateway, lan=["lan0", "lan1"], host=["spin0"] if host else [], driver=driver)
        self.gateway.start_control(connected=False)
        self.gateway.start_dataplane(*options)
        self.api = self.gateway.api
        self.api.until(lambda: self.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")

    def address(self, ns, interface, name):
        quiet(ns, interface)
        ns.run("ip", "addr", "add", ADDRESSES[name] + "/24", "dev", interface)

    def ping(self, name, to, seconds=2):
        return self.ns[name].run("ping", "-n", "-c1", "-i0.05", f"-w{seconds}", ADDRESSES[to], check=False).returncode == 0

    def metrics(self):
        text = self.api.request("GET", "/metrics").body.decode()
        return {m[1]: int(m[2]) for m in re.finditer(r"^(spin_\S+) (\d+)$", text, re.M)}

    def settle(self, look, what):
        """The metrics as soon as look(metrics) is true."""
        return self.api.until(lambda: next((m for m in [self.metrics()] if look(m)), None), 15, what)


def rx(metrics):
    return sum(n for name, n in metrics.items() if name.startswith("spin_port_rx_packets_total"))


def ended(metrics):
    dropped = sum(n for name, n in metrics.items() if name.startswith("spin_packets_dropped_total"))
    return metrics["spin_packets_forwarded_total"] + dropped


@pytest.mark.parametrize("driver", DRIVERS)
def test_between_lan_ports_both_devices_are_judged_and_counted(make_gateway, driver):
    home = Branches(make_gateway, driver)
    assert transfer(home.ns["a"], home.ns["b"], ADDRESSES["b"], 1 << 20) < 10
    assert home.ping("a", "router") and home.ping("b", "router")
    a, b = (home.api.device(MACS[name])["id"] for name in "ab")
    flow = home.api.until(lambda: next((f for f in home.api.items("/flows") if f["protocol"] == "tcp" and f["ended"]), None),
                          15, "the transfer's flow")
    total = flow["packets_to_responder"] + flow["packets_to_initiator"]
    assert flow["bytes_to_responder"] > 1 << 20
    counts = {d: home.api.get(f"/devices/{d}") for d in (a, b)}
    assert counts[a]["packets_out"] >= flow["packets_to_responder"] and counts[a]["packets_in"] >= flow["packets_to_initiator"]
    assert counts[b]["packets_in"] >= flow["packets_to_responder"] and counts[b]["packets_out"] >= flow["packets_to_initiator"]
    metrics = home.settle(lambda m: rx(m) == ended(m) >= total, "every frame has one end")
    assert rx(metrics) < 2 * total  # once in totals
    assert metrics['spin_port_rx_packets_total{port="lan1"}'] >= flow["packets_to_initiator"]
    for device in (a, b):  # either end's block ends it, and only that
        home.api.act(f"/devices/{device}", "block")
        assert not home.ping("a", "b", 1) and not home.ping("b", "a", 1)
        assert home.ping("b" if device == a else "a", "router")
        home.api.act(f"/devices/{device}", "unblock")
        assert home.ping("a", "b") and home.ping("b", "a")
    assert home.api.get(f"/devices/{a}")["dropped"] > 0 and home.api.get(f"/devices/{b}")["dropped"] > 0


@pytest.mark.parametrize("driver", DRIVERS)
def test_stations_move_between_lan_ports_and_not_to_the_wan(make_gateway, driver):
    home = Branches(make_gateway, driver)
    taps = {name: Tap(home.ns[name]) for name in PORTS}
    laptop, router = bytes.fromhex("020000000e05"), bytes.fromhex("020000000f06")

    def say(where, source, to=b"\xff" * 6):
        said = frame(60, 0x88B5, to=to, sender=source)
        taps[where].socket.send(said)
        return said

    def heard(where, said):
        while (got := taps[where].read(3)) is not None:
            if got == said:
                return True
        return False

    def quiet_at(where, mark):
        """Nothing for the laptop was heard before the broadcast `mark`."""
        while (got := taps[where].read(3)) is not None:
            assert got[:6] != laptop
            if got == mark:
                return True
        return False

    def only_at(where):
        said = say("router", router, laptop)
        mark = say("router", router)
        assert heard(where, said)
        for other in {"a", "b"} - {where}:
            assert quiet_at(other, mark)

    for place in ("a", "b", "a", "b"):  # from one access point to the other, at once
        announced = say(place, laptop)
        assert heard("router", announced)
        only_at(place)
    assert heard("a", say("router", laptop))  # forwarded, not believed
    only_at("b")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_storm_is_damped_and_the_rest_goes_on(make_gateway, driver):
    home = Branches(make_gateway, driver, options=["--storm", "200"])
    assert home.ping("a", "router") and home.ping("b", "router")
    before = home.metrics()
    tap = Tap(home.ns["a"])
    for _ in range(500):
        tap.socket.send(frame(60, 0x88B5, to=b"\xff" * 6, sender=raw("a")))
    storm = 'spin_packets_dropped_total{reason="storm"}'
    metrics = home.settle(lambda m: rx(m) == ended(m) >= rx(before) + 500, "all are counted")
    assert 0 < metrics[storm] < 500
    assert home.ping("a", "router") and home.ping("a", "b")  # ARP and what is known pass
    device = home.api.device(MACS["a"])
    assert device["dropped"] == metrics[storm]


def serve_once(ns, address, reply):
    """An HTTP server for one request; returns its port and the list it puts the client's address in."""
    with ns.entered():
        listener = socket.create_server((address, 0))
    peers = []

    def serve():
        while True:
            try:
                peer, where = listener.accept()
            except OSError:
                return
            with peer:
                peers.append(where[0])
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(reply) + reply)

    threading.Thread(target=serve, daemon=True).start()
    return listener, peers


def get(ns, address, port, seconds=5):
    return ns.run("curl", "-sS", "--max-time", seconds, f"http://{address}:{port}/", check=False)


@pytest.mark.parametrize("offloads", [True, False], ids=["offloads on", "offloads off"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_the_gateway_is_reached_from_the_lan_and_closed_to_the_wan(make_gateway, driver, offloads):
    home = Branches(make_gateway, driver, host=True, offloads=offloads)
    if offloads and driver == "af_packet":
        for name in (*PORTS, "self"):
            home.ns[name].run("ethtool", "-K", "spin1" if name == "self" else "eth0", "tso", "off", "gso", "off")
    listener, peers = serve_once(home.ns["gateway"], ADDRESSES["self"], b"here I am\n" * 1000)
    port = listener.getsockname()[1]
    for name in ("a", "b"):
        assert home.ping(name, "self")
        assert get(home.ns[name], ADDRESSES["self"], port).stdout == "here I am\n" * 1000
    assert peers == [ADDRESSES["a"], ADDRESSES["b"]]

    before = home.metrics()
    assert not home.ping("router", "self", 1)
    assert get(home.ns["router"], ADDRESSES["self"], port, 1).returncode == 28  # no answer, not a refusal
    assert len(peers) == 2
    refused = 'spin_packets_dropped_total{reason="wan_to_host"}'
    home.settle(lambda m: m[refused] >= before[refused] + 2, "wan_to_host is counted")

    assert home.ping("self", "router")  # what the gateway begins itself is answered
    theirs, _ = serve_once(home.ns["router"], ADDRESSES["router"], b"from outside\n")
    assert get(home.ns["gateway"], ADDRESSES["router"], theirs.getsockname()[1]).stdout == "from outside\n"
    if offloads:
        completed = home.metrics()['spin_port_partial_checksums_total{port="spin0"}']
        assert completed > 0
    health = home.api.get("/health")["dataplane"]["ports"]
    assert {p["name"]: p["side"] for p in health}["spin0"] == "host"
    listener.close()
    theirs.close()


@pytest.mark.parametrize("driver", ["auto", "af_packet"])
def test_jumbo_frames(make_gateway, driver):
    """MTU 9000 on two ports of three: they take jumbo frames, the third is spared them and says so."""
    gateway, left, right, small = (Netns(name) for name in ("gateway", "left", "right", "small"))
    for port, end, mtu in (("lan0", left, 9000), ("wan0", right, 9000), ("lan1", small, 1500)):
        cable(gateway, port, end, "eth0", mtu=mtu)
        quiet(end, "eth0")
    left.run("ip", "addr", "add", "192.0.2.11/24", "dev", "eth0")
    right.run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0")
    bridge = make_gateway(gateway, lan=["lan0", "lan1"], driver=driver)
    (bridge.state_dir / "rules.image").write_bytes(image(1))
    text = bridge.start_dataplane().text
    assert len(re.findall(r"(?:lan0|wan0): net_af_packet, frames up to 9014 bytes", text)) == 2
    if driver == "auto" and ROOT_USER:
        assert re.search(r"lan0: AF_PACKET instead of AF_XDP: its MTU is 9000, and AF_XDP takes frames of at most 1792", text)
        assert "lan1: net_af_xdp" in text
    taps = {end: Tap(end) for end in (left, right, small)}
    check_all(taps[left], taps[right], (frame(n, 0x88B5) for n in (60, 1514, 1938, 1952, 2048, 4096, 8999, 9014)))
    check_all(taps[left], taps[small], (frame(n, 0x88B5, to=b"\xff" * 6) for n in (60, 1514)))
    taps[left].socket.send(frame(9014, 0x88B5, to=b"\xff" * 6))
    check_all(taps[left], taps[small], [frame(60, 0x88B5, to=b"\xff" * 6)])  # the long one did not come before it
    assert transfer(left, right, "192.0.2.1") < 15
    assert transfer(right, left, "192.0.2.11") < 15


@pytest.mark.skipif(not ROOT_USER, reason="AF_XDP needs root outside of a user namespace")
def test_af_xdp_says_where_jumbo_frames_end(make_gateway):
    gateway, other = Netns("gateway"), Netns("other")
    for port in ("lan0", "wan0"):
        cable(gateway, port, other, port, mtu=1779 if port == "lan0" else 1500)
    dataplane = make_gateway(gateway, driver="af_xdp").start_dataplane(ready=False)
    dataplane.wait_line(r"lan0 cannot be opened by AF_XDP: its MTU is 1779.*--driver auto would use AF_PACKET")
    assert dataplane.wait_exit() == 1


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_largest_frames_of_af_xdp_and_af_packet(make_gateway, driver):
    wire = Wire(make_gateway, driver, mtu=1778)
    wire.dataplane.stop()
    for port in ("lan0", "wan0"):
        wire.gateway_ns.run("ip", "link", "set", port, "mtu", 1778)
    wire.gateway.start_dataplane()
    check_all(Tap(wire.left), Tap(wire.right), (frame(n, 0x88B5) for n in (1700, 1791, 1792)))


@pytest.mark.parametrize("driver", DRIVERS)
def test_links_are_followed(make_gateway, driver):
    home = Branches(make_gateway, driver)

    def links():
        return {p["name"]: p["link"] for p in home.api.get("/health")["dataplane"]["ports"]}

    assert home.ping("a", "router")
    home.api.until(lambda: links() == {"lan0": True, "lan1": True, "wan0": True}, 15, "all up")
    for name in ("a", "router"):
        port = PORTS[name]
        home.ns[name].run("ip", "link", "set", "eth0", "down")
        home.api.until(lambda: links()[port] is False, 15, f"{port} down")
        home.gateway.dataplane.wait_line(f"{port}: link down")
        assert home.metrics()[f'spin_port_up{{port="{port}"}}'] == 0
        home.ns[name].run("ip", "link", "set", "eth0", "up")
        home.api.until(lambda: links()[port] is True, 15, f"{port} up")
        home.gateway.dataplane.wait_line(f"{port}: link up")
    assert home.ping("a", "router")
