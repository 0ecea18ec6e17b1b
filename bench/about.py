# SPDX-License-Identifier: BSD-3-Clause
"""What was measured, on what machine, and how: a table without that is worth nothing."""
import json
import os
import subprocess

import rig

HERE = os.path.dirname(os.path.abspath(__file__))


def said_by(otherwise, *argv):
    """What a program says, or what stands for it where it is not here."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True)
    except FileNotFoundError:
        return otherwise
    return done.stdout.strip() if done.returncode == 0 and done.stdout.strip() else otherwise


def commit():
    git = ("git", "-C", HERE)
    changed = said_by("", *git, "status", "--porcelain", "--untracked-files=no")
    return said_by("none", *git, "rev-parse", "--short=12", "HEAD") + (", changed since" if changed else "")


def build_type(build):
    try:
        with open(os.path.join(build, "meson-info", "intro-buildoptions.json")) as f:
            return next(o["value"] for o in json.load(f) if o["name"] == "buildtype")
    except (OSError, ValueError, StopIteration):
        return "built nobody knows how"


def processors():
    with open("/proc/cpuinfo") as f:
        names = [line.split(":", 1)[1].strip() for line in f if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else f"{os.cpu_count()} CPUs"


def text(options):
    dpdk = said_by("of an unknown version", "pkg-config", "--modversion", "libdpdk")
    huge = "no hugepages" if options.no_huge else "hugepages where there is memory for them"
    return f"""\
commit   {commit()}; {build_type(options.build)}
machine  {processors()}, {rig.tsc_hz() / 1e9:.2f} GHz, Linux {os.uname().release}, load {os.getloadavg()[0]:.1f} at the start
with     DPDK {dpdk}, {huge}
method   one thread on CPU {rig.DATA_CPU}, the rest on CPU 0; A B B A, {options.pairs} undisturbed rounds of {options.seconds:g} s,
         median of pairwise ratios with its 95 % interval; bench/run -h says more
"""
