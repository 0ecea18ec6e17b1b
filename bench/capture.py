# SPDX-License-Identifier: BSD-3-Clause
"""Captures under load.  Into a file: spin-control on CPU 0 takes a part of what a worker forwards as fast as it can,
chosen so that it is 100,000 packets/s or a little more; not one may be lost.  And what that costs to forwarding: the
same worker with a capture of one device, whose ring the bench empties, beside one without."""
import datetime
import fcntl
import mmap
import os
import random
import socket
import struct
import subprocess
import tempfile
import threading
import time

import rig
import serve
import subjects
import traffic

TRAFFIC = "T10k"
WANTED = 100_000  # packets a second
SECONDS = 5
ATTEMPTS = 4
SIZES = (60, 1514)
LANES, LANE, PAGE = 8, 64 << 20, 4096  # as control asks for; platform/capture_ring.h
CAPTURE, CAPTURE_STATE = 8, 10
SEALS = 0x7  # SEAL, SHRINK, GROW
FLOWS = 1000


def full_size(folder, size):
    """Two looping files of FLOWS flows with frames of one size, their source ports' low bytes spread evenly."""
    paths = []
    for side in (0, 1):
        frames = []
        for i in range(FLOWS):
            near, far = traffic.addresses("ip4", i % traffic.DEVICES, random.Random(i))
            ports = (10_240 + i * 131 % 8192, 8801)
            ends = ((near, far), (far, near))[side]
            body = traffic.udp(*ports[::1 - 2 * side], traffic.words(near) + traffic.words(far), bytes(size - 42))
            macs = (traffic.device_mac(i % traffic.DEVICES), traffic.ROUTER)
            frames.append(traffic.frame("ip4", macs[side], macs[1 - side], traffic.ip4(*ends, 17, body, i)))
        paths.append(os.path.join(folder, f"{size}.{side}.pcap"))
        traffic.write(paths[-1], frames)
    return paths


class Looping(subjects.Dataplane):
    """On files of its own, and in the folder of a spin-control that runs already."""

    def __init__(self, context, huge, paths, control):
        super().__init__(context.program, TRAFFIC, huge, label="ours")
        self.folder.cleanup()
        self.folder = control.folder
        self.paths = paths

    def start(self):
        lan, wan = (f"net_pcap{i},rx_pcap={path},infinite_rx=1" for i, path in enumerate(self.paths))
        run = self.folder.name
        command = [self.program, "--lan", lan, "--wan", wan, "--run-dir", run, "--state-dir", run, "--mbufs",
                   str(subjects.mbufs_for(TRAFFIC))] + ([] if self.huge else ["--no-huge"])
        self.spawn(command, self.log, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + subjects.START_SECONDS
        while "dataplane: ready" not in open(self.log.name).read():
            time.sleep(0.02)
            subjects.wait_until(deadline, self.process, self.label, self.log)


def capture(control, seconds, filter, **more):
    """What a capture of so many seconds counted; its file is removed."""
    one = control.ask("POST", "/captures", {"filter": filter, "max_bytes": 1 << 30, **more})["id"]
    time.sleep(seconds)
    done = control.ask("POST", f"/captures/{one}:stop")
    began, ended = (datetime.datetime.fromisoformat(done[k]).timestamp() for k in ("began", "ended"))
    control.link.request("DELETE", f"/api/v1/captures/{one}")
    control.link.getresponse().read()
    return done, ended - began


def lost_of(control, size, note):
    """(packets a second, lost) of a capture into a file."""
    done, seconds = capture(control, 1, "udp[1] < 2", headers_only=True)
    each = max(done["packets"] / seconds / 2, 1)  # of one value of the source port's low byte
    values = -(-WANTED // int(each)) + 1
    for _ in range(ATTEMPTS):
        values = min(256, values)
        done, seconds = capture(control, SECONDS, f"udp[1] < {values}")
        rate = done["packets"] / seconds
        note(f"capture-100k: {size} bytes a frame, {rate:,.0f} packets/s into a file for {seconds:.1f} s "
             f"({done['file_bytes'] / seconds / 1e6:.0f} MB/s), {done['lost']} lost"
             + (f"; it ended early: {done['end']}" if done["end"] != "stopped" else ""))
        offered = (done["packets"] + done["lost"]) / seconds
        if rate >= WANTED or (done["lost"] and offered < 1.25 * WANTED):
            break
        values = int(values * 1.1 * WANTED / offered) + 1  # the worker forwards more, or less, than it did
    return rate, done["lost"]


def into_files(context, memory_for, progress, note):
    rows = []
    for size in SIZES:
        with memory_for("capture-100k", [TRAFFIC], context) as huge, tempfile.TemporaryDirectory() as folder:
            progress(f"capture-100k: starting, {size} bytes")
            control = serve.Control(context.build, cpu=0)
            ours = Looping(context, huge, full_size(folder, size), control)
            try:
                ours.start()
                deadline = time.monotonic() + 20
                while not control.ask("GET", "/health")["dataplane"]["ports"]:
                    if time.monotonic() > deadline:
                        raise rig.RigError("spin-control does not find the dataplane")
                    time.sleep(0.05)
                rate, lost = lost_of(control, size, note)
                if lost:
                    raise rig.RigError(f"{lost} packets of {size} bytes were lost")
                rows.append((f"capture-100k-{size}", rate))
            finally:
                ours.end()
                control.end()
    return rows


class Mirrored(subjects.Dataplane):
    """A capture of one device runs; the bench throws away what comes, as fast as control would take it."""

    def start(self):
        self.ring = os.memfd_create("ring", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
        os.ftruncate(self.ring, LANES * (PAGE + LANE))
        fcntl.fcntl(self.ring, subjects.F_ADD_SEALS, SEALS)
        self.map = mmap.mmap(self.ring, LANES * PAGE)
        self.over = threading.Event()
        super().start()

    def count(self, seconds):
        if not hasattr(self, "thread_of_ring"):
            self.begin()
        return super().count(seconds)

    def begin(self):
        mac = traffic.device_mac(7) + bytes(2)
        record = struct.pack("<QIIIHHHHI", 1, 65535, LANES, LANE, 0, 1, 0, 0, 0) + mac
        message = struct.pack("<IHHQ", 16 + len(record), CAPTURE, 1, 1) + record
        socket.send_fds(self.wire.socket, [message], [self.ring])
        self.thread_of_ring = threading.Thread(target=self.empty, daemon=True)
        self.thread_of_ring.start()

    def empty(self):
        while not self.over.wait(0.005):
            self.map[64:72] = self.map[0:8]  # tail = head

    def taken(self):
        """(taken, lost) on all ports."""
        words = struct.unpack_from("<16Q", self.map, 128)
        return sum(words[:8]), sum(words[8:])

    def end(self):
        self.over.set()
        super().end()
        os.close(self.ring)


def cost(context, rounds_of, row, note):
    kept = []

    def mirrored(huge):
        kept.append(Mirrored(context.program, TRAFFIC, huge, label="capturing"))
        return kept[-1]

    rounds = rounds_of("capture-100k", [mirrored, lambda huge: subjects.Dataplane(context.program, TRAFFIC, huge, label="not")],
                       [TRAFFIC] * 2, context, LANE >> 20)
    taken, lost = kept[0].taken()
    share = 1 / traffic.DEVICES
    result = rounds.result(lambda r: (r["capturing"] / 1e6, r["not"] / 1e6, r["capturing"] / r["not"]))
    note(f"capture-100k: {result[0] * 1e6 * share:,.0f} of the packets a second were captured ({taken:,} in all, {lost:,} lost), "
         f"{rig.tsc_hz() * (1 / result[0] - 1 / result[1]) / 1e6:.1f} cycles more a forwarded packet")
    return row("capture-100k-cost", "Mpps", result)


def measure(context, rounds_of, memory_for, row, progress, note):
    rows = [row(name, "packets/s", (rate, None, None, None, None))
            for name, rate in into_files(context, memory_for, progress, note)]
    return rows + [cost(context, rounds_of, row, note)]
