# SPDX-License-Identifier: BSD-3-Clause
"""The home's memory: how fast any window is answered, how large it grows, what it writes, what it takes.

`history` makes up 50 devices with 400 days through the real writer (bench/history.c) and asks 200
random questions of each window. `month` writes 31 days of the same home every ten seconds, as
spin-control does, then starts the real spin-control on that database, tells it of 50 devices with
20,000 conversations over the real socket, asks it for windows meanwhile, and reads its peak memory.
"""
import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import rig

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    "history": "worst 99th percentile in ms of a question to 50 devices with 400 days; at most 100",
    "month": "a month of a 50-device home: MiB of history.db, MiB written a day, peak MiB of spin-control (at most 64)",
}
DEVICES, FLOWS, DOMAINS, TURNS = 50, 20_000, 1500, 40
ROUNDS = 200


def folder():
    """In memory where there is room: bytes are counted by the kernel, not by a disk."""
    return tempfile.TemporaryDirectory(prefix="spin-past-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise rig.RigError(f"bench_history failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


def single(name, unit, value):
    return {"name": name, "unit": unit, "ours": round(value, 2), "other": None, "ratio": None, "low": None, "high": None}


def history(context, progress, note):
    program = rig.helper(context.build, "bench_history")
    with folder() as at:
        progress("history: making up 400 days")
        made = run(program, "generate", at, 400)
        progress("history: asking")
        windows = run(program, "query", at, ROUNDS)["windows"]
    note(f"history: 50 devices, 400 days: {made['bytes'] / 2**20:.0f} MiB")
    for w in windows:
        note(f"history: {w['window']:>8}: median {w['median_ms']:.1f} ms, 99th percentile {w['p99_ms']:.1f} ms, "
             f"of processor time {w['p99_cpu_ms']:.1f} ms")
    return [single("history", "ms", max(w["p99_ms"] for w in windows)),
            single("history-cpu", "ms", max(w["p99_cpu_ms"] for w in windows)),
            single("history-size", "MiB", made["bytes"] / 2**20)]


# --- spin-control itself, on what the month left ---

def records(kind, rows):
    sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
    import dataplane_wire as wire
    while rows:
        part, length = [], 0
        while rows and length + len(rows[-1]) < 60_000:
            length += len(rows[-1])
            part.append(rows.pop())
        yield wire.message(kind, b"".join(part), len(part))


def mac(n):
    return bytes([2, 0, 0, 0, 1, n])


def remote(k):
    """Public addresses, each with a domain of its own."""
    return bytes([45, 83, k >> 8, k & 255])


def device_rows(turn, now):
    return [struct.pack("<6sBx7Q", mac(n), 0, now, now, turn * 4000, turn * 900_000, turn * 5000, turn * 4_000_000, turn)
            for n in range(DEVICES)]


def name_rows(now):
    rows = []
    for k in range(DOMAINS):
        text = b"www.some-service-%d.example\0" % k
        for n in ((k * 7 + i * 13) % DEVICES for i in range(3)):
            rows.append(struct.pack("<6sBB16sQIHHIIQ8x", mac(n), 4, 0, remote(k), now, 300, len(text), 1, 0, 0, 0)
                        + text + bytes(-len(text) % 8))
    return rows


def flow_rows(turn, now, first, last):
    rows = []
    for f in range(first, last):
        n, k = f % DEVICES, (f * 11) % DOMAINS
        rows.append(struct.pack("<7Q16s16s6s6s2H4HHH7B2B7x4x", 1000 + f, now, now, turn * 10, turn * 12, turn * 900, turn * 9000,
                                bytes([192, 168, 1, 2 + n]), remote(k), mac(n), b"\2\0\0\0\2\1", 20000 + f % 40000, 443,
                                0, 0, 0, 0, 0, 0, 0, 4, 6, 2 if turn < TURNS else 3, 0, 0, 0, 0, 1))
    return rows


def pretend(listener, done):
    """A dataplane that reports: devices, names and conversations, again and again."""
    sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
    import dataplane_wire as wire
    link, _ = listener.accept()
    link.send(wire.message("hello", struct.pack("<IIQQ32s", wire.MAGIC, wire.VERSION, 77, os.getpid(), b"bench"), 1))
    threading.Thread(target=lambda: [None for _ in iter(lambda: link.recv(65536), b"")], daemon=True).start()
    for m in records("name", name_rows(time.monotonic_ns())):
        link.send(m)
    for turn in range(1, TURNS + 1):
        now = time.monotonic_ns()
        for m in (*records("device", device_rows(turn, now)),
                  *records("flow", flow_rows(turn, now, *((0, FLOWS) if turn in (1, TURNS) else (turn * 400, turn * 400 + 400))))):
            link.send(m)
        time.sleep(1)
    done.set()
    return link


class Unix(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


def get(path, query):
    link = Unix(path)
    link.request("GET", "/api/v1" + query, headers={"Host": "localhost"})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise rig.RigError(f"GET {query}: {answer.status} {body[:200]!r}")
    return body


def peak_mib(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmHWM")) / 1024


def control_peak(context, state):
    with tempfile.TemporaryDirectory(prefix="spin-run-") as run_dir:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(os.path.join(run_dir, "dataplane.sock"))
        listener.listen()
        done = threading.Event()
        threading.Thread(target=pretend, args=(listener, done), daemon=True).start()
        control = subprocess.Popen([os.path.join(context.build, "control", "spin-control"), "--run-dir", run_dir, "--state-dir", state,
                                    "--listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            api = os.path.join(run_dir, "api.sock")
            while not done.wait(2):
                for query in ("/history?group=destination&from=2026-01-01T00:00:00Z", "/history?group=device", "/devices", "/flows?limit=500",
                              "/graph"):
                    get(api, query)
            if len(json.loads(get(api, "/devices"))["items"]) < DEVICES:
                raise rig.RigError("spin-control did not hear of the devices")
            return peak_mib(control.pid)
        finally:
            control.terminate()
            control.wait()


def month(context, progress, note):
    program = rig.helper(context.build, "bench_history")
    with folder() as at:
        progress("month: writing 31 days")
        wrote = run(program, "month", at, 31)
        windows = run(program, "query", at, ROUNDS)["windows"]
        progress("month: spin-control on it")
        peak = control_peak(context, at)
    note(f"month: {wrote['seconds']:.0f} s of writing; windows at worst {max(w['p99_ms'] for w in windows):.0f} ms (99th percentile)")
    return [single("month-size", "MiB", wrote["bytes"] / 2**20),
            single("month-written", "MiB a day", wrote["written"] / wrote["days"] / 2**20),
            single("month-memory", "MiB", peak)]
