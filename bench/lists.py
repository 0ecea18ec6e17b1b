# SPDX-License-Identifier: BSD-3-Clause
"""What a list of a million addresses, 60,000 prefixes and a million domains costs.

In instructions per packet of the worker, counted as bench/instructions counts, so that the figures
are exact on any machine: established flows between swaps (what they cost more is the few flows that
the list names, whose frames drop out of the middle of a burst), and new flows.  In cycles: a table
of FEW flows under a loop of 200,000 that nobody answers, so that every frame begins a flow and ends
one.
"""
import importlib.machinery
import os
import subprocess
import tempfile
import types

import rig
import subjects
from rig import RigError

HERE = os.path.dirname(os.path.abspath(__file__))
# name: (traffic as bench/instructions knows it, what is counted)
NAMES = {
    "list-1m": ("T10k", "instructions/packet"),
    "list-1m-new": ("NEW", "instructions/new flow"),
}
# name: the traffic; with far ends all over the address space what the list has of them is cold.
CPU_NAMES = {"list-1m-new-cpu": "NEW100k", "list-1m-far-cpu": "FAR100k"}
FEW = 131_072


def counter():
    """bench/instructions, which has no suffix, as a module."""
    loader = importlib.machinery.SourceFileLoader("instructions", os.path.join(HERE, "instructions"))
    module = types.ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def make_image(build, path, *arguments):
    """A lists image by the program of the build folder; what it said of the time that took."""
    program = rig.helper(build, "make_lists")
    done = subprocess.run(["taskset", "-c", "0", program, path, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RigError(f"make_lists failed: {done.stderr.strip()}")
    return done.stdout.strip()


def measure(names, context, progress, note):
    """Rows for the table: with the list, without, and their ratio."""
    instructions = counter()
    options = types.SimpleNamespace(build=context.build, passes=2)
    rows = []
    with tempfile.TemporaryDirectory(prefix="spin-bench-") as folder:
        image = os.path.join(folder, "lists.image")
        for name in names:
            traffic, unit = NAMES[name]
            figures = []
            for listed in (True, False):
                progress(f"{name}: counting {'with' if listed else 'without'} the list")
                if listed:
                    said = make_image(context.build, image)
                elif os.path.exists(image):
                    os.unlink(image)
                try:
                    figures.append(instructions.measure(options, traffic, folder)[0])
                except instructions.Failed as e:
                    raise RigError(str(e)) from None
            ratio = figures[0] / figures[1]
            rows.append({"name": name, "unit": unit, "ours": figures[0], "other": figures[1],
                         "ratio": ratio, "low": ratio, "high": ratio})
        note(f"{', '.join(names)}: the list was compiled in {said}")
    return rows


class Listed(subjects.Dataplane):
    """spin-dataplane that finds the list in its state directory."""

    def __init__(self, context, traffic, huge, **options):
        super().__init__(context.program, traffic, huge, label="listed", **options)
        self.build = context.build

    def start(self):
        make_image(self.build, os.path.join(self.folder.name, "lists.image"))
        super().start()


def measure_cycles(names, context, rounds_of, row):
    hz, rows = rig.tsc_hz(), []
    for name in names:
        traffic = CPU_NAMES[name]
        makers = [lambda huge: Listed(context, traffic, huge, flows=FEW),
                  lambda huge: subjects.Dataplane(context.program, traffic, huge, flows=FEW)]
        rounds = rounds_of(name, makers, [traffic] * 2, context)
        rows.append(row(name, "cycles/new flow", rounds.result(
            lambda r: (hz / r["listed"], hz / r["ours"], r["ours"] / r["listed"]))))
    return rows
