# SPDX-License-Identifier: BSD-3-Clause
"""spin-control as a server: requests per second beside h2o's own hello world, and a crowd of subscribers.

Requests: server on CPU 1, bench/http_load on CPU 0, both servers frozen and thawed in turns as in
rig.py; the rate is answers per second of the server's processor time.

Subscribers: READERS that read and STUCK that never do.  Each change of a rule is an event for all;
what counts is the time from the request's first byte to the last reader's event.  `ours` is with the
stuck ones, `other` a second spin-control without them, asked in turns.  Memory: what spin-control
holds more of its own (Private_Dirty) after all changes than before anybody came, by their number.
"""
import http.client
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time

import rig
from rig import DATA_CPU, RigError

READERS, STUCK = 990, 10
CHANGES = 200
LOAD_CONNECTIONS = 32
PATH = "/api/v1/health"
START_SECONDS = 15


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Control:
    """spin-control in folders of its own; `port` is its loopback port."""

    def __init__(self, build, cpu=None):
        self.folder = tempfile.TemporaryDirectory(prefix="spin-bench-")
        run, config = self.folder.name, os.path.join(self.folder.name, "spin.yaml")
        with open(config, "w") as f:
            json.dump({"listen": ["127.0.0.1:0"], "events_max": READERS + STUCK + 50,
                       "events_max_per_source": READERS + STUCK + 50}, f)
        self.log = open(os.path.join(run, "log"), "w+")
        pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
        self.process = subprocess.Popen(
            [*pin, os.path.join(build, "control", "spin-control"), "--config", config, "--run-dir", run, "--state-dir", run],
            stderr=self.log, preexec_fn=rig.die_with_parent)
        self.port = self.find_port()
        self.link = UnixConnection(os.path.join(run, "api.sock"))

    def find_port(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            self.log.seek(0)
            for line in self.log:
                if "ready on http://127.0.0.1:" in line:
                    return int(line.rsplit(":", 1)[1])
            time.sleep(0.02)
        self.log.seek(0)
        raise RigError(f"spin-control did not start: {self.log.read()[-300:]}")

    def ask(self, method, path, body=None):
        self.link.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None,
                          {"Content-Type": "application/json"} if body is not None else {})
        answer = self.link.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RigError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return json.loads(text)

    def private_bytes(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            return 1024 * sum(int(line.split()[1]) for line in f if line.startswith("Private_Dirty"))

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()


def token_of(control):
    """A token for requests over TCP; empty before there were accounts."""
    try:
        return control.ask("POST", "/tokens", {"name": "bench", "role": "viewer"})["secret"]
    except RigError:
        return ""


# --- Requests per second ---

class Served(rig.Subject):
    """A server on CPU 1 that a load generator on CPU 0 keeps busy."""

    def __init__(self, label, build, path):
        super().__init__(label)
        self.build, self.path, self.load = build, path, None

    def serve(self):
        """Starts self.process; returns the port and a token."""
        raise NotImplementedError

    def start(self):
        port, token = self.serve()
        self.thread = f"/proc/{self.process.pid}/task/{self.process.pid}/schedstat"
        self.load = subprocess.Popen(
            ["taskset", "-c", "0", rig.helper(self.build, "http_load"), str(port), str(LOAD_CONNECTIONS), self.path, token],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=rig.die_with_parent)
        self.count(0.2)
        self.freeze()

    def count(self, seconds):
        self.load.stdin.write(f"{seconds}\n")
        self.load.stdin.flush()
        line = self.load.stdout.readline().split()
        if len(line) != 2:
            raise RigError(f"{self.label}: the load generator ended")
        return int(line[0]), float(line[1])

    def end(self):
        if self.load:
            self.load.stdin.close()
            self.load.wait()
        super().end()


class Ours(Served):
    control = None
    who = False  # without a token health is one word

    def serve(self):
        self.control = Control(self.build, DATA_CPU)
        self.process = self.control.process
        return self.control.port, token_of(self.control) if self.who else ""

    def end(self):
        super().end()
        if self.control:
            self.control.end()


class OursWithToken(Ours):
    who = True


class Hello(Served):
    def serve(self):
        self.process = subprocess.Popen(["taskset", "-c", str(DATA_CPU), rig.helper(self.build, "hello_h2o")],
                                        stdout=subprocess.PIPE, text=True, preexec_fn=rig.die_with_parent)
        return int(self.process.stdout.readline()), ""


def requests(names, context, start_and_measure, row):
    kinds = {"http": Ours, "http-token": OursWithToken}
    makers = [lambda huge: Hello("hello", context.build, "/")]
    makers += [lambda huge, n=n: kinds[n](n, context.build, PATH) for n in names]
    rounds = start_and_measure("http", makers, context)
    return [row(n, "1000/s of CPU", rounds.result(
        lambda r, n=n: (r[n] / 1e3, r["hello"] / 1e3, r[n] / r["hello"]))) for n in names]


# --- Subscribers ---

class Crowd:
    def __init__(self, build, control, readers, stuck, token):
        self.process = subprocess.Popen(
            [rig.helper(build, "follow"), str(control.port), str(readers), str(stuck), token],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=rig.die_with_parent)
        if self.process.stdout.readline() != "ready\n":
            raise RigError("the subscribers were not all let in")

    def times(self):
        return [int(word) / 1e9 for word in self.process.stdout.readline().split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Scene:
    """A spin-control of its own with its crowd, and a rule whose comment is changed for all to see."""

    def __init__(self, context, readers, stuck):
        self.crowd, self.control = None, Control(context.build)
        token = token_of(self.control)
        self.control.ask("GET", "/health")
        before = self.control.private_bytes()
        self.crowd = Crowd(context.build, self.control, readers, stuck, token)
        self.rule = self.control.ask("POST", "/rules", {"action": "block", "subject": {"everyone": True},
                                                        "object": {"domain": "bench.example"}})["rule"]["id"]
        self.crowd.times()
        self.grown = lambda: (self.control.private_bytes() - before) / (readers + stuck)

    def deliver(self, i):
        """ms from the request to the last reader."""
        begun = time.monotonic()
        self.control.ask("PATCH", f"/rules/{self.rule}", {"comment": f"{i} " + "x" * 180})
        return (self.crowd.times()[1] - begun) * 1e3

    def end(self):
        if self.crowd:
            self.crowd.end()
        self.control.end()


def subscribers(context, row, progress, note):
    scenes = []
    try:
        for stuck in (STUCK, 0):
            progress(f"subscribers: {READERS} that read, {stuck} that do not")
            scenes.append(Scene(context, READERS, stuck))
        pairs = []
        for i in range(CHANGES):  # in turns, A B B A, so that both meet the same machine
            order = scenes if i % 2 else scenes[::-1]
            times = {id(s): s.deliver(i) for s in order}
            pairs.append([times[id(s)] for s in scenes])
        each = scenes[0].grown()
    finally:
        for scene in scenes:
            scene.end()
    beside, alone = zip(*pairs)
    ratios = [b / a for b, a in pairs]
    note(f"subscribers: worst delivery {max(beside):.1f} ms with {STUCK} stuck, {max(alone):.1f} ms without")
    return [row("subscribers", "ms to the last", (statistics.median(beside), statistics.median(alone),
                                                  statistics.median(ratios), *rig.bootstrap(ratios))),
            row("subscriber-memory", "KiB each", (each / 1024, None, None, None, None))]
