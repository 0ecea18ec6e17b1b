# SPDX-License-Identifier: BSD-3-Clause
"""spin-dataplane on PCI NICs: a stock Debian kernel in a virtual machine with emulated ones, each end of
the bridge a TAP interface in a namespace of its own."""

import os
import shutil
import socket
import struct
import time
from pathlib import Path

import pytest

from harness.gateway import BUILD
from harness.netns import Netns, sh
from harness.process import Process

HERE = Path(__file__).parent
QEMU = shutil.which("qemu-system-x86_64")
VIRTIO = "virtio-net-pci,disable-legacy=on"
BOOT_SECONDS = 120
SOL_PACKET, PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 263, 8, 0x10

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="virtual machines need namespaces and TAPs: run as root"),
    pytest.mark.skipif(not os.path.exists("/dev/net/tun"), reason="no /dev/net/tun on this machine"),
    pytest.mark.skipif(not QEMU, reason="no qemu-system-x86_64: scripts/setup --vm installs it"),
]


@pytest.fixture(scope="session")
def boot_files():
    """Kernel and initramfs."""
    done = sh(HERE / "prepare", BUILD, timeout=300)
    kernel, initramfs = done.stdout.split()
    yield kernel, initramfs
    os.unlink(initramfs)


def accelerator():
    """Decided by the processor's flags: a /dev/kvm may be there that runs no stock kernel."""
    with open("/proc/cpuinfo") as f:
        flags = f.read()
    return os.environ.get("VM_ACCEL") or ("kvm" if " vmx " in flags or " svm " in flags else "tcg,thread=multi")


class Machine:
    """lan -- NIC [spin-dataplane] NIC -- wan; its console is `process`."""

    def __init__(self, boot_files, folder, nic, driver="vfio-pci", options=(), iommu=True, queues=1):
        self.outside, self.lan, self.wan = Netns("machine"), Netns("lan"), Netns("wan")
        self.monitor = folder / "monitor"
        kernel, initramfs = boot_files
        nics = ",".join(f"--{side}=0000:00:0{3 + i}.0" for i, side in enumerate(("lan", "wan")))
        command = ("console=ttyS0 quiet panic=-1" + (" intel_iommu=on" if iommu else "") + f" spin.driver={driver} spin.nics={nics}"
                   + " spin.options=" + ",".join(["--state-dir", "/run", "--mbufs", "16384", *options]))
        argv = [QEMU, "-M", "q35", "-accel", accelerator(), "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults",
                "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio", "-monitor",
                f"unix:{self.monitor},server,nowait", "-kernel", kernel, "-initrd", initramfs, "-append", command]
        if iommu:
            argv += ["-device", "intel-iommu,intremap=on"]
        for i, side in enumerate(("lan", "wan")):
            several = f",queues={queues}" if queues > 1 else ""
            argv += ["-netdev", f"tap,id=n{i},ifname=tap-{side},script=no,downscript=no{several}",
                     "-device", f"{nic},netdev=n{i},mac=52:54:00:00:01:0{i + 1},addr={3 + i}"]
        self.process = Process(self.outside.inside(["timeout", "300", *argv]), name=f"console, {nic}")
        for n, (side, ns) in enumerate((("lan", self.lan), ("wan", self.wan)), 1):
            self.move(f"tap-{side}", ns, f"10.77.0.{n}/24")
        self.process.wait_line("dataplane: ready", BOOT_SECONDS)

    def move(self, tap, ns, address):
        """QEMU makes its TAPs; each goes to the namespace of its end."""
        deadline = time.monotonic() + 20
        while self.outside.run("ip", "link", "set", tap, "netns", ns.pid, check=False).returncode:
            assert self.process.running and time.monotonic() < deadline, "QEMU made no TAP"
            time.sleep(0.05)
        ns.run("ip", "addr", "add", address, "dev", tap)
        ns.run("ip", "link", "set", tap, "up")

    def ping(self, ns, address, count=10):
        """Answers received, and the median of their times in ms."""
        done = ns.run("ping", "-n", f"-c{count}", "-i0.1", "-W2", address, check=False)
        times = sorted(float(line.split("time=")[1].split()[0]) for line in done.stdout.splitlines() if "time=" in line)
        return len(times), times[len(times) // 2] if times else None

    def tell(self, text):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(self.monitor))
            s.settimeout(10)
            for line in (text, None):  # it echoes, and prompts when it has done it
                said = b""
                while not said.endswith(b"(qemu) "):
                    said += s.recv(4096)
                if line:
                    s.send(line.encode() + b"\n")


def packet_socket(ns, tap):
    with ns.entered():
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind((tap, 0))
    s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    s.settimeout(5)
    return s


def frame(length, tags=""):
    head = bytes.fromhex("52540000aa0252540000aa01" + tags + "88b5")
    return head + os.urandom(length - len(head))


def received(s):
    """Frames as they were on the wire, tags included, until none comes for a while."""
    while True:
        try:
            data, extra, _, _ = s.recvmsg(65536, 512)
        except TimeoutError:
            return
        for level, kind, value in extra:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", value)
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA) and status & TP_STATUS_VLAN_VALID:
                data = data[:12] + struct.pack("!HH", tpid or 0x8100, tci) + data[12:]
        yield data


def check(machine):
    """Frames pass both ways without loss, with a tag too, after a rest, and the link is watched."""
    machine.lan.run("ping", "-n", "-c1", "-w20", "10.77.0.2")  # both ends are known now
    for ns, address in ((machine.lan, "10.77.0.2"), (machine.wan, "10.77.0.1")):
        answers, median = machine.ping(ns, address)
        assert answers == 10 and median < 50
    here, there = packet_socket(machine.lan, "tap-lan"), packet_socket(machine.wan, "tap-wan")
    for sent in (frame(60), frame(1514), frame(64, "81000064"), frame(1518, "81000064"), frame(68, "88a8000581000064")):
        here.send(sent)
        assert any(got == sent for got in received(there)), (len(sent), sent[12:20].hex())
    for state in ("down", "up"):
        mark = machine.process.mark()
        machine.tell(f"set_link n1 {'off' if state == 'down' else 'on'}")
        machine.process.wait_line(f"link {state}", 10, since=mark)
    machine.lan.run("ping", "-n", "-c1", "-w20", "10.77.0.2")


@pytest.mark.parametrize("nic", [f"{VIRTIO},iommu_platform=on", "e1000e", "vmxnet3"])
def test_behind_an_iommu(boot_files, tmp_path, nic):
    check(Machine(boot_files, tmp_path, nic))


def test_without_an_iommu(boot_files, tmp_path):
    check(Machine(boot_files, tmp_path, VIRTIO, driver="uio_pci_generic", iommu=False))


def test_one_worker_where_the_hash_cannot_be_had(boot_files, tmp_path):
    machine = Machine(boot_files, tmp_path, "e1000e", options=("--workers", "2"))
    assert machine.process.count("1 worker, not 2: ") == 1
    assert machine.ping(machine.lan, "10.77.0.2")[0] > 0


def test_two_workers_where_it_can(boot_files, tmp_path):
    nic = f"{VIRTIO},iommu_platform=on,mq=on,vectors=6,rss=on"
    machine = Machine(boot_files, tmp_path, nic, options=("--workers", "2"), queues=2)
    assert machine.process.count("not 2: ") == 0
    check(machine)
