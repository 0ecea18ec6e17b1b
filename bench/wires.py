# SPDX-License-Identifier: BSD-3-Clause
"""Real ports for the benches: client -- veth -- [subject] -- veth -- server, each in a namespace of its
own that lives as long as its holder, and subjects that bridge the two inner ends."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

import image
from rig import DATA_CPU, RigError, Window, die_with_parent, first_line, steal_seconds
from subjects import BURST, Logged, wait_until

CLIENT, SERVER = "192.168.77.2", "192.168.77.3"
TCP_PORT = 7777


def sh(*argv):
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise RigError(f"{' '.join(argv)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def best_driver():
    """AF_XDP is refused in a user namespace."""
    whole = os.geteuid() == 0 and first_line("/proc/self/uid_map").split()[2] == "4294967295"
    return "af_xdp" if whole else "af_packet"


class Namespace:
    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, preexec_fn=die_with_parent)
        if self.holder.stdout.readline() != b"ready\n":
            raise RigError("network namespaces need root, or `unshare -Urmn bench/run ...`")
        self.run("ip", "link", "set", "lo", "up")

    def inside(self, *argv):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--", *argv]

    def run(self, *argv):
        return sh(*self.inside(*argv))

    def cable(self, name, other, other_name):
        """Offloads off at both ends: frames on a real cable are finished."""
        self.run("ip", "link", "add", name, "type", "veth", "peer", "name", other_name, "netns", str(other.holder.pid))
        for ns, end in ((self, name), (other, other_name)):
            ns.run("sh", "-c", f"echo 1 >/proc/sys/net/ipv6/conf/{end}/disable_ipv6")
            ns.run("ethtool", "-K", end, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
            ns.run("ip", "link", "set", end, "up")

    def end(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdin.close()
        self.holder.stdout.close()


class Wired(Logged):
    """A subject between two veth ports, lan0 and wan0 of its namespace."""

    def __init__(self, label):
        super().__init__(label, None, False)
        self.client, self.middle, self.server = Namespace(), Namespace(), Namespace()
        self.middle.cable("lan0", self.client, "eth0")
        self.middle.cable("wan0", self.server, "eth0")
        self.client.run("ip", "addr", "add", f"{CLIENT}/24", "dev", "eth0")
        self.server.run("ip", "addr", "add", f"{SERVER}/24", "dev", "eth0")
        self.listener = None

    def bridge(self):
        """Starts what bridges the ports; self.process and self.thread when there is a process."""
        raise NotImplementedError

    def start(self):
        self.bridge()
        here = os.path.abspath(__file__)
        self.listener = subprocess.Popen(self.server.inside("taskset", "-c", "0", sys.executable, here, "serve"),
                                         stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.listener.stdout.readline()
        deadline = time.monotonic() + 10
        while subprocess.run(self.client.inside("ping", "-c", "1", "-W", "1", SERVER), capture_output=True).returncode:
            if time.monotonic() > deadline:
                raise RigError(f"{self.label}: no ping passes")
        self.freeze()

    def window(self, seconds):
        """One TCP connection; its receiver counts.  Nothing is divided by processor time here."""
        self.thaw()
        try:
            steal = steal_seconds(DATA_CPU)
            here = os.path.abspath(__file__)
            sh(*self.client.inside("taskset", "-c", "0", sys.executable, here, "send", str(seconds)))
            received, elapsed = map(float, self.listener.stdout.readline().split())
            steal = steal_seconds(DATA_CPU) - steal
        finally:
            self.freeze()
        return Window(received, elapsed, elapsed, steal)

    def end(self):
        super().end()
        if self.listener:
            self.listener.kill()
            self.listener.wait()
            self.listener.stdout.close()
        for ns in (self.client, self.middle, self.server):
            ns.end()


class WiredDataplane(Wired):
    def __init__(self, program, driver, label="ours"):
        super().__init__(label)
        self.program = program
        self.driver = driver
        self.folder = tempfile.TemporaryDirectory(prefix="spin-bench-")

    def bridge(self):
        if not os.access(self.program, os.X_OK):
            raise RigError(f"{self.program} is not there: build it with scripts/build, or name its folder by --build")
        image.write(self.folder.name)
        self.spawn(self.middle.inside(self.program, "--lan", "lan0", "--wan", "wan0", "--driver", self.driver,
                                      "--no-huge", "--run-dir", self.folder.name, "--state-dir", self.folder.name),
                   self.log)
        deadline = time.monotonic() + 30
        while "dataplane: ready" not in open(self.log.name).read():
            time.sleep(0.02)
            wait_until(deadline, self.process, self.label, self.log)
        self.find_thread()

    def end(self):
        super().end()
        self.folder.cleanup()


class WiredTestpmd(Wired):
    def __init__(self, driver, label=None, mode="io"):
        super().__init__(label or mode)
        self.driver = driver
        self.mode = mode

    def bridge(self):
        program = shutil.which("dpdk-testpmd")
        if not program:
            raise RigError("dpdk-testpmd is not here: scripts/setup --bench installs it (package dpdk-dev)")
        settings = {"af_xdp": "busy_budget=0", "af_packet": "blocksz=65536,framesz=2048,framecnt=1024,qdisc_bypass=1"}
        devices = [x for i, p in enumerate(("lan0", "wan0"))
                   for x in ("--vdev", f"net_{self.driver}{i},iface={p},{settings[self.driver]}")]
        self.spawn(self.middle.inside(program, "--lcores", f"0@0,1@{DATA_CPU}", "--no-pci", "--no-telemetry",
                                      "--no-huge", "--no-shconf", "--iova-mode=va", f"--file-prefix=spinwire{time.monotonic_ns()}",
                                      "-m", "256", *devices, "--", f"--forward-mode={self.mode}", "--nb-cores=1",
                                      f"--burst={BURST}", "--total-num-mbufs=16384", "--auto-start",
                                      "--no-lsc-interrupt", "--stats-period=1"), self.log, stdout=self.log)
        deadline = time.monotonic() + 30
        while "Port statistics" not in open(self.log.name, errors="replace").read():
            time.sleep(0.05)
            wait_until(deadline, self.process, self.label, self.log)
        self.find_thread()


class WiredBridge(Wired):
    """The kernel's bridge, with nftables keeping connections, as a firewall would."""

    RULES = """\
table inet filter {
    chain forward {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        ct state new accept
    }
}
"""

    def bridge(self):
        for argv in (["link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0"],
                     ["link", "set", "lan0", "master", "br0"], ["link", "set", "wan0", "master", "br0"],
                     ["link", "set", "br0", "up"]):
            self.middle.run("ip", *argv)
        if not shutil.which("nft"):
            raise RigError("nft is not here: scripts/setup --bench installs it (package nftables)")
        try:
            self.middle.run("sh", "-c", "echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables")
        except RigError:
            raise RigError("this kernel has no br_netfilter: the kernel bridge cannot be given rules") from None
        self.middle.run("nft", self.RULES)

    def freeze(self):
        """Nothing to stop: it works only when frames come."""

    thaw = freeze


def idle_share(wired, seconds):
    """How much of a processor the data thread of a wired subject takes when nothing comes."""
    wired.thaw()
    try:
        time.sleep(1)  # what came before has been dealt with
        cpu, wall = wired.cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        return (wired.cpu_seconds() - cpu) / (time.monotonic() - wall)
    finally:
        wired.freeze()


def serve():
    import socket
    s = socket.create_server(("", TCP_PORT))
    buffer = bytearray(1 << 18)
    print("ready", flush=True)
    while True:
        c, _ = s.accept()
        total, first, last = 0, time.monotonic(), 0
        while n := c.recv_into(buffer):
            total, last = total + n, time.monotonic()
        c.close()
        print(total, last - first, flush=True)


def send(seconds):
    import socket
    c = socket.create_connection((SERVER, TCP_PORT), timeout=20)
    data, end = bytes(1 << 18), time.monotonic() + seconds
    while time.monotonic() < end:
        c.sendall(data)
    c.shutdown(socket.SHUT_WR)
    c.recv(1)


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else send(float(sys.argv[2]))
