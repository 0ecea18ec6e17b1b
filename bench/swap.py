# SPDX-License-Identifier: BSD-3-Clause
"""Lists of a million entries that change every two seconds for a minute under full load: is a frame
lost, does the worker's loop stop, how much slower is it?

list-swap: T100k in a loop, so that the worker never rests.  bench/numbered.c stands between drivers
and worker, numbers each frame as it comes in, and looks for missing numbers as they go out; it takes
the time from one poll of the LAN port to the next.  Half of the windows without swaps lie before the
minute, half after it.  A gap in which the kernel gave the processor to another thread is not the
loop's, and told apart; a window in which the host took time is not counted.  In every window with a
swap CPU 0 compiles an image with entries of its own and sends it; the traffic's far ends are in none
of them, so that each frame must come out.
"""
import mmap
import os
import random
import statistics
import struct
import tempfile
import time

import lists
import rig
import subjects

TRAFFIC = "T100k"
SECONDS = 2.0
SWAPS, QUIET = 30, 15  # windows: a minute with, half of one before and after without
WINDOWS = 256  # of numbered.c
BUILD_MAX = 2.0  # issue 3


class Numbers:
    """struct numbered of bench/numbered.c."""

    HEAD = struct.Struct("<10Q")

    def __init__(self, path):
        self.size = self.HEAD.size + 16 * WINDOWS
        with open(path, "wb") as f:
            f.truncate(self.size)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), self.size)

    def head(self):
        names = ("hz", "in", "in1", "out", "out1", "missing", "missing1", "late", "late1", "window")
        h = dict(zip(names, self.HEAD.unpack_from(self.map)))
        return {n: h[n] + h.get(f"{n}1", 0) for n in ("hz", "in", "out", "missing", "late")}

    def begin(self, window):
        self.map[72:80] = struct.pack("<Q", window)

    def gap_us(self, window):
        """The loop's longest, and the longest of a thread that had lost its processor."""
        own, displaced = struct.unpack_from("<2Q", self.map, self.HEAD.size + 16 * window)
        hz = self.head()["hz"] / 1e6
        return own / hz, displaced / hz


class Numbered(subjects.Dataplane):
    """spin-dataplane with bench/numbered.c before it; `window` is one stretch with or without a swap."""

    def __init__(self, context, huge):
        super().__init__(context.program, TRAFFIC, huge, label="swapped")
        self.library = rig.helper(context.build, "libnumbered.so")
        self.file = os.path.join(self.folder.name, "numbered")
        self.numbers = Numbers(self.file)

    def spawn(self, command, log, **options):
        env = {**os.environ, "LD_PRELOAD": self.library, "SPIN_BENCH_NUMBERED": self.file}
        super().spawn(command, log, env=env, **options)

    def stretch(self, number, image):
        """{rate, gap, displaced, steal, frames, us} of window `number`; `image` is swapped in, None: none is."""
        self.numbers.begin(number)
        cpu, wall, steal = self.cpu_seconds(), time.monotonic(), rig.steal_seconds(rig.DATA_CPU)
        before, end = self.numbers.head(), wall + SECONDS
        built, us = 0.0, None
        if image:
            path = os.path.join(self.folder.name, "image")
            built = float(lists.make_image(image, path, str(1 + number), "spare").split()[0])
            with open(path, "rb") as f:
                us = self.wire.swap(f.read())
        while time.monotonic() < end:
            self.wire.drain()
            time.sleep(0.02)
        after, cpu = self.numbers.head(), self.cpu_seconds() - cpu
        gap, displaced = self.numbers.gap_us(number)
        return {"rate": (after["in"] - before["in"]) / cpu, "gap": gap, "displaced": displaced, "built": built, "us": us,
                "steal": rig.steal_seconds(rig.DATA_CPU) - steal, "share": cpu / (time.monotonic() - wall),
                "lost": after["missing"] - before["missing"], "late": after["late"] - before["late"],
                "frames": after["in"] - before["in"]}


def ratio_of(one, two):
    """Medians of two samples, their ratio, and its 95 % bootstrap interval."""
    rng = random.Random(len(one))
    ratios = sorted(statistics.median(rng.choices(one, k=len(one))) / statistics.median(rng.choices(two, k=len(two)))
                    for _ in range(2000))
    one, two = statistics.median(one), statistics.median(two)
    return one, two, one / two, ratios[50], ratios[1949]


def unaccounted(subject):
    """Frames that the dataplane's own counters do not know to have been forwarded."""
    s = subject.wire.stats()
    return s["frames"] - s["forwarded"]


def run(subject, context, progress):
    """Windows without and with swaps, in the order of their time."""
    order = [False] * QUIET + [True] * SWAPS + [False] * QUIET
    windows = {True: [], False: []}
    subject.thaw()
    subject.stretch(len(order), context.build)  # the first list comes to a table of young flows
    odd = unaccounted(subject)
    for number, swap in enumerate(order):
        progress(f"list-swap: window {number + 1} of {len(order)}, {'with' if swap else 'without'} a swap")
        windows[swap].append(subject.stretch(number, context.build if swap else None))
    return windows, unaccounted(subject) - odd


def told(windows, odd, note):
    total = {key: sum(w[key] for some in windows.values() for w in some) for key in ("frames", "lost", "late")}
    swaps, quiet = windows[True], windows[False]
    note(f"list-swap: {total['frames'] / 1e6:.0f} million numbered frames of T100k, {total['lost']} lost, "
         f"{total['late']} out of order, {odd} not forwarded by the dataplane's own counters")
    note(f"list-swap: {len(swaps)} swaps, compiled in {statistics.median(w['built'] for w in swaps):.2f} s "
         f"(at most {max(w['built'] for w in swaps):.2f}), checked and in force "
         f"{statistics.median(w['us'] for w in swaps) / 1e3:.0f} ms after they came "
         f"(at most {max(w['us'] for w in swaps) / 1e3:.0f})")
    note("list-swap: longest gap of the loop with swaps {:.0f} us, without {:.0f} us; of a worker that had lost its "
         "CPU {:.0f} and {:.0f} us".format(*(max(w[k] for w in some) for k in ("gap", "displaced")
                                            for some in (swaps, quiet))))
    if total["lost"] or odd:
        raise rig.RigError(f"{total['lost']} frames were lost, {odd} not forwarded")
    if max(w["built"] for w in swaps) > BUILD_MAX:
        raise rig.RigError(f"a list took more than {BUILD_MAX} s to compile")
    return total["lost"]


def list_swap(context, huge, row, progress, note):
    subject = Numbered(context, huge)
    try:
        progress("list-swap: starting")
        subject.start()
        windows, odd = run(subject, context, progress)
    finally:
        subject.end()
    lost = told(windows, odd, note)
    calm = {swap: [w for w in some if w["steal"] <= rig.STEAL_MAX * SECONDS] for swap, some in windows.items()}
    if min(map(len, calm.values())) < QUIET // 2:
        note("list-swap: the host took time in most windows; the gaps and rates are those of a disturbed machine")
        calm = windows
    pairs = {key: ratio_of([w[key] for w in calm[True]], [w[key] for w in calm[False]]) for key in ("gap", "rate")}
    rate = [x / 1e6 if i < 2 else x for i, x in enumerate(pairs["rate"])]
    built = statistics.median(w["built"] for w in windows[True])
    return [row("list-swap", "frames lost", (lost, None, None, None, None)),
            row("list-swap-gap", "us, longest gap", pairs["gap"]),
            row("list-swap-rate", "Mpps", rate),
            row("list-build", "s", (built, None, None, None, None))]
