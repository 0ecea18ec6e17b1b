# SPDX-License-Identifier: BSD-3-Clause
"""Frames arrive unchanged, byte for byte, on every kind of kernel port; TCP lives with offloads."""

import hashlib
import os
import select
import socket
import struct
import threading
import time

import pytest

from dataplane_wire import image
from harness.gateway import Gateway
from harness.netns import Netns, cable, quiet

A, B = bytes.fromhex("020000000a01"), bytes.fromhex("020000000b02")
SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING = 263, 8, 23
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
MANY = int(os.environ.get("SPIN_ETHERTYPES_STEP", "97"))  # 1 tries all 65,536

ROOT_USER = os.geteuid() == 0 and open("/proc/self/uid_map").read().split()[2] == "4294967295"
DRIVERS = ["af_xdp", "af_packet"] if ROOT_USER else ["af_packet"]


class Wire:
    """Two ends with a gateway between them: left -- lan0 [gateway] wan0 -- right."""

    def __init__(self, make_gateway, driver, offloads=False, mtu=None):
        self.gateway_ns, self.left, self.right = Netns("gateway"), Netns("left"), Netns("right")
        cable(self.gateway_ns, "lan0", self.left, "eth0", mac_b="02:00:00:00:0a:01", offloads=offloads)
        cable(self.gateway_ns, "wan0", self.right, "eth0", mac_b="02:00:00:00:0b:02", offloads=offloads)
        for ns in (self.left, self.right):
            if mtu:
                ns.run("ip", "link", "set", "eth0", "mtu", mtu)
            quiet(ns, "eth0")
        self.gateway = make_gateway(self.gateway_ns, driver=driver)
        (self.gateway.state_dir / "rules.image").write_bytes(image(1))  # or it would wait for control
        self.dataplane = self.gateway.start_dataplane()

    def addresses(self):
        self.left.run("ip", "addr", "add", "192.0.2.11/24", "dev", "eth0")
        self.right.run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0")


class Tap:
    """A packet socket that shows frames as they were on the wire, tags included."""

    def __init__(self, ns):
        with ns.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind(("eth0", 0))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)

    def read(self, timeout):
        if not select.select([self.socket], [], [], max(0, timeout))[0]:
            return None
        frame, extra, _, _ = self.socket.recvmsg(65536, 512)
        for level, kind, data in extra:
            if level == SOL_PACKET and kind == PACKET_AUXDATA:
                status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data)
                if status & TP_STATUS_VLAN_VALID:
                    tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                    frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
        return frame


def frame(length, ethertype, tags=b"", to=B, sender=A):
    head = to + sender + tags + struct.pack("!H", ethertype)
    return head + os.urandom(length - len(head))


def arrives(sender, receiver, sent):
    sender.socket.send(sent)
    deadline = time.monotonic() + 3
    while (got := receiver.read(deadline - time.monotonic())) is not None:
        if got == sent:
            return True
        if got[-16:] == sent[-16:]:
            raise AssertionError(f"{len(sent)} bytes {sent[:22].hex()} came as {len(got)} bytes {got[:22].hex()}")
    return False


def check_all(sender, receiver, frames):
    lost = [(len(f), f[12:18].hex()) for f in frames if not arrives(sender, receiver, f)]
    assert not lost


def lengths():
    yield from (frame(n, 0x88B5) for n in [*range(60, 1515, 13), 1513, 1514])


def tagged():
    yield from (frame(n, 0x88B5, bytes.fromhex("81002064")) for n in [64, 65, *range(100, 1518, 71), 1517, 1518])
    yield frame(64, 0x88B5, bytes.fromhex("81000000"))  # priority tag, VLAN 0
    yield from (frame(n, 0x88B5, bytes.fromhex("8100006481000065")) for n in (68, 1000, 1518))


def types():
    # Not 0x8100 and its like: a tag is more than a type and has its own test.
    yield from (frame(60, t) for t in range(0x0600, 0x10000, MANY) if t not in (0x8100, 0x88A8))
    yield from (frame(60, t) for t in (0x0800, 0x0806, 0x86DD, 0x8863, 0x8864, 0x888E, 0x88CC, 0x88F7, 0x8809, 0xFFFF))
    yield from (frame(60, n) for n in (0, 1, 46, 1500))  # IEEE 802.3 lengths


def groups():
    yield from (frame(60, 0x88B5, to=bytes.fromhex(mac)) for mac in ("ffffffffffff", "01005e000001", "333300000001", "0180c200000e"))


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("kind", [lengths, tagged, types, groups])
def test_frames_arrive_unchanged(make_gateway, driver, kind):
    wire = Wire(make_gateway, driver, mtu=1504)
    left, right = Tap(wire.left), Tap(wire.right)
    check_all(left, right, kind())
    back = (f[:0] + (A if f[:6] == B else f[:6]) + B + f[12:] for f in kind())
    check_all(right, left, back)


@pytest.mark.skipif(not ROOT_USER, reason="AF_XDP needs root outside of a user namespace")
def test_af_xdp_keeps_an_outer_service_tag(make_gateway):
    wire = Wire(make_gateway, "af_xdp", mtu=1504)
    left, right = Tap(wire.left), Tap(wire.right)
    check_all(left, right, (frame(n, 0x88B5, bytes.fromhex("88a8006481000065")) for n in (68, 1000, 1518)))


def test_af_packet_says_that_it_rewrites_service_tags(make_gateway):
    wire = Wire(make_gateway, "af_packet")
    assert "802.1ad" in wire.dataplane.text


def transfer(client_ns, server_ns, server_address, size=4 << 20):
    """`size` bytes over TCP, compared by their hash; seconds it took."""
    with server_ns.entered():
        listener = socket.create_server((server_address, 0))
    received = hashlib.sha256()

    def serve():
        peer, _ = listener.accept()
        with peer:
            while data := peer.recv(1 << 16):
                received.update(data)
            peer.sendall(b"done")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    data = os.urandom(size)
    began = time.monotonic()
    with client_ns.entered():
        client = socket.socket()
    client.settimeout(20)
    with client:
        client.connect(listener.getsockname())
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(4) == b"done"
    thread.join(5)
    assert received.digest() == hashlib.sha256(data).digest()
    return time.monotonic() - began


@pytest.mark.parametrize("offloads", [True, False], ids=["offloads on", "offloads off"])
@pytest.mark.parametrize("driver", DRIVERS)
def test_tcp(make_gateway, driver, offloads):
    wire = Wire(make_gateway, driver, offloads=offloads)
    wire.addresses()
    if offloads and driver == "af_packet":  # its ring takes frames, not super-frames
        for ns in (wire.left, wire.right):
            ns.run("ethtool", "-K", "eth0", "tso", "off", "gso", "off")
    assert transfer(wire.left, wire.right, "192.0.2.1") < 15
    assert transfer(wire.right, wire.left, "192.0.2.11") < 15


def run_alone(ns, tmp_path, *ports, extra=()):
    gateway = Gateway(tmp_path, ns)
    argv = gateway.dataplane_argv(*extra)
    return ns.popen(argv[0], *ports, "--no-huge", "--run-dir", gateway.run_dir, "--state-dir", gateway.state_dir, *extra,
                    name="spin-dataplane")


@pytest.mark.parametrize("ports, status, sentence", [
    (("--lan", "nope0", "--wan", "wan0"), 1, r"there is no interface nope0; there are: .*wan0"),
    (("--lan", "lo", "--wan", "wan0"), 1, r"lo cannot be a port"),
    (("--lan", "0000:7f:00.0", "--wan", "wan0"), 1, r"there is no PCI device 0000:7f:00\.0: `dpdk-devbind\.py --status-dev net`"),
    (("--lan", "net_nonsense0", "--wan", "wan0"), 1, r"vdev net_nonsense0 cannot be opened"),
    (("--lan", "net_pcap0,rx_pcap=/nope.pcap", "--wan", "wan0"), 1, r"/nope\.pcap"),
    (("--lan", "lan0"), 2, r"no WAN port"),
    (("--lan", "lan0", "--wan", "lan0"), 2, r"given twice"),
    (("--lan", "lan0", "--wan", "wan0", "--flows", "many"), 2, r"--flows 'many': give a whole number"),
])
def test_wrong_ports_get_a_sentence(tmp_path, ports, status, sentence):
    ns, other = Netns("gateway"), Netns("other")
    for name in ("lan0", "wan0"):
        cable(ns, name, other, name)
    dataplane = run_alone(ns, tmp_path, *ports)
    dataplane.wait_line(sentence)
    assert dataplane.wait_exit() == status


def test_an_interface_is_taken_once(make_gateway, tmp_path):
    wire = Wire(make_gateway, None)
    elsewhere = tmp_path / "second"
    elsewhere.mkdir()
    second = run_alone(wire.gateway_ns, elsewhere, "--lan", "lan0", "--wan", "wan0")
    second.wait_line(rf"lan0 is already taken by spin-dataplane \(process {wire_pid(wire)}\)")
    assert second.wait_exit() == 1
    assert wire.dataplane.running


def wire_pid(wire):
    return (wire.gateway.run_dir / "dataplane.lock").read_text().strip()


def test_a_run_directory_is_used_once(make_gateway):
    wire = Wire(make_gateway, None)
    second = wire.gateway_ns.popen(*wire.gateway.dataplane_argv(), name="second")
    assert second.wait_exit() == 1
    assert "already taken" in second.text or "another spin-dataplane" in second.text
    assert wire.dataplane.running


def test_after_kill_9_it_starts_again(make_gateway):
    wire = Wire(make_gateway, None)
    wire.addresses()
    for _ in range(3):
        wire.dataplane.kill9()
        wire.dataplane = wire.gateway.start_dataplane()
        wire.left.run("ping", "-n", "-c1", "-w5", "192.0.2.1")
        assert "AF_PACKET instead" not in wire.dataplane.text or not ROOT_USER


def bridged(ns):
    ns.run("ip", "link", "add", "br7", "type", "bridge")
    ns.run("ip", "link", "set", "lan0", "master", "br7")
    return "br7"


@pytest.mark.parametrize("above", [lambda ns: "lan0", bridged, lambda ns: "wan7"], ids=["itself", "its bridge", "its other end"])
def test_the_port_of_this_login_is_not_taken(make_gateway, tmp_path, above):
    wire_ns, other = Netns("gateway"), Netns("other")
    cable(wire_ns, "lan0", wire_ns, "wan7")
    cable(wire_ns, "wan0", other, "wan0")
    wire_ns.run("ip", "addr", "add", "192.0.2.9/24", "dev", above(wire_ns))
    os.environ["SSH_CONNECTION"] = "192.0.2.200 50000 192.0.2.9 22"
    try:
        dataplane = run_alone(wire_ns, tmp_path, "--lan", "lan0", "--wan", "wan0")
    finally:
        del os.environ["SSH_CONNECTION"]
    dataplane.wait_line(r"lan0 carries this login")
    assert dataplane.wait_exit() == 1


def test_cut_super_frames_are_named(make_gateway):
    """AF_PACKET cannot take them: the transfer crawls or dies, and an alert names the line that helps."""
    wire = Wire(make_gateway, "af_packet", offloads=True)
    wire.addresses()
    with wire.right.entered():
        listener = socket.create_server(("192.0.2.1", 0))
    with wire.left.entered():
        client = socket.create_connection(listener.getsockname(), 10)
    with client:
        client.setblocking(False)
        try:
            client.send(bytes(1 << 20))
        except BlockingIOError:
            pass
        wire.dataplane.wait_line(r"super-frames.*ethtool -K INTERFACE tso off gso off")


def settings(ns, interface):
    shown = ns.run("ip", "-d", "link", "show", interface).stdout
    words = {w: shown.split(f" {w} ")[1].split()[0] for w in ("mtu", "promiscuity")}
    names = ("ipv6/conf/{}/disable_ipv6", "ipv4/conf/{}/arp_ignore", "ipv4/conf/{}/rp_filter")
    stack = [ns.run("cat", "/proc/sys/net/" + name.format(interface)).stdout.strip() for name in names]
    gro = "generic-receive-offload: on" in ns.run("ethtool", "-k", interface).stdout
    return words, stack, gro, "xdp" in shown


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_interface_is_given_back_as_it_was(make_gateway, driver):
    ns, other = Netns("gateway"), Netns("other")
    for name in ("lan0", "wan0"):
        cable(ns, name, other, name, offloads=True)
    gateway = make_gateway(ns, driver=driver)
    (gateway.state_dir / "rules.image").write_bytes(image(1))
    before = settings(ns, "lan0")
    dataplane = gateway.start_dataplane()
    assert settings(ns, "lan0") != before
    assert dataplane.stop() == 0
    assert settings(ns, "lan0") == before


def test_a_member_of_a_bridge_is_refused_by_af_packet(make_gateway):
    ns, other = Netns("gateway"), Netns("other")
    for name in ("lan0", "wan0"):
        cable(ns, name, other, name)
    ns.run("ip", "link", "add", "br7", "type", "bridge")
    ns.run("ip", "link", "set", "lan0", "master", "br7")
    dataplane = make_gateway(ns, driver="af_packet").start_dataplane(ready=False)
    dataplane.wait_line(r"lan0 is a member of br7.*ip link set lan0 nomaster")
    assert dataplane.wait_exit() == 1


def test_a_tunnel_is_no_port(make_gateway):
    ns, other = Netns("gateway"), Netns("other")
    cable(ns, "wan0", other, "wan0")
    if ns.run("ip", "tuntap", "add", "dev", "lan0", "mode", "tun", check=False).returncode:
        pytest.skip("no tun here")
    dataplane = make_gateway(ns).start_dataplane(ready=False)
    dataplane.wait_line(r"lan0 carries no Ethernet frames")
    assert dataplane.wait_exit() == 1


def test_several_lan_ports(make_gateway):
    """A station is learned on its port; only its port gets what is for it, everyone gets a flood."""
    ns = Netns("gateway")
    ends = {name: Netns(name) for name in ("lan0", "lan1", "wan0")}
    for name, end in ends.items():
        cable(ns, name, end, "eth0")
        quiet(end, "eth0")
    gateway = make_gateway(ns, lan=["lan0", "lan1"])
    (gateway.state_dir / "rules.image").write_bytes(image(1))
    gateway.start_dataplane()
    taps = {name: Tap(end) for name, end in ends.items()}
    flood = frame(60, 0x88B5, to=b"\xff" * 6, sender=A)
    taps["lan0"].socket.send(flood)
    assert taps["lan1"].read(3) == flood and taps["wan0"].read(3) == flood
    for sender in ("lan1", "wan0"):
        answer = frame(60, 0x88B5, to=A, sender=B if sender == "lan1" else bytes.fromhex("020000000c03"))
        taps[sender].socket.send(answer)
        assert taps["lan0"].read(3) == answer
    assert taps["lan1"].read(0) is None and taps["wan0"].read(0) is None


@pytest.mark.skipif(not ROOT_USER, reason="AF_XDP needs root outside of a user namespace")
def test_several_queues(make_gateway):
    """Frames of a queue without a socket would pass by: one queue, or the driver that hears them all."""
    ns, left, right = Netns("gateway"), Netns("left"), Netns("right")
    for name, end in (("lan0", left), ("wan0", right)):
        queues = ["numrxqueues", "4", "numtxqueues", "4"]
        ns.run("ip", "link", "add", name, *queues, "type", "veth", "peer", "name", "eth0", *queues, "netns", end.pid)
        end.offloads("eth0", False)
        end.run("ip", "link", "set", "eth0", "up")
        quiet(end, "eth0")
    left.run("ip", "addr", "add", "192.0.2.11/24", "dev", "eth0")
    right.run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth0")
    gateway = make_gateway(ns)
    (gateway.state_dir / "rules.image").write_bytes(image(1))
    dataplane = gateway.start_dataplane()
    assert "AF_PACKET instead of AF_XDP" in dataplane.text and "must send on one queue too" in dataplane.text
    for again in range(2):
        for _ in range(4):  # connections hash to different queues of the sender
            assert transfer(left, right, "192.0.2.1", 1 << 18) < 10
        if not again:
            dataplane.stop()
            for end in (left, right):
                end.run("ethtool", "-L", "eth0", "tx", "1", "rx", "1")
            dataplane = gateway.start_dataplane()
            assert "AF_PACKET instead" not in dataplane.text
