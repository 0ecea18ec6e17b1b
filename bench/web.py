# SPDX-License-Identifier: BSD-3-Clause
"""The GUI in Debian's chromium, on the real spin-control with a pretended dataplane of a large home.

40 devices talk to 210 destinations, the 250 nodes that the graph shows at most; bench/web.mjs is the browser's side and
says how each figure comes about. Time of the main thread is processor time, so a busy machine does not count.
"""
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
from past import records
from serve import UnixConnection

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    "web": "the GUI in chromium: first paint in ms (at most 1,000), share of the main thread in % at 5,000 flow updates a minute "
           "(at most 10), ms of tick and draw at 250 nodes (at most 8) and at the 95th percentile, MiB more after an hour's updates",
}
DEVICES, DESTINATIONS, PAIRS = 40, 210, 420
A_MINUTE, HOUR = 5_000, 300_000
STEP_S = 0.25
START_SECONDS = 15
UNITS = {"paint": "ms", "share": "%", "frame": "ms", "late": "ms", "memory": "MiB"}


def mac(n):
    return bytes([2, 0, 0, 0, 2, n])


def remote(k):
    return bytes([45, 83, 7, k])


class Home:
    """A dataplane that reports as fast as it is told to; one thread sends."""

    def __init__(self, run_dir):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(os.path.join(run_dir, "dataplane.sock"))
        self.listener.listen()
        self.a_minute, self.sent, self.failed = A_MINUTE, 0, None
        self.counts = [0] * PAIRS
        self.at = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
        import dataplane_wire as wire
        try:
            self.link, _ = self.listener.accept()
            greeting = struct.pack("<IIQQ32s", wire.MAGIC, wire.VERSION, 77, os.getpid(), b"bench")
            self.link.send(wire.message("hello", greeting, 1))
            threading.Thread(target=lambda: [None for _ in iter(lambda: self.link.recv(65536), b"")], daemon=True).start()
            self.tell("device", [self.device(n) for n in range(DEVICES)])
            self.tell("name", [self.name(p) for p in range(PAIRS)])
            self.tell("flow", [self.flow(p) for p in range(PAIRS)])
            while True:
                time.sleep(STEP_S)
                n = int(self.a_minute * STEP_S / 60)
                self.tell("flow", [self.flow((self.at + i) % PAIRS) for i in range(n)])
                self.at, self.sent = (self.at + n) % PAIRS, self.sent + n
                self.tell("device", [self.device(n) for n in range(DEVICES)])
        except OSError as e:
            self.failed = e

    def tell(self, kind, rows):
        for m in records(kind, rows):
            self.link.send(m)

    def device(self, n):
        now, k = time.monotonic_ns(), self.at + self.sent
        return struct.pack("<6sBx7Q", mac(n), 0, now, now, k * 4, k * 900, k * 5, k * 4000, 0)

    def name(self, p):
        k = p % DESTINATIONS
        text = b"service-%d.example\0" % k
        head = struct.pack("<6sBB16sQIHHIIQ8x", mac(p % DEVICES), 4, 0, remote(k), time.monotonic_ns(), 3600, len(text), 1, 0, 0,
                           1000 + p)
        return head + text + bytes(-len(text) % 8)

    def flow(self, p):
        self.counts[p] += 1
        now, turn, n = time.monotonic_ns(), self.counts[p], p % DEVICES
        return struct.pack("<7Q16s16s6s6s2H4HHH7B2B3xI4x", 1000 + p, now, now, turn * 10, turn * 12, turn * 900, turn * 9000,
                           bytes([192, 168, 1, 2 + n]), remote(p % DESTINATIONS), mac(n), b"\2\0\0\0\2\xff", 20000 + p, 443,
                           0, 0, 0, 0, 0, 0, 0, 4, 6, 2, 0, 0, 0, 0, 1, 0)


class Control:
    """spin-control on loopback, with the GUI of this checkout and a door for the browser."""

    def __init__(self, build, run_dir):
        self.log, config = open(os.path.join(run_dir, "log"), "w+"), os.path.join(run_dir, "spin.yaml")
        with open(config, "w") as f:
            f.write("{}\n")
        self.process = subprocess.Popen(
            [os.path.join(build, "control", "spin-control"), "--config", config, "--run-dir", run_dir, "--state-dir", run_dir,
             "--web-dir", os.path.join(HERE, "..", "web", "dist"), "--listen", "127.0.0.1:0"],
            stdout=self.log, stderr=self.log, preexec_fn=rig.die_with_parent)
        self.url = self.find_url()
        self.link = UnixConnection(os.path.join(run_dir, "api.sock"))
        self.ask("POST", "/users", {"name": "bench", "password": "a few words are easy", "role": "admin"})

    def find_url(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            self.log.seek(0)
            for line in self.log:
                if "ready on http://" in line:
                    return line.split("ready on ", 1)[1].strip() + "/"
            time.sleep(0.05)
        raise rig.RigError("spin-control did not start")

    def ask(self, method, path, body=None):
        self.link.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None,
                          {"Content-Type": "application/json", "Host": "localhost"})
        answer = self.link.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise rig.RigError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return json.loads(text)

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def single(name, value):
    return {"name": f"web-{name}", "unit": UNITS[name], "ours": round(value, 2), "other": None, "ratio": None, "low": None,
            "high": None}


def web(context, progress, note):
    with tempfile.TemporaryDirectory(prefix="spin-web-") as run_dir:
        home = Home(run_dir)
        control = Control(context.build, run_dir)
        try:
            return browse(control, home, progress, note)
        finally:
            control.end()


def browse(control, home, progress, note):
    code = control.ask("POST", "/users/bench:login-code", {})["code"]
    browser = subprocess.Popen(["node", os.path.join(HERE, "web.mjs"), f"{control.url}#code={code}"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, preexec_fn=rig.die_with_parent)
    rows = []
    try:
        for line in browser.stdout:
            what, value = line.split(" ", 1)
            if what == "hurry":  # an hour of updates in as short a time as it takes
                progress(f"web: {value.strip()}")
                began, home.a_minute = home.sent, A_MINUTE * 120
                while home.sent - began < HOUR and not home.failed and browser.poll() is None:
                    time.sleep(STEP_S)
                home.a_minute = A_MINUTE
                browser.stdin.write("done\n")
                browser.stdin.flush()
            elif what in UNITS:
                rows.append(single(what, float(value)))
            else:
                note(f"web: {line.strip()}")
    finally:
        browser.kill()
        browser.wait()
    if len(rows) != len(UNITS) or home.failed:
        raise rig.RigError(f"the browser measured {len(rows)} of {len(UNITS)} figures; {home.failed or 'its messages are above'}")
    return rows
