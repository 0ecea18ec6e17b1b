# SPDX-License-Identifier: BSD-3-Clause
"""The control endpoint of the dataplane: rules, snapshots, events, and peers that mean harm."""

import os
import socket
import struct
import subprocess

import pytest

from dataplane_wire import BLOCK, SIZES, Control, hello, image, memfd, message, read_stats
from harness.netns import Netns, cable, quiet

LEFT, RIGHT = bytes.fromhex("020000000a01"), bytes.fromhex("020000000b02")


class Setup:
    """left -- lan0 [dataplane] wan0 -- right, without a control."""

    def __init__(self, make_gateway):
        self.ns, self.left, self.right = Netns("gateway"), Netns("left"), Netns("right")
        cable(self.ns, "lan0", self.left, "eth0", mac_b="02:00:00:00:0a:01")
        cable(self.ns, "wan0", self.right, "eth0", mac_b="02:00:00:00:0b:02")
        for ns, address in ((self.left, "192.0.2.11/24"), (self.right, "192.0.2.1/24")):
            quiet(ns, "eth0")
            ns.run("ip", "addr", "add", address, "dev", "eth0")
        self.gateway = make_gateway(self.ns)
        self.image_file = self.gateway.state_dir / "rules.image"

    def start(self, kept=image(1), ready=True):
        if kept is not None:
            self.image_file.write_bytes(kept)
        self.dataplane = self.gateway.start_dataplane(ready=ready)
        return self

    def control(self, **options):
        return Control(self.gateway.run_dir, **options)

    def passes(self, seconds=2):
        done = self.left.run("ping", "-n", "-c1", "-i0.05", f"-w{seconds}", "192.0.2.1", check=False)
        return done.returncode == 0


@pytest.fixture
def setup(make_gateway):
    return Setup(make_gateway)


def stats(control):
    """The newest counters: now, start, generation, frames."""
    control.heard = [m for m in control.heard if m[0] != "stats"]
    return struct.unpack_from("<QQQQ", control.wait(lambda m: m[0] == "stats")[2])


def test_rules_come_into_force_and_are_confirmed(setup):
    setup.start()
    control = setup.control()
    assert stats(control)[2] == 1
    assert setup.passes()
    generation, in_force, status, us, _ = control.rules(image(2, {LEFT: BLOCK}), request=11)
    assert (generation, in_force, status) == (2, 2, 0) and us < 100_000
    assert not setup.passes(1)
    assert control.rules(image(3), request=12)[1:3] == (3, 0)
    assert setup.passes()
    assert stats(control)[2] == 3


def test_the_same_rules_twice_are_harmless(setup):
    setup.start()
    control = setup.control()
    for request in (21, 22):
        assert control.rules(image(5, {LEFT: BLOCK}), request)[1:3] == (5, 0)
    assert not setup.passes(1)


def test_many_rules_at_once_are_all_answered_in_order(setup):
    setup.start()
    control = setup.control()
    for n in range(20):
        data = image(100 + n)
        fd = memfd(data)
        control.send(message("rules", struct.pack("<QQ", 100 + n, len(data)), 1, n), [fd])
        os.close(fd)
    for n in range(20):
        assert control.ack(n)[1:3] == (100 + n, 0)
    order = [m[1] for m in control.heard if m[0] == "rules_ack"]
    assert order == list(range(20))


@pytest.mark.parametrize("what", ["unsealed", "short", "wrong length", "wrong generation", "garbage", "truncated", "too large"])
def test_bad_rules_are_refused_and_the_old_ones_stay(setup, what):
    setup.start(image(4, {LEFT: BLOCK}))
    control = setup.control()
    good = image(9)
    answer = {
        "unsealed": lambda: control.rules(good, seals=0),
        "short": lambda: control.rules(b"SPNR"),
        "wrong length": lambda: control.rules(good, length=len(good) + 8),
        "wrong generation": lambda: control.rules(good, generation=10),
        "garbage": lambda: control.rules(os.urandom(4096), generation=9),
        "truncated": lambda: control.rules(good[:-8]),
        "too large": lambda: control.rules(good + bytes(17 << 20)),
    }[what]()
    assert answer[2] < 0 and answer[4] and answer[1] == 4
    control.wait(lambda m: m[0] == "alert")
    assert not setup.passes(1)


def test_every_kind_of_event_is_well_formed(setup):
    setup.start()
    control = setup.control()
    control.wait(lambda m: m[0] == "stats")  # it listens from here on; what was before is for a snapshot
    assert setup.passes()
    device = control.wait(lambda m: m[0] == "device" and LEFT in m[2])
    flow = control.wait(lambda m: m[0] == "flow" and LEFT in m[2])
    address = control.wait(lambda m: m[0] == "address" and LEFT in m[2])
    port = control.wait(lambda m: m[0] == "port")
    for kind, _, records, count in (device, address, port):
        assert len(records) == SIZES[kind] * count
    assert flow[3] >= 1 and len(flow[2]) % flow[3] == 0
    assert port[2][:5] == b"lan0\0" and port[3] == 2


def counters(control):
    """The newest STATS as a dict, its sums over reasons, and the newest PORT records by name."""
    control.heard = [m for m in control.heard if m[0] not in ("stats", "port")]
    now = read_stats(control.wait(lambda m: m[0] == "stats")[2])
    ports = control.wait(lambda m: m[0] == "port")[2]
    rows = [struct.unpack_from("<32s24sHBB6s6x6Q", ports, i) for i in range(0, len(ports), SIZES["port"])]
    return now, sum(now["reason_packets"]), {r[0].rstrip(b"\0").decode(): r[6:] for r in rows}


def test_counts_are_exact(setup):
    """What a generator sent is what ports, reasons and flows have counted, to the frame and the byte."""
    setup.start(image(1, {LEFT: BLOCK}))
    control = setup.control()
    first = counters(control)[0]["frames"]
    with setup.left.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind(("eth0", 0))
        sent = 0
        for i in range(600):
            source = LEFT if i % 2 else bytes.fromhex("020000000a77")  # every other frame is from a blocked device
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, i, 0, 64, 17, 0, bytes((192, 0, 2, 50)), bytes((192, 0, 2, 1)))
            frame = RIGHT + source + b"\x08\x00" + ip + struct.pack("!HHHH", 1000 + i % 50, 9, 26, 0) + bytes(18)
            sent += link.send(frame)
    while counters(control)[0]["frames"] - first < 600:
        pass
    stats, reasons, ports = counters(control)
    assert stats["frames"] - first == 600
    assert stats["frames"] == reasons == sum(p[0] for p in ports.values())
    assert stats["bytes"] == sum(p[1] for p in ports.values())
    assert stats["events_lost"] == 0 and sent == 600 * 60
    assert ports["wan0"][2] == 300  # what was forwarded to the other end


def test_a_snapshot_has_it_all_and_ends(setup):
    setup.start()
    assert setup.passes()
    control = setup.control()
    control.send(message("snapshot", request=77))
    end = control.wait(lambda m: m[0] == "snapshot_end")
    assert end[1] == 77
    before_end = control.heard[:control.heard.index(end)]
    for kind in ("device", "address", "flow"):
        assert any(m[0] == kind and LEFT in m[2] for m in before_end), kind


def test_a_newer_control_replaces_the_older(setup):
    setup.start()
    old = setup.control()
    new = setup.control()
    assert old.ended()
    assert new.rules(image(2))[2] == 0


def test_a_stray_connection_disturbs_nobody(setup):
    setup.start()
    control = setup.control()
    silent = setup.control(greet=False)
    wrong = setup.control(greet=False)
    wrong.send(hello(version=99))
    assert wrong.ended()
    assert any(m[0] == "hello" for m in wrong.heard)  # so that it can say what it found
    silent.close()
    assert control.rules(image(2))[2] == 0


HOSTILE = [
    b"\0", b"\xff" * 65536, message("stats", bytes(8), 1), message(4711), message("rules", bytes(16), 1),
    message("snapshot", b"x" * 9, 3), hello()[:-1], struct.pack("<IHHQ", 16, 2, 65535, 0), message("hello", bytes(56), 1),
]


@pytest.mark.parametrize("greet", [False, True], ids=["before hello", "after hello"])
def test_a_hostile_peer_hurts_nobody(setup, greet):
    setup.start()
    for data in HOSTILE:
        peer = setup.control(greet=greet)
        try:
            for _ in range(3):
                peer.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        peer.close()
    devnull = os.open("/dev/null", os.O_RDONLY)
    peer = setup.control()
    try:
        for _ in range(50):
            peer.send(message("snapshot"), [devnull] * 8)
    except (BrokenPipeError, ConnectionResetError):
        pass
    os.close(devnull)
    before = len(os.listdir(f"/proc/{pid_of(setup)}/fd"))
    control = setup.control()
    assert control.rules(image(3))[2] == 0
    assert setup.passes()
    assert len(os.listdir(f"/proc/{pid_of(setup)}/fd")) <= before


def pid_of(setup):
    return int((setup.gateway.run_dir / "dataplane.lock").read_text())


def test_a_control_that_does_not_read_costs_nothing(setup):
    setup.start()
    deaf = setup.control()
    deaf.send(message("snapshot", request=1))
    for _ in range(40):  # enough events to fill its socket many times over
        setup.left.run("sh", "-c", "for p in $(seq 1 40); do echo x >/dev/udp/192.0.2.1/$p; done 2>/dev/null || true")
    assert setup.passes()
    control = setup.control()
    assert control.rules(image(2))[2] == 0


def test_a_damaged_file_keeps_the_ports_closed(setup):
    setup.start(b"nonsense" * 100, ready=False)
    setup.dataplane.wait_line("rules.image is damaged")
    control = setup.control()
    control.wait(lambda m: m[0] == "alert" and b"stay closed" in m[2])
    assert not setup.passes(1)
    assert control.rules(image(8))[1:3] == (8, 0)
    setup.dataplane.wait_line("dataplane: ready")
    assert setup.passes()


def test_kept_rules_are_in_force_before_the_first_frame(setup):
    setup.start(image(6, {LEFT: BLOCK}))
    assert not setup.passes(1)
    assert "generation 6 are in force" in setup.dataplane.text


def test_without_rules_and_control_the_default_holds(setup):
    setup.start(None)
    assert "no control came: every device is allowed" in setup.dataplane.text
    assert setup.passes()


def test_a_stranger_is_refused(setup):
    if open("/proc/self/uid_map").read().split()[2] == "1" or not os.path.exists("/usr/sbin/runuser"):
        pytest.skip("needs a second user")
    setup.start()
    path = setup.gateway.run_dir / "dataplane.sock"
    os.chmod(path, 0o666)
    for folder in path.parents:
        if not os.stat(folder).st_mode & 1:
            os.chmod(folder, os.stat(folder).st_mode | 0o055)
    code = ("import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET)\n"
            f"s.connect({str(path)!r})\nsys.exit(0 if s.recv(100)==b'' else 5)")
    done = subprocess.run(["runuser", "-u", "nobody", "--", "/usr/bin/python3", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    setup.dataplane.wait_line("may not command the dataplane")


def test_terminate_leaves_no_socket(setup):
    setup.start()
    setup.dataplane.signal(15)
    assert setup.dataplane.wait_exit() == 0
    assert not (setup.gateway.run_dir / "dataplane.sock").exists()
