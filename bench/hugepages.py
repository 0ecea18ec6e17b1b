# SPDX-License-Identifier: BSD-3-Clause
"""Borrows hugepages for a run: only where root may, memory is free, and gives them back."""
import os
import signal
import sys

PAGES = "/sys/kernel/mm/hugepages/hugepages-2048kB/"


def number(path):
    with open(path) as f:
        return int(f.read())


def available_mb():
    with open("/proc/meminfo") as f:
        for line in f:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 0


class Hugepages:
    """with Hugepages(need_mb) as huge: `huge` says whether there are so many."""

    def __init__(self, need_mb):
        self.need = need_mb // 2 + 64
        self.added = 0

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))  # so that __exit__ runs then too
        try:
            short = self.need - number(PAGES + "free_hugepages")
            if short <= 0:
                return True
            if os.geteuid() != 0 or available_mb() < 2 * short * 3 // 2:
                return False
            before = number(PAGES + "nr_hugepages")
            self.set(before + short)
            self.added = number(PAGES + "nr_hugepages") - before
            if self.added == short:
                return True
            self.__exit__()
        except OSError:
            pass
        return False

    def set(self, n):
        with open(PAGES + "nr_hugepages", "w") as f:
            f.write(str(n))

    def __exit__(self, *unused):
        if self.added:
            self.set(max(0, number(PAGES + "nr_hugepages") - self.added))
            self.added = 0
