# SPDX-License-Identifier: BSD-3-Clause
"""dpdk-testpmd and spin-dataplane on two looping net_pcap ports, as subjects of the rig."""
import fcntl
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

import image
import traffic
from rig import DATA_CPU, RigError, Subject

BURST = 32
DESCRIPTORS = 1024
MBUF_DATA = 2176  # RTE_MBUF_DEFAULT_BUF_SIZE
MBUF_BYTES = 2560  # with mbuf, mempool header, their alignment
MBUF_BYTES_NO_HUGE = 4096  # a pool gives each a page of its own where pages are small
SPARE_MBUFS = 16_384
EXTRA_MB = 192
START_SECONDS = 60
F_ADD_SEALS, SEALS = 1033, 0xF  # SEAL, SHRINK, GROW, WRITE


def mbufs_for(name):
    """The loop keeps one mbuf a frame for ever; the rest is what is on its way."""
    return 2 * traffic.flows_of(name) + SPARE_MBUFS


def memory_mb(name, huge=True):
    return mbufs_for(name) * (MBUF_BYTES if huge else MBUF_BYTES_NO_HUGE) // (1 << 20) + EXTRA_MB


def vdevs(name):
    return [f"net_pcap{i},rx_pcap={path},infinite_rx=1" for i, path in enumerate(traffic.files(name))]


def memory_arguments(name, huge, extra_mb=0):
    if huge:
        return ["--in-memory"]
    prefix = f"spinbench{os.getpid()}{time.monotonic_ns() % 1_000_000}"
    memory = memory_mb(name, huge) + extra_mb
    return ["--no-huge", "--no-shconf", "--iova-mode=va", f"--file-prefix={prefix}", "-m", str(memory)]


def wait_until(deadline, process, label, log):
    if process.poll() is not None or time.monotonic() > deadline:
        log.flush()
        with open(log.name, errors="replace") as f:
            tail = " / ".join(f.read().strip().splitlines()[-4:])
        what = "ended" if process.poll() is not None else f"was not ready after {START_SECONDS} s"
        raise RigError(f"{label} {what}: {tail or 'it said nothing'}")


class Logged(Subject):
    def __init__(self, label, name, huge):
        super().__init__(label)
        self.name = name
        self.huge = huge
        self.log = tempfile.NamedTemporaryFile("w+", prefix="spin-bench-", suffix=".log")

    def end(self):
        super().end()
        self.log.close()


class Testpmd(Logged):
    """One forwarding thread on DATA_CPU, the command line on CPU 0; counters by `show port stats`."""

    prompt = b"testpmd> "

    def __init__(self, mode, name, huge, label=None):
        super().__init__(label or mode, name, huge)
        self.mode = mode
        self.screen = -1

    def start(self):
        program = shutil.which("dpdk-testpmd")
        if not program:
            raise RigError("dpdk-testpmd is not here: scripts/setup --bench installs it (package dpdk-dev)")
        devices = [x for v in vdevs(self.name) for x in ("--vdev", v)]
        command = [program, "--lcores", f"0@0,1@{DATA_CPU}", "--no-pci", "--no-telemetry",
                   "--force-max-simd-bitwidth=256", *memory_arguments(self.name, self.huge), *devices, "--",
                   "-i", f"--forward-mode={self.mode}", "--nb-cores=1", f"--burst={BURST}", f"--rxd={DESCRIPTORS}",
                   f"--txd={DESCRIPTORS}", f"--total-num-mbufs={mbufs_for(self.name)}", f"--mbuf-size={MBUF_DATA}",
                   "--mbcache=256", "--no-flush-rx", "--no-lsc-interrupt"]
        self.screen, theirs = os.openpty()  # to a pipe it would write its tables in blocks of 4 KiB
        try:
            self.spawn(command, self.log, stdin=subprocess.PIPE, stdout=theirs)
        finally:
            os.close(theirs)
        self.read_prompt()
        self.ask("start")
        self.find_thread()
        self.freeze()

    def read_prompt(self):
        seen, deadline = b"", time.monotonic() + START_SECONDS
        while not seen.endswith(self.prompt):
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    seen += os.read(self.screen, 65536)
                except OSError:  # the other end of a terminal that its program left
                    self.process.wait(5)
                    said = seen.decode(errors="replace").strip().splitlines()[-1:]
                    raise RigError(f"{self.label} ended: {' '.join(said)}") from None
            wait_until(deadline, self.process, self.label, self.log)
        return seen.decode(errors="replace")

    def ask(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()
        return self.read_prompt()

    def count(self, seconds):
        before = self.ask("show port stats all")
        time.sleep(seconds)
        after = self.ask("show port stats all")
        packets = [sum(map(int, re.findall(r"RX-packets: (\d+)", text))) for text in (before, after)]
        rate = sum(map(int, re.findall(r"Rx-pps: +(\d+)", after)))  # by its own clock, since the first
        if rate == 0:
            raise RigError(f"{self.label} received nothing in {seconds} s")
        return packets[1] - packets[0], (packets[1] - packets[0]) / rate

    def end(self):
        super().end()
        if self.screen >= 0:
            os.close(self.screen)
            self.screen = -1


class Closed(Exception):
    """The other end of the wire is gone."""


def header(name):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "platform", name)) as f:
        return f.read()


class Wire:
    """As much of platform/wire.h as a bench needs: HELLO, and the counters that come each second."""

    HELLO, LISTS, LISTS_ACK, STATS = 1, 6, 7, 22
    MAGIC = 0x4E495053

    def __init__(self, path):
        version = int(re.search(r"#define WIRE_VERSION (\d+)", header("wire.h"))[1])
        self.fields = stats_fields()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(path)
        hello = struct.pack("<IIQQ32s", self.MAGIC, version, time.time_ns(), os.getpid(), b"bench")
        self.socket.send(struct.pack("<IHHQ", 16 + len(hello), self.HELLO, 1, 0) + hello)

    def swap(self, image, seconds=30.0):
        """Puts a lists image in force; microseconds from its coming until it was, by the dataplane."""
        fd = os.memfd_create("lists", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
        with open(fd, "wb") as f:
            f.write(image)
            f.flush()
            fcntl.fcntl(fd, F_ADD_SEALS, SEALS)
            record = struct.pack("<QQ", struct.unpack_from("<Q", image, 16)[0], len(image))
            socket.send_fds(self.socket, [struct.pack("<IHHQ", 16 + len(record), self.LISTS, 1, 1) + record], [fd])
        deadline = time.monotonic() + seconds
        while select.select([self.socket], [], [], max(0, deadline - time.monotonic()))[0]:
            message = self.socket.recv(65536)
            if not message:
                raise Closed
            if struct.unpack_from("<IH", message)[1] == self.LISTS_ACK:
                generation, in_force, status, us = struct.unpack_from("<QQiI", message, 16)
                if status or generation != in_force:
                    raise RigError(f"the dataplane refused the lists: {message[40:].rstrip(bytes(1)).decode()}")
                return us
        raise RigError(f"the lists were not in force after {seconds} s")

    def drain(self):
        while select.select([self.socket], [], [], 0)[0]:
            if not self.socket.recv(65536):
                raise Closed

    def stats(self, seconds=5.0):
        """The next counters: a dict of struct wire_stats up to the first reason, which is `forwarded`."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise RigError(f"the dataplane sent no counters within {seconds} s")
            message = self.socket.recv(65536)
            if not message:
                raise Closed
            if struct.unpack_from("<IH", message)[1] == self.STATS:
                return dict(zip(self.fields, struct.unpack_from(f"<{len(self.fields)}Q", message, 16)))


def stats_fields():
    """Names of the counters, read where they are declared, so that the two cannot disagree."""
    body = re.search(r"struct wire_stats {(.*?)\n};", header("wire_types.h"), re.S)[1]
    names = re.findall(r"uint64_t (\w+)(\[)?", body)
    plain = [name for name, array in names[:[bool(array) for _, array in names].index(True)]]
    return plain + ["forwarded"]


class Dataplane(Logged):
    """spin-dataplane with a household's rules, one worker on DATA_CPU; counters over its own socket."""

    def __init__(self, program, name, huge, label="ours", flows=None, workers=1):
        super().__init__(label, name, huge)
        self.program = program
        self.flows = flows or max(1 << 18, 2 * traffic.flows_of(name))
        self.workers = workers
        self.folder = tempfile.TemporaryDirectory(prefix="spin-bench-")
        self.wire = None
        self.last = {}

    def ports(self):
        return vdevs(self.name)

    def start(self):
        if not os.access(self.program, os.X_OK):
            raise RigError(f"{self.program} is not there: build it with scripts/build, or name it by --dataplane")
        lan, wan = self.ports()
        image.write(self.folder.name)
        command = [self.program, "--lan", lan, "--wan", wan, "--run-dir", self.folder.name, "--state-dir",
                   self.folder.name, "--flows", str(self.flows), "--mbufs", str(mbufs_for(self.name)),
                   "--workers", str(self.workers)] + ([] if self.huge else ["--no-huge"])
        self.spawn(command, self.log, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        path = os.path.join(self.folder.name, "dataplane.sock")
        deadline = time.monotonic() + START_SECONDS
        while self.wire is None:
            time.sleep(0.02)
            wait_until(deadline, self.process, self.label, self.log)
            try:
                self.wire = Wire(path)
            except (FileNotFoundError, ConnectionRefusedError):
                continue
        while "dataplane: ready" not in open(self.log.name).read():
            time.sleep(0.02)
            wait_until(deadline, self.process, self.label, self.log)
        self.find_thread()
        self.count(1)  # every flow is there before the first window
        self.freeze()

    def count(self, seconds):
        try:
            return self.count_frames(seconds)
        except Closed:
            said = " / ".join(open(self.log.name).read().strip().splitlines()[-2:])
            end = self.process.poll()
            what = "closed its socket" if end is None else f"ended ({end})"
            raise RigError(f"{self.label} {what}: {said}") from None

    def count_frames(self, seconds):
        self.wire.drain()
        first = self.wire.stats()
        self.last = first
        while (self.last["now_ns"] - first["now_ns"]) < seconds * 0.9e9:
            self.last = self.wire.stats()
        frames = self.last["frames"] - first["frames"]
        forwarded = self.last["forwarded"] - first["forwarded"]
        if forwarded < 0.99 * frames:
            raise RigError(f"{self.label} forwarded only {forwarded} of {frames} frames: this would measure dropping")
        return frames, (self.last["now_ns"] - first["now_ns"]) / 1e9

    def end(self):
        super().end()
        if self.wire:
            self.wire.socket.close()
        self.folder.cleanup()
