# SPDX-License-Identifier: BSD-3-Clause
"""The same swaps from end to end: frames are numbered and counted in the namespaces at both ends of
veth ports (bench/latency.c), and spin-control itself reads 2,060,000 lines of text, compiles and
hands them over whenever a SIGHUP says that the files are others.

As many frames as the ports take, but never more than UNDER_WAY between the ends: no queue overflows,
so a number that is missing was lost by the bridge.  Generator, control and the dataplane's checker
share CPU 0, which is why the figure here is the loss; gaps and rates are list-swap's.
"""
import os
import random
import signal
import subprocess
import tempfile
import time

import latency
import rig
import wires

ADDRESSES, PREFIXES, PREFIXES6, NAMES = 1_000_000, 50_000, 10_000, 1_000_000
SECONDS, SWAP_EVERY = 60, 2.0
QUIET = 15
UNDER_WAY = 512
HAND_OVER_MAX = 60


def address(rng):
    """Anywhere but where the home and the bench are."""
    return f"{20 + rng.getrandbits(7)}.{rng.getrandbits(8)}.{rng.getrandbits(8)}"


def write_lists(folder, seed):
    """A file a list; all of it new with another seed."""
    rng = random.Random(seed)
    os.makedirs(folder)
    rows = {
        "addresses": (f"{address(rng)}.{rng.getrandbits(8)}\n" for _ in range(ADDRESSES)),
        "networks": (f"{address(rng)}.0/24\n" if i < PREFIXES else f"2a0{i % 10}:{rng.getrandbits(16):x}:{i:x}::/48\n"
                     for i in range(PREFIXES + PREFIXES6)),
        "names": (f"{rng.getrandbits(44):x}.feed{i % 977}.example\n" for i in range(NAMES)),
    }
    for name, lines in rows.items():
        with open(os.path.join(folder, name), "w") as f:
            f.writelines(lines)
    return list(rows)


class Governed(latency.Ours):
    """spin-dataplane between two wires, and spin-control with lists."""

    def __init__(self, context, driver):
        super().__init__(context.program, driver)
        self.probe = rig.helper(context.build, "latency")
        self.control = None
        self.control_program = os.path.join(context.build, "control", "spin-control")
        self.control_log = tempfile.NamedTemporaryFile("w+", prefix="spin-bench-", suffix=".log")
        self.root = self.folder.name

    def path(self, *names):
        return os.path.join(self.root, *names)

    def start(self):
        names = [write_lists(self.path(kind), kind) for kind in ("even", "odd")][0]
        os.makedirs(self.path("state"))
        os.symlink(self.path("even"), self.path("lists"))
        with open(self.path("spin.yaml"), "w") as f:
            f.write("lists:\n" + "".join(f"  - {{name: {n}, file: {self.path('lists', n)}, action: block}}\n" for n in names))
        self.bridge()
        self.control = subprocess.Popen(self.middle.inside(
            "taskset", "-c", "0", self.control_program, "--config", self.path("spin.yaml"), "--run-dir", self.root,
            "--state-dir", self.path("state"), "--listen", "127.0.0.1:0"), stdout=self.control_log,
            stderr=self.control_log, preexec_fn=rig.die_with_parent)
        self.in_force(1)

    def in_force(self, times):
        """Waits until control has said so often that lists are in force."""
        deadline = time.monotonic() + HAND_OVER_MAX
        while open(self.control_log.name, errors="replace").read().count(" are in force") < times:
            time.sleep(0.005)
            wires.wait_until(deadline, self.control, "spin-control", self.control_log)

    def swap(self, number):
        """Seconds from the SIGHUP until the other files' lists are in force."""
        os.symlink(self.path("odd" if number & 1 else "even"), self.path("new"))
        os.rename(self.path("new"), self.path("lists"))
        before = time.monotonic()
        self.control.send_signal(signal.SIGHUP)
        self.in_force(number + 1)
        return time.monotonic() - before

    def end(self):
        if self.control:
            self.control.kill()
            self.control.wait()
        self.control_log.close()
        super().end()


def load(subject, seconds):
    ends = [str(ns.holder.pid) for ns in (subject.client, subject.server)]
    return subprocess.Popen(["taskset", "-c", "0", subject.probe, *ends, "0", str(seconds), str(UNDER_WAY)],
                            stdout=subprocess.PIPE, text=True, preexec_fn=rig.die_with_parent)


def result(probe):
    """{sent, received, seconds, missing, late, silence}: silence in us."""
    out = probe.communicate(timeout=SECONDS + 30)[0].split()
    if probe.returncode:
        raise rig.RigError("the probe failed")
    f = list(map(float, out))
    return {"sent": int(f[0]), "received": int(f[1]), "rate": f[1] / f[2], "lost": int(f[0] - f[1]), "late": int(f[7]),
            "silence": f[8] / 1e3}


def list_swap_wire(context, driver, row, progress, note):
    took, runs = [], []
    subject = Governed(context, driver)
    try:
        progress("list-swap-wire: starting")
        subject.start()
        progress("list-swap-wire: without swaps")
        runs.append(result(load(subject, QUIET)))
        probe = load(subject, SECONDS)
        end, at = time.monotonic() + SECONDS - 0.5, time.monotonic()
        while at < end and probe.poll() is None:
            progress(f"list-swap-wire: swap {len(took) + 1}, {end - at:.0f} s to go")
            took.append(subject.swap(len(took) + 1))
            time.sleep(max(0.0, at + SWAP_EVERY - time.monotonic()))
            at = time.monotonic()
        runs.append(result(probe))
        progress("list-swap-wire: without swaps")
        runs.append(result(load(subject, QUIET)))
    finally:
        subject.end()
    quiet, swaps = (runs[0], runs[2]), runs[1]
    lost = sum(r["lost"] for r in runs)
    took.sort()
    note(f"list-swap-wire: {driver} ports, {len(took)} swaps by spin-control, from SIGHUP to in force {took[len(took) // 2]:.2f} s "
         f"(at most {took[-1]:.2f}), beside a generator that never rests")
    note(f"list-swap-wire: {sum(r['sent'] for r in runs)} numbered frames sent, {lost} lost, {sum(r['late'] for r in runs)} out of "
         f"order; {swaps['rate'] / 1e3:.0f} kpps with swaps, {min(r['rate'] for r in quiet) / 1e3:.0f} without; longest silence "
         f"{swaps['silence']:.0f} us with, {max(r['silence'] for r in quiet):.0f} without")
    if lost:
        raise rig.RigError(f"{lost} frames were lost")
    return [row("list-swap-wire", "frames lost", (lost, None, None, None, None))]
