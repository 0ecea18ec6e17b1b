# SPDX-License-Identifier: BSD-3-Clause
"""spin-dataplane with two workers: the same flows, split over two queues of each port, on two CPUs.

CPU 0 also has the bench and the main thread, which sleep; the rate is per second in which the workers
had their CPUs, as elsewhere, so what is left is what two workers cost each other.
"""
import os

import rig
import shards
import subjects

TRAFFIC = "T10k"  # half of them for each: few enough that a smaller table is not what is measured
QUEUES = 2


class Workers(subjects.Dataplane):
    def __init__(self, program, huge, name=TRAFFIC):
        super().__init__(program, name, huge, label="two workers", workers=QUEUES)
        self.threads = []

    def ports(self):
        return [",".join([f"net_pcap{i}", *(f"rx_pcap={p}" for p in paths), "infinite_rx=1"])
                for i, paths in enumerate(shards.files(self.name, QUEUES))]

    def find_thread(self):
        tasks = f"/proc/{self.process.pid}/task"
        self.threads = [f"{tasks}/{t}/schedstat" for t in os.listdir(tasks)
                        if rig.first_line(f"{tasks}/{t}/comm").startswith(self.thread_names)]
        if len(self.threads) != QUEUES:
            raise rig.RigError(f"{self.label}: {len(self.threads)} data threads, not {QUEUES}")

    def cpu_seconds(self):
        return sum(int(rig.first_line(t).split()[0]) for t in self.threads) / 1e9 / QUEUES
