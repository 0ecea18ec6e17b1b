# SPDX-License-Identifier: BSD-3-Clause
"""The measuring method: programs under test are all started, frozen (SIGSTOP), and thawed for one
window each in the order A B B A, so that slow changes of the machine meet all of them alike.

A rate is packets per second of processor time of the data thread, so that a neighbour on the core
costs the window length and not the figure; a pair in which a data thread had less than SHARE_MIN of
its core, or the host took time (steal), is thrown away and counted.  The result is the median of the
pairwise ratios with its bootstrap interval.
"""
import ctypes
import os
import random
import signal
import statistics
import subprocess
import time

DATA_CPU = 1
SHARE_MIN = 0.90
STEAL_MAX = 0.01
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


class RigError(Exception):
    """Why a figure cannot be had: a sentence for a person."""


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def helper(build, name):
    """Path of what bench/meson.build calls `name`, up to date with its source."""
    path = os.path.join(build, "bench", name)
    commands = [["meson", "configure", build, "-Dbench=true"]] * (not os.path.exists(path))
    for command in [*commands, ["ninja", "-C", build, f"bench/{name}"]]:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RigError(f"{' '.join(command)} failed: {(done.stdout + done.stderr).strip().splitlines()[-1:]}")
    return path


def first_line(path):
    with open(path) as f:
        return f.readline()


def steal_seconds(cpu):
    with open("/proc/stat") as f:
        for line in f:
            if line.startswith(f"cpu{cpu} "):
                return int(line.split()[8]) / os.sysconf("SC_CLK_TCK")
    return 0.0


def tsc_hz():
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("bogomips"):
                return float(line.split(":")[1]) * 1e6 / 2
    return 0.0


class Window:
    """What one subject did in one window."""

    def __init__(self, packets, seconds, cpu_seconds, steal):
        self.share = min(cpu_seconds / seconds, 1.0)
        self.steal = steal / seconds
        self.rate = packets / seconds / self.share if self.share > 0 else 0.0

    def disturbed(self):
        return self.share < SHARE_MIN or self.steal > STEAL_MAX


class Subject:
    """A program that forwards in a loop.  start() leaves it frozen; window() thaws it for a while."""

    thread_names = ("rte-worker", "lcore-worker")  # of DPDK 22.11, and later

    def __init__(self, label):
        self.label = label
        self.process = None
        self.thread = None

    def spawn(self, command, log, **options):
        self.process = subprocess.Popen(command, stderr=log, preexec_fn=die_with_parent, **options)

    def find_thread(self):
        tasks = f"/proc/{self.process.pid}/task"
        for task in os.listdir(tasks):
            if first_line(f"{tasks}/{task}/comm").startswith(self.thread_names):
                self.thread = f"{tasks}/{task}/schedstat"
                return
        raise RigError(f"{self.label}: no data thread among {tasks}")

    def cpu_seconds(self):
        return int(first_line(self.thread).split()[0]) / 1e9

    def freeze(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def count(self, seconds):
        """Returns (packets, seconds) of a stretch of about that length, from counters."""
        raise NotImplementedError

    def window(self, seconds):
        self.thaw()
        try:
            self.settle()
            cpu, wall, steal = self.cpu_seconds(), time.monotonic(), steal_seconds(DATA_CPU)
            packets, elapsed = self.count(seconds)
            cpu, wall = self.cpu_seconds() - cpu, time.monotonic() - wall
            steal = steal_seconds(DATA_CPU) - steal
        finally:
            self.freeze()
        # The bracket is a little longer than the counters' stretch; the share is the same in both.
        return Window(packets, elapsed, cpu * elapsed / wall, steal)

    def settle(self):
        time.sleep(0.05)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def bootstrap(values, rounds=2000):
    """95 % interval of the median."""
    rng = random.Random(len(values))
    medians = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(rounds))
    return medians[int(rounds * 0.025)], medians[int(rounds * 0.975)]


class Rounds:
    """Windows of several subjects, round by round; `good` has the undisturbed ones."""

    def __init__(self):
        self.good = []
        self.thrown = []
        self.noisy = False

    def measure(self, subjects, rounds, seconds, say):
        for attempt in range(rounds * 2):
            if len(self.good) == rounds:
                break
            order = list(subjects) if attempt % 2 == 0 else list(reversed(subjects))
            windows = {s.label: s.window(seconds) for s in order}
            bad = [s.label for s in order if windows[s.label].disturbed()]
            (self.thrown if bad else self.good).append(windows)
            say(len(self.good), len(self.thrown))
        if len(self.good) < min(5, rounds):
            # A machine that is never quiet: the least disturbed ones, and the table says so.
            self.noisy = True
            every = sorted(self.good + self.thrown, key=lambda r: -min(w.share for w in r.values()))
            self.good = every[:rounds]
            self.thrown = every[rounds:]

    def rates(self, label):
        return [r[label].rate for r in self.good]

    def result(self, function):
        """function({label: rate}) -> (ours, other, ratio), by round; returns medians and interval."""
        rows = [function({k: w.rate for k, w in r.items()}) for r in self.good]
        ours, other, ratio = (statistics.median(column) for column in zip(*rows))
        low, high = bootstrap([r[2] for r in rows])
        return ours, other, ratio, low, high
