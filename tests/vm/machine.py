# SPDX-License-Identifier: BSD-3-Clause
"""A gateway in a virtual machine: a stock Debian kernel with emulated NICs, each end of the bridge a TAP
interface in a namespace of its own, and a shell in it."""

import json
import os
import re
import shutil
import socket
import statistics
import time

from harness.netns import Netns, quiet
from harness.process import Process

QEMU = os.environ.get("VM_QEMU") or shutil.which("qemu-system-x86_64")
VIRTIO = "virtio-net-pci,disable-legacy=on"
BOOT_SECONDS = 120
PATIENT = "no_timer_check"  # on a busy machine the emulated timer ticks too late for the kernel's check, and it panics
MACS = {"lan": "02:00:00:00:0a:01", "wan": "02:00:00:00:0b:02"}  # of the ends; a NIC's is 52:54:…
ADDRESSES = {"lan": "10.77.0.1", "wan": "10.77.0.2"}
SIDES = ("lan", "wan")


def accelerator():
    """Decided by the processor's flags: a /dev/kvm may be there that runs no stock kernel."""
    with open("/proc/cpuinfo") as f:
        flags = f.read()
    return os.environ.get("VM_ACCEL") or ("kvm" if " vmx " in flags or " svm " in flags else "tcg,thread=multi")


def read_until(s, end):
    said = b""
    while not re.search(end, said):
        data = s.recv(65536)
        assert data, said
        said += data
    return said.decode()


class Machine:
    """lan -- NIC [machine] NIC -- wan.  `console` has what kernel and daemons say.  The ends send two tags more than
    the usual MTU."""

    def __init__(self, boot_files, folder, nic, iommu=True, queues=1, mtu=1508, more=()):
        self.outside, self.ns = Netns("machine"), {side: Netns(side) for side in SIDES}
        self.monitor, agent = folder / "monitor", folder / "agent"
        kernel, initramfs = boot_files
        root_port = nic.startswith("igb")  # it wants one of its own
        self.nics = [f"0000:0{1 + i}:00.0" if root_port else f"0000:00:0{3 + i}.0" for i in range(2)]
        argv = [QEMU, "-M", "q35", "-accel", accelerator(), "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults",
                "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
                "-serial", f"unix:{agent},server=on,wait=off", "-monitor", f"unix:{self.monitor},server=on,wait=off",
                "-kernel", kernel, "-initrd", initramfs,
                *more, "-append", f"console=ttyS0 quiet panic=-1 {PATIENT}{' intel_iommu=on' if iommu else ''}"]
        if iommu:
            argv += ["-device", "intel-iommu,intremap=on"]
        for i, side in enumerate(SIDES):
            several = f",queues={queues}" if queues > 1 else ""
            place = f"bus=rp{i}" if root_port else f"addr={3 + i}"
            if root_port:
                argv += ["-device", f"pcie-root-port,id=rp{i},chassis={1 + i},addr={3 + i}"]
            argv += ["-netdev", f"tap,id=n{i},ifname=tap-{side},script=no,downscript=no{several}",
                     "-device", f"{nic},netdev=n{i},mac=52:54:00:00:01:0{i + 1},{place}"]
        self.console = Process(self.outside.inside(["timeout", "300", *argv]), name=f"console, {nic}")
        for side in SIDES:
            self.move(side, mtu)
        for side, other in (SIDES, SIDES[::-1]):  # no ARP: what is sent can be counted
            self.ns[side].run("ip", "neigh", "add", ADDRESSES[other], "lladdr", MACS[other], "dev", f"tap-{side}", "nud", "permanent")
        self.console.wait_line("machine: ready", BOOT_SECONDS)
        self._agent = socket.socket(socket.AF_UNIX)
        self._agent.settimeout(60)
        self._agent.connect(str(agent))

    def move(self, side, mtu):
        """QEMU makes its TAPs; each goes to the namespace of its end."""
        ns, tap = self.ns[side], f"tap-{side}"
        deadline = time.monotonic() + 20
        while self.outside.run("ip", "link", "set", tap, "netns", ns.pid, check=False).returncode:
            assert self.console.running and time.monotonic() < deadline, "QEMU made no TAP"
            time.sleep(0.05)
        quiet(ns, tap)
        ns.run("ip", "link", "set", tap, "address", MACS[side], "mtu", mtu)
        ns.run("ip", "addr", "add", f"{ADDRESSES[side]}/24", "dev", tap)
        ns.run("ip", "link", "set", tap, "up")

    def sh(self, command, check=True):
        """Runs a shell line in the machine; returns what it printed."""
        self._agent.sendall(command.encode() + b"\n")
        said, status = re.fullmatch(r"(?s)(.*)RC=(\d+)\s*", read_until(self._agent, rb"(?m)^RC=\d+\r?\n")).groups()
        assert not check or status == "0", f"{command}: {status}\n{said}"
        return said

    def bind(self, driver):
        said = self.sh(f"bind {driver} {' '.join(self.nics)}")
        assert said == "", said

    def host_port(self, address):
        """The gateway's own stack: spin1 has the address, spin0 becomes a port."""
        self.sh("insmod /lib/modules/veth.ko && ip link add spin0 type veth peer name spin1"
                f" && ip link set spin0 up && ip link set spin1 up && ip addr add {address}/24 dev spin1")
        return self.sh("cat /sys/class/net/spin1/address").strip()

    def dataplane(self, *options, environment="", ready=True):
        """Starts it, by control's rules where control runs; returns what it said until it was ready."""
        mark = self.console.mark()
        ports = f"--lan {self.nics[0]} --wan {self.nics[1]}"
        self.sh(f"{environment} spin-dataplane {ports} --state-dir /run/state --mbufs 16384 {' '.join(options)}"
                " >/dev/console 2>&1 & echo $! >/tmp/dataplane")
        self.console.wait_line("dataplane: ready" if ready else "port: ", 60, since=mark)
        return "\n".join(line for _, line in self.console.lines[mark:])

    def control(self):
        self.sh("spin-control --state-dir /run/state >/dev/console 2>&1 &")
        self.console.wait_line("control: ready", 60)

    def spinctl(self, *argv):
        return json.loads(self.sh(f"spinctl {' '.join(argv)} --json"))

    def metrics(self):
        if not self.token:
            self.token = self.spinctl("tokens", "add", "vm", "--role", "metrics")["secret"]
        text = self.sh(f"wget -q -O - --header 'Authorization: Bearer {self.token}' http://127.0.0.1:13026/metrics")
        return {m[1]: int(m[2]) for m in re.finditer(r"^(spin_\S+) (\d+)\s*$", text, re.M)}

    def ping(self, side, count=10, interval=0.1):
        """Answers received, and the median of their times in ms."""
        other = SIDES[side == "lan"]
        done = self.ns[side].run("ping", "-n", f"-c{count}", f"-i{interval}", "-W2", ADDRESSES[other], check=False)
        times = [float(line.split("time=")[1].split()[0]) for line in done.stdout.splitlines() if "time=" in line]
        return len(times), statistics.median(times) if times else None

    def wait_passing(self):
        self.ns["lan"].run("ping", "-n", "-c1", "-w20", ADDRESSES["wan"])

    def worker_share(self, seconds):
        """What the worker's thread took of a core, while nothing came."""
        def used():
            text = self.sh("cat /proc/$(cat /tmp/dataplane)/task/*/stat /proc/uptime")
            *threads, uptime = text.splitlines()
            workers = [t.rsplit(")", 1)[1].split() for t in threads if "(rte-worker-1)" in t or "(lcore-worker-1)" in t]
            assert len(workers) == 1, text
            return (int(workers[0][11]) + int(workers[0][12])) / 100, float(uptime.split()[0])

        before, began = used()
        time.sleep(seconds)  # it is the time that is measured
        after, ended = used()
        return (after - before) / (ended - began)

    def tell(self, text):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(self.monitor))
            s.settimeout(10)
            read_until(s, rb"\(qemu\) $")
            s.sendall(text.encode() + b"\n")
            read_until(s, rb"\(qemu\) $")
