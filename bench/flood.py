# SPDX-License-Identifier: BSD-3-Clause
"""What strangers can make of the flow table: a flood of new flows, its events, its memory.

The flood is nine frames of ten that no file repeats before the table has forgotten them: a table of
FEW flows, TCP SYN and UDP of ATTACK random ends from either side, so that each of them begins a flow
and evicts the oldest that nobody answered.  The tenth is of T10k, whose flows must live through it.
"""
import os
import random
import struct
import subprocess
import tempfile
import time

import image
import subjects
import traffic
from rig import RigError

BENIGN, EVENTFUL = "T10k", "T100k"
FLOOD = "FLOOD10k"
AS_LARGE = "T100k"  # as many frames as FLOOD has
FEW = 32768
ATTACK = 90_000  # of each side, to 10,000 frames of BENIGN
ENDED = 1 << 0  # WIRE_FLOW_ENDED
WIRE_FLOW = 20
LIVES = (1 << 10, 1 << 19, 1 << 20)  # flows of `memory`; the first stands for none, with all else in use
FLOW_STATIC = 128  # of table/flow.h, asserted when it is compiled


def attack_frames(side, rng):
    """What an infected device sends to anybody, or anybody to a device: ends drawn at random."""
    for i in range(ATTACK):
        device = traffic.device_mac(i % traffic.DEVICES)
        near = bytes([192, 168, rng.getrandbits(8), rng.getrandbits(8)])
        far = bytes([24 + rng.getrandbits(6)]) + rng.getrandbits(24).to_bytes(3, "big")
        ports = (1024 + rng.getrandbits(15), 1024 + rng.getrandbits(15))
        ends, macs = ((near, far), (device, traffic.ROUTER)) if side == 0 else ((far, near), (traffic.ROUTER, device))
        pseudo = traffic.words(near) + traffic.words(far)
        if i & 1:
            protocol, body = 6, traffic.tcp(*ports, pseudo, 0x02, rng.getrandbits(32), 0)
        else:
            protocol, body = 17, traffic.udp(*ports, pseudo, bytes(18))
        yield traffic.frame("ip4", *macs, traffic.ip4(*ends, protocol, body, i & 0xFFFF))


def flood_files():
    """The two files of the flood, made when they are not there."""
    paths = tuple(os.path.join(traffic.folder(), f"{FLOOD}.{side}.pcap") for side in ("lan", "wan"))
    if not all(os.path.exists(p) for p in paths):
        os.makedirs(traffic.folder(), exist_ok=True)
        rng = random.Random(f"{traffic.SEED} {FLOOD}")
        benign = list(traffic.pairs(BENIGN))
        for side, path in enumerate(paths):
            frames = [p[side] for p in benign] + list(attack_frames(side, rng))
            random.Random(traffic.SEED).shuffle(frames)  # alike on both sides: an answer comes at once
            with tempfile.TemporaryDirectory(dir=traffic.folder()) as work:
                made = os.path.join(work, "made")
                traffic.write(made, frames)
                os.replace(made, path)
    return paths


def flow_records(message):
    """(id, ends, packets of both ends, ended) of a message of flows."""
    length, kind, count = struct.unpack_from("<IHH", message)
    size = (length - 16) // count if kind == WIRE_FLOW and count else 0
    for at in range(16, 16 + size * count, size or 1):
        packets = struct.unpack_from("<2Q", message, at + 24)
        ends = message[at + 56:at + 88] + message[at + 100:at + 104]
        yield struct.unpack_from("<Q", message, at)[0], ends, packets, message[at + 119] & ENDED


class Flooded(subjects.Dataplane):
    """spin-dataplane under the flood, whose answered flows must live through it to be measured."""

    def __init__(self, context, huge, note):
        super().__init__(context.program, AS_LARGE, huge, label="flood", flows=FEW)
        self.note = note

    def start(self):
        super().start()
        survivors(self, self.note)

    def ports(self):
        return [f"net_pcap{i},rx_pcap={p},infinite_rx=1" for i, p in enumerate(flood_files())]

    def watch(self, seconds):
        """({ends: ids} of flows that both ends have sent in, how many of those ended) of a stretch."""
        ids, ended, deadline = {}, 0, time.monotonic() + seconds
        self.wire.socket.settimeout(5)
        while time.monotonic() < deadline:
            message = self.wire.socket.recv(65536)
            if not message:
                raise subjects.Closed
            for number, ends, packets, over in flow_records(message):
                if packets[0] and packets[1]:
                    ids.setdefault(ends, set()).add(number)
                    ended += over != 0
        self.wire.socket.settimeout(None)
        return ids, ended


def survivors(flooded, note):
    """Fails when an answered flow was evicted between a first stretch and a later one."""
    flooded.thaw()
    try:
        first, ended = flooded.watch(4)
        later, ended_later = flooded.watch(4)
    finally:
        flooded.freeze()
    both = [ends for ends in first if ends in later]
    evicted = sum(len(first[ends] | later[ends]) > 1 for ends in both) + ended + ended_later
    note(f"flood-90: {len(first)} of {traffic.flows_of(BENIGN)} established flows were reported, "
         f"{len(both)} of them again after 4 s of flood; {evicted} were evicted")
    if evicted or len(both) < 0.9 * traffic.flows_of(BENIGN):
        raise RigError("the flood took established flows from the table, or their reports did not come")


def flood_90(context, rounds_of, row, note):
    makers = [lambda huge: Flooded(context, huge, note),
              lambda huge: subjects.Dataplane(context.program, AS_LARGE, huge, label="benign")]
    rounds = rounds_of("flood-90", makers, [AS_LARGE, AS_LARGE], context)
    return [row("flood-90", "Mpps", rounds.result(
        lambda r: (r["flood"] / 1e6, r["benign"] / 1e6, r["flood"] / r["benign"])))]


class Quiet(subjects.Dataplane):
    """Nobody listens but for the moment in which the counters are read."""

    def count_frames(self, seconds):
        first = self.now()
        time.sleep(seconds)
        last = self.now()
        return last["frames"] - first["frames"], (last["now_ns"] - first["now_ns"]) / 1e9

    def now(self):
        self.wire.socket.close()
        self.wire = subjects.Wire(os.path.join(self.folder.name, "dataplane.sock"))
        counters = self.wire.stats()
        self.wire.socket.close()
        return counters


class Eventful(subjects.Dataplane):
    """The bench reads every event on CPU 0; each flow that moved is one event a second."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.events, self.lost, self.seconds = 0, 0, 0.0

    def start(self):
        super().start()
        self.events, self.lost, self.seconds = 0, 0, 0.0  # every flow was new at once

    def count_frames(self, seconds):
        self.wire.drain()
        first = last = self.wire.stats()
        self.wire.socket.settimeout(5)
        while last["now_ns"] - first["now_ns"] < seconds * 0.9e9:
            message = self.wire.socket.recv(65536)
            if not message:
                raise subjects.Closed
            kind, count = struct.unpack_from("<HH", message, 4)
            if kind == WIRE_FLOW:
                self.events += count
            elif kind == self.wire.STATS:
                last = dict(zip(self.wire.fields, struct.unpack_from(f"<{len(self.wire.fields)}Q", message, 16)))
        self.wire.socket.settimeout(None)
        elapsed = (last["now_ns"] - first["now_ns"]) / 1e9
        self.seconds += elapsed
        self.lost += last["events_lost"] - first["events_lost"]
        return last["frames"] - first["frames"], elapsed


def events_100k(context, rounds_of, row, note):
    made = []

    def eventful(huge):
        made.append(Eventful(context.program, EVENTFUL, huge, label="events"))
        return made[-1]

    makers = [eventful, lambda huge: Quiet(context.program, EVENTFUL, huge, label="no events")]
    rounds = rounds_of("events-100k", makers, [EVENTFUL, EVENTFUL], context)
    note(f"events-100k: {made[0].events / made[0].seconds:.0f} events/s were read, {made[0].lost} were lost")
    if made[0].lost:
        raise RigError("events were lost")
    return [row("events-100k", "Mpps", rounds.result(
        lambda r: (r["events"] / 1e6, r["no events"] / 1e6, r["events"] / r["no events"])))]


def write_lives(path, flows):
    """So many one-way flows, once each: only ports and devices differ, so that a million is soon made."""
    def frames():
        heads = []
        for device in range(32):
            near, far = bytes([192, 168, 1, 10 + device]), bytes([198, 18, 0, 1])
            packet = traffic.ip4(near, far, 17, struct.pack(">HHHH", 0, 8801, 26, 0) + bytes(18), 0)
            heads.append(traffic.frame("ip4", traffic.device_mac(device), traffic.ROUTER, packet))
        for i in range(flows):
            head = heads[i & 31]
            yield head[:34] + struct.pack(">H", 1024 + (i >> 5)) + head[36:]

    traffic.write(path, frames())


class Filled(subjects.Dataplane):
    """A table of so many flows, filled once; nobody listens before its memory was read."""

    def __init__(self, context, flows):
        super().__init__(context.program, "T1k", False, label=f"{flows} flows", flows=flows)
        self.lives = flows

    def start(self):
        files = [os.path.join(self.folder.name, f"{side}.pcap") for side in ("lan", "wan")]
        write_lives(files[0], self.lives)
        write_lives(files[1], 0)
        image.write(self.folder.name)
        command = [self.program, "--lan", f"net_pcap0,rx_pcap={files[0]}", "--wan", f"net_pcap1,rx_pcap={files[1]}",
                   "--run-dir", self.folder.name, "--state-dir", self.folder.name, "--flows", str(self.flows),
                   "--mbufs", str(subjects.SPARE_MBUFS), "--no-huge"]
        self.spawn(command, self.log, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + subjects.START_SECONDS
        while "dataplane: ready" not in open(self.log.name).read():
            time.sleep(0.02)
            subjects.wait_until(deadline, self.process, self.label, self.log)
        self.find_thread()

    def resident(self):
        """(flows, bytes) once every frame was taken."""
        deadline, before = time.monotonic() + subjects.START_SECONDS, -1.0
        while self.cpu_seconds() - before > 0.05:  # of 0.2 s: it has nothing left to do
            before = self.cpu_seconds()
            time.sleep(0.2)
            subjects.wait_until(deadline, self.process, self.label, self.log)
        kib = 0
        with open(f"/proc/{self.process.pid}/status") as f:
            for line in f:
                if line.startswith(("VmRSS:", "HugetlbPages:")):
                    kib += int(line.split()[1])
        self.wire = subjects.Wire(os.path.join(self.folder.name, "dataplane.sock"))
        flows = self.wire.stats()["flows_active"]
        if flows < 0.999 * self.lives:
            raise RigError(f"only {flows} of {self.lives} flows are in the table")
        return flows, kib * 1024


def memory(context, progress, row, note):
    points = []
    for flows in LIVES:
        progress(f"memory: filling a table of {flows} flows")
        filled = Filled(context, flows)
        try:
            filled.start()
            points.append(filled.resident())
        finally:
            filled.end()
        note(f"memory: {points[-1][0]} flows, {points[-1][1] / (1 << 20):.1f} MiB resident and in huge pages")
    mean = [sum(p[k] for p in points) / len(points) for k in (0, 1)]
    slope = sum((f - mean[0]) * (b - mean[1]) for f, b in points) / sum((f - mean[0]) ** 2 for f, _ in points)
    return [row("memory", "bytes a flow", (slope, FLOW_STATIC, slope / FLOW_STATIC, None, None))]
