# SPDX-License-Identifier: BSD-3-Clause
"""A control of a hundred lines: says HELLO, sends rules, keeps what it hears (platform/wire.h)."""

import fcntl
import os
import select
import socket
import struct
import sys
import time

from harness.gateway import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import image as household  # noqa: E402  (builds images; their bytes are laid out there)

MAGIC, VERSION = 0x4E495053, 10
TYPES = {1: "hello", 2: "rules", 3: "rules_ack", 4: "snapshot", 5: "snapshot_end", 6: "lists", 7: "lists_ack", 8: "capture",
         9: "capture_stop", 10: "capture_state", 11: "recorder",
         16: "device", 17: "address", 18: "hostname", 19: "name", 20: "flow", 21: "port", 22: "stats", 23: "alert",
         24: "fact", 25: "hits"}
NUMBERS = {name: number for number, name in TYPES.items()}
SIZES = {"device": 64, "address": 32, "port": 120, "alert": 256, "fact": 280, "hits": 24}
STATS = ("now start generation frames bytes malformed non_ip without_flow flows_active flows_capacity flows_created "
         "flows_refused devices names names_refused facts_refused events_lost workers").split()
AFTER_REASONS = 3 + 2 * 8  # words at the end of STATS: originated, and the core and the rest of each worker
BLOCK, ALLOW = 1, 2
F_ADD_SEALS, SEALS = 1033, 0xF  # SEAL, SHRINK, GROW, WRITE


def message(kind, records=b"", count=0, request=0):
    number = NUMBERS.get(kind, kind)
    return struct.pack("<IHHQ", 16 + len(records), number, count, request) + records


def hello(version=VERSION, magic=MAGIC):
    return message("hello", struct.pack("<IIQQ32s", magic, version, 1, os.getpid(), b"test"), 1)


def image(generation, devices=(), default_block=False):
    """A rules image: {mac bytes: action bits} for devices, and the default of the one profile."""
    devices = dict(devices)
    rules = [(household.DEVICE | row, 0, action, household.REASON["device"] if action == BLOCK else 0)
             for action in (ALLOW, BLOCK) for row, bits in enumerate(devices.values()) if bits & action]
    return household.build(list(devices), rules, [household.ANY], 0, generation=generation, default_block=default_block)


def read_stats(records):
    """A STATS record as a dict, with `reason_packets` and `reason_bytes` in the order of the reasons."""
    words = struct.unpack(f"<{len(records) // 8}Q", records)
    reasons = words[len(STATS):-AFTER_REASONS]
    half, odd = divmod(len(reasons), 2)
    assert not odd, "platform/wire_types.h has another struct wire_stats"
    return {**dict(zip(STATS, words)), "reason_packets": reasons[:half], "reason_bytes": reasons[half:]}


def memfd(data, seals=SEALS):
    fd = os.memfd_create("rules", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    os.write(fd, data)
    fcntl.fcntl(fd, F_ADD_SEALS, seals)
    return fd


class Control:
    def __init__(self, run_dir, greet=True):
        self.heard = []  # (kind, request id, records)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(str(run_dir / "dataplane.sock"))
        if greet:
            self.socket.send(hello())
            self.wait(lambda m: m[0] == "hello")

    def read(self, timeout):
        """One more message into `heard`; False when none comes, raises EOFError at the end."""
        if not select.select([self.socket], [], [], max(0, timeout))[0]:
            return False
        data = self.socket.recv(1 << 16)
        if not data:
            raise EOFError
        length, number, count, request = struct.unpack_from("<IHHQ", data)
        assert length == len(data)
        self.heard.append((TYPES[number], request, data[16:], count))
        return True

    def wait(self, wanted, timeout=10):
        """The first message heard so far or soon for which wanted((kind, id, records, count)) is true."""
        deadline, at = time.monotonic() + timeout, 0
        while True:
            while at < len(self.heard):
                at += 1
                if wanted(self.heard[at - 1]):
                    return self.heard[at - 1]
            left = deadline - time.monotonic()
            if left <= 0 or not self.read(left) and time.monotonic() >= deadline:
                raise AssertionError(f"not heard; heard: {[m[:2] for m in self.heard]}")

    def send(self, data, fds=()):
        if fds:
            socket.send_fds(self.socket, [data], list(fds))
        else:
            self.socket.send(data)

    def rules(self, data, request=7, generation=None, length=None, seals=SEALS):
        """Sends an image and returns (generation, in force, status, microseconds, text) of the answer."""
        fd = memfd(data, seals)
        generation = struct.unpack_from("<Q", data, 16)[0] if generation is None and len(data) >= 24 else generation or 0
        self.send(message("rules", struct.pack("<QQ", generation, len(data) if length is None else length), 1, request), [fd])
        os.close(fd)
        return self.ack(request)

    def ack(self, request):
        records = self.wait(lambda m: m[0] == "rules_ack" and m[1] == request)[2]
        generation, in_force, status, us, text = struct.unpack("<QQiI112s", records)
        return generation, in_force, status, us, text.rstrip(b"\0").decode()

    def ended(self, timeout=5):
        """True when the dataplane closes the connection."""
        deadline = time.monotonic() + timeout
        try:
            while time.monotonic() < deadline:
                self.read(deadline - time.monotonic())
        except (EOFError, ConnectionResetError):
            return True
        return False

    def close(self):
        self.socket.close()
