# SPDX-License-Identifier: BSD-3-Clause
"""More to compare with: the reference pipeline (reference.c), and OVS-DPDK with conntrack."""
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

import subjects
import traffic
from rig import DATA_CPU, RigError, die_with_parent, helper


class Reference(subjects.Logged):
    def __init__(self, build, name, huge):
        super().__init__("reference", name, huge)
        self.build = build

    def start(self):
        devices = [x for v in subjects.vdevs(self.name) for x in ("--vdev", v)]
        flows = max(1 << 18, 2 * traffic.flows_of(self.name))
        command = [helper(self.build, "reference"), "--lcores", f"0@0,1@{DATA_CPU}", "--no-pci", "--no-telemetry",
                   "--force-max-simd-bitwidth=256", *subjects.memory_arguments(self.name, self.huge, flows * 512 >> 20),
                   *devices, "--", str(flows), str(subjects.mbufs_for(self.name))]
        self.spawn(command, self.log, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        deadline = time.monotonic() + subjects.START_SECONDS
        while not select.select([self.process.stdout], [], [], 0.1)[0]:
            subjects.wait_until(deadline, self.process, self.label, self.log)
        if self.process.stdout.readline() != "ready\n":
            subjects.wait_until(0, self.process, self.label, self.log)
        self.find_thread()
        self.count(1)
        self.freeze()

    def ask(self):
        self.process.stdin.write("\n")
        return tuple(map(int, self.process.stdout.readline().split()))

    def count(self, seconds):
        before = self.ask()
        time.sleep(seconds)
        after = self.ask()
        return after[0] - before[0], (after[1] - before[1]) / 1e9


POOL_MB = 1400  # OVS makes pools of 262,144 buffers
TABLES_MB = 256  # the reference's

# Everything is committed once and forwarded when it is established, as a stateful firewall does.
OVS_FLOWS = """\
table=0,priority=10,arp,actions=normal
table=0,priority=5,ip,ct_state=-trk,actions=ct(table=1)
table=1,ip,ct_state=+trk+new,in_port=1,actions=ct(commit),output:2
table=1,ip,ct_state=+trk+new,in_port=2,actions=ct(commit),output:1
table=1,ip,ct_state=+trk+est,in_port=1,actions=output:2
table=1,ip,ct_state=+trk+est,in_port=2,actions=output:1
"""


class Ovs(subjects.Logged):
    """ovs-vswitchd in folders of its own: no service, no kernel datapath, nothing left behind."""

    thread_names = ("pmd-c",)

    def __init__(self, name, huge, label="ovs ct", conntrack=True):
        super().__init__(label, name, huge)
        self.conntrack = conntrack
        self.folder = tempfile.TemporaryDirectory(prefix="spin-ovs-")
        self.database = None
        self.env = {**os.environ, **{f"OVS_{d}DIR": self.folder.name for d in ("RUN", "LOG", "DB", "SYSCONF")}}

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def tool(self, *argv):
        try:
            done = subprocess.run(argv, env=self.env, capture_output=True, text=True, timeout=30)
        except subprocess.TimeoutExpired:
            subjects.wait_until(0, self.process or self.database, argv[0], self.log)
        if done.returncode:
            raise RigError(f"{argv[0]}: {done.stderr.strip()}")
        return done.stdout

    def set(self, *argv):
        return self.tool("ovs-vsctl", f"--db=unix:{self.path('db.sock')}", *argv)

    def program(self):
        for p in ("/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk", shutil.which("ovs-vswitchd-dpdk")):
            if p and os.access(p, os.X_OK):
                return p
        raise RigError("OVS-DPDK is not here: scripts/setup --bench installs it (package openvswitch-switch-dpdk)")

    def start(self):
        program = self.program()
        self.tool("ovsdb-tool", "create", self.path("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema")
        self.database = subprocess.Popen(
            ["ovsdb-server", self.path("conf.db"), f"--remote=punix:{self.path('db.sock')}", "--no-chdir",
             f"--unixctl={self.path('db.ctl')}"], env=self.env, stdout=self.log, stderr=self.log,
            preexec_fn=die_with_parent)
        deadline = time.monotonic() + subjects.START_SECONDS
        while not os.path.exists(self.path("db.sock")):
            time.sleep(0.02)
            subjects.wait_until(deadline, self.database, "ovsdb-server", self.log)
        extra = " ".join(subjects.memory_arguments(self.name, self.huge, POOL_MB)) + " --no-pci --no-telemetry"
        extra += "" if self.huge else " --legacy-mem"  # else it adds --in-memory, which wants hugepages
        self.set("--no-wait", "init")
        self.set("--no-wait", "set", "Open_vSwitch", ".", "other_config:dpdk-init=true",
                 "other_config:dpdk-lcore-mask=0x1", f"other_config:pmd-cpu-mask={1 << DATA_CPU:#x}",
                 f"other_config:dpdk-extra=\"{extra} --force-max-simd-bitwidth=256\"")
        # A network namespace of its own: it makes tap devices for its bridges.
        self.spawn(["unshare", "--net", program, f"unix:{self.path('db.sock')}", "--no-chdir",
                    f"--unixctl={self.path('ovs.ctl')}",
                    f"--log-file={self.path('ovs.log')}"], self.log, env=self.env, stdout=self.log)
        self.set("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure")
        ports = []
        for i, device in enumerate(subjects.vdevs(self.name)):
            ports += ["--", "add-port", "br0", f"p{i}", "--", "set", "Interface", f"p{i}", "type=dpdk",
                      f"options:dpdk-devargs=\"{device}\"", f"options:n_rxq_desc={subjects.DESCRIPTORS}",
                      f"ofport_request={i + 1}"]
        # First the rules, then the ports: a packet before them would be a miss to be logged.
        flows = OVS_FLOWS if self.conntrack else "in_port=1,actions=output:2\nin_port=2,actions=output:1\n"
        with open(self.path("flows"), "w") as f:
            f.write(flows)
        self.tool("ovs-ofctl", "-O", "OpenFlow13", "add-flows", f"unix:{self.path('br0.mgmt')}", self.path("flows"))
        self.set(*ports[1:])
        wrong = self.set("--format=csv", "--no-heading", "--columns=name,error", "find", "Interface", "error!=[]")
        if wrong:
            raise RigError(f"OVS does not open the ports: {wrong.strip()}")
        self.find_thread()
        time.sleep(3)  # connections are made in the first seconds
        self.freeze()

    def received(self):
        text = self.tool("ovs-appctl", "-t", self.path("ovs.ctl"), "dpif-netdev/pmd-stats-show")
        return sum(map(int, re.findall(r"packets received: (\d+)", text)))

    def count(self, seconds):
        before, start = self.received(), time.monotonic()
        time.sleep(seconds)
        after, end = self.received(), time.monotonic()
        return after - before, end - start

    def end(self):
        super().end()
        if self.database and self.database.poll() is None:
            self.database.kill()
            self.database.wait()
        self.folder.cleanup()
