# SPDX-License-Identifier: BSD-3-Clause
"""Two workers, each on its own queue of every port: nothing is lost, doubled or counted twice, rules
hold for both, and kernel interfaces have one."""

import collections
import struct
import time

import pytest

from dataplane_wire import BLOCK, Control, image, message, read_stats
from harness.netns import Netns, cable

import shards  # noqa: E402  (bench/, which dataplane_wire added to the path)
import traffic  # noqa: E402

QUEUES, FLOWS = 2, traffic.flows_of("T1k")


def home(folder):
    """Two pcap files, LAN and WAN: 1,000 flows both ways, with frames that no hash takes for IP."""
    folder.mkdir()
    arp = bytes.fromhex("ffffffffffff") + traffic.device_mac(1) + b"\x08\x06" + bytes.fromhex(
        "0001080006040001") + traffic.device_mac(1) + bytes([192, 168, 1, 11]) + bytes(6) + bytes([192, 168, 1, 1])
    extra = [arp.ljust(60, b"\0"), traffic.device_mac(2).join([traffic.ROUTER, b""]).ljust(60, b"\x88")]
    extra += [f[0] for _, f in zip(range(20), traffic.pairs("QINQ"))]
    both = list(traffic.pairs("T1k"))
    for side, more in enumerate((extra, [])):
        traffic.write(folder / ("lan.pcap", "wan.pcap")[side], [p[side] for p in both] + more)
    return len(both) * 2 + len(extra), len(extra)


class Ports:
    """A LAN and a WAN port of net_pcap with two queues each."""

    def __init__(self, folder, loop=False):
        self.frames, self.extra = home(folder)
        self.files = {side: shards.split(folder / f"{side}.pcap", QUEUES, folder) for side in ("lan", "wan")}
        self.out = {side: [folder / f"{side}.out{q}" for q in range(QUEUES)] for side in ("lan", "wan")}
        self.loop = loop

    def port(self, number, side):
        text = f"net_pcap{number}" + "".join(f",rx_pcap={p}" for p in self.files[side])
        return text + (",infinite_rx=1" if self.loop else "".join(f",tx_pcap={p}" for p in self.out[side]))

    def gateway(self, make_gateway, *extra):
        made = make_gateway(Netns("gateway"), lan=[self.port(0, "lan")], wan=[self.port(1, "wan")])
        (made.state_dir / "rules.image").write_bytes(image(1))
        made.start_dataplane("--workers", QUEUES, *extra)
        return made


def stats(control):
    control.heard = [m for m in control.heard if m[0] != "stats"]
    return read_stats(control.wait(lambda m: m[0] == "stats")[2])


def until(control, condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition(now := stats(control)):
        assert time.monotonic() < deadline, now
    return now


def port_counts(control):
    """(received, sent) of the ports, newer than everything heard so far."""
    control.heard.clear()
    control.wait(lambda m: m[0] == "port" and m[3] == 2)
    records = [m[2] for m in control.heard if m[0] == "port"][-1]
    return [struct.unpack_from("<QQQ", records, at + 72)[::2] for at in (0, 120)]


def test_every_frame_passes_once_and_counts_once(make_gateway, tmp_path):
    ports = Ports(tmp_path / "pcap")
    gateway = ports.gateway(make_gateway)
    control = Control(gateway.run_dir)
    now = until(control, lambda s: s["frames"] >= ports.frames)
    assert now["frames"] == ports.frames == sum(now["reason_packets"])
    assert now["reason_packets"][0] == ports.frames and now["bytes"] == sum(now["reason_bytes"])
    assert now["flows_created"] == FLOWS + 20 and now["workers"] == QUEUES
    wan, lan = FLOWS, FLOWS + ports.extra
    assert sorted(port_counts(control)) == sorted([(lan, wan), (wan, lan)])
    control.close()
    gateway.dataplane.stop()
    assert gateway.dataplane.wait_exit() == 0
    for here, there in (("lan", "wan"), ("wan", "lan")):
        sent = [collections.Counter(shards.frames_of(p)) for p in ports.files[here]]
        came = [collections.Counter(shards.frames_of(p)) for p in ports.out[there]]
        assert came == sent  # by the same queue, too


def flows(control, request):
    """Every flow of a whole snapshot: {id: record}."""
    control.heard.clear()
    control.send(message("snapshot", request=request))
    control.wait(lambda m: m[0] == "snapshot_end" and m[1] == request, 20)
    records = [m[2][i:i + 112 + 40] for m in control.heard if m[0] == "flow" for i in range(0, len(m[2]), len(m[2]) // m[3])]
    return {struct.unpack_from("<Q", r)[0]: r for r in records}


def test_rules_and_snapshots_under_full_load(make_gateway, tmp_path):
    gateway = Ports(tmp_path / "pcap", loop=True).gateway(make_gateway)
    control = Control(gateway.run_dir)
    until(control, lambda s: s["flows_active"] == FLOWS + 20)
    device = traffic.device_mac(3)
    for turn in range(1, 31):
        blocked = {device: BLOCK} if turn % 2 else {}
        assert control.rules(image(1 + turn, blocked), request=turn)[1:3] == (1 + turn, 0)
    seen = flows(control, 900)
    assert {i >> 60 for i in seen} == set(range(QUEUES)) and len(seen) == FLOWS + 20
    now = stats(control)
    assert now["flows_created"] == FLOWS + 20 and now["flows_refused"] == 0
    # A block that was confirmed holds at both workers: no frame of the device is forwarded any more.
    assert control.rules(image(99, {traffic.device_mac(i): BLOCK for i in range(traffic.DEVICES)}), request=99)[2] == 0
    before = stats(control)["reason_packets"]
    after = until(control, lambda s: s["frames"] > now["frames"] + 100_000)["reason_packets"]
    assert after[0] - before[0] <= 0.05 * (sum(after) - sum(before))  # frames without a subject's address
    control.close()
    gateway.dataplane.stop()
    assert gateway.dataplane.wait_exit() == 0


def test_each_worker_stops_after_its_frames(make_gateway, tmp_path):
    gateway = Ports(tmp_path / "pcap", loop=True).gateway(make_gateway, "--frames", 5000)
    assert gateway.dataplane.wait_exit(30) == 0


def test_killed_under_load_and_started_again(make_gateway, tmp_path):
    gateway = Ports(tmp_path / "pcap", loop=True).gateway(make_gateway)
    gateway.dataplane.kill9()
    gateway.start_dataplane("--workers", QUEUES)
    until(Control(gateway.run_dir), lambda s: s["frames"] > 10_000 and s["workers"] == QUEUES)


@pytest.mark.parametrize("wan", ["net_null0", "net_pcap7,rx_pcap={one}", "veth"])
def test_one_worker_where_flows_could_be_torn_apart(make_gateway, tmp_path, wan):
    ns = Netns("gateway")
    lan = "net_ring0"
    (tmp_path / "one").write_bytes(b"")
    traffic.write(tmp_path / "one", [])
    if wan == "veth":
        cable(ns, "lan0", Netns("left"), "eth0")
        cable(ns, "wan0", Netns("right"), "eth0")
        lan, wan = "lan0", "wan0"
    gateway = make_gateway(ns, lan=[lan], wan=[wan.format(one=tmp_path / "one")])
    (gateway.state_dir / "rules.image").write_bytes(image(1))
    gateway.start_dataplane("--workers", QUEUES)
    assert stats(Control(gateway.run_dir))["workers"] == (QUEUES if wan == "net_null0" else 1)
    assert gateway.dataplane.count("1 worker, not 2: ") == (wan != "net_null0")
