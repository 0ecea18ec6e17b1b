# SPDX-License-Identifier: BSD-3-Clause
"""spin-dataplane on PCI NICs: what passes, what is counted, how it sleeps, and whom it takes at its word."""

import json
import os
import re
import socket
import struct
import subprocess
import time
from pathlib import Path

import pytest

from harness.gateway import BUILD
from harness.netns import sh
from machine import ADDRESSES, MACS, QEMU, SIDES, VIRTIO, Machine
from test_ports import transfer

HERE = Path(__file__).parent
SOL_PACKET, PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 263, 8, 0x10
NICS = [f"{VIRTIO},iommu_platform=on", "e1000e", "vmxnet3", "igb"]
SLEEPS = 0.05  # of a core, most of it because the core is emulated; without interrupts it is three times as much
GATEWAY = "10.77.0.9"

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


@pytest.fixture(params=NICS, ids=lambda nic: nic.split(",")[0])
def nic(request):
    there = subprocess.run([QEMU, "-device", "help"], capture_output=True, text=True).stdout
    if f'name "{request.param.split(",")[0]}"' not in there:
        pytest.skip(f"this QEMU emulates no {request.param}: VM_QEMU names another")
    return request.param


def packet_socket(machine, side):
    with machine.ns[side].entered():
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind((f"tap-{side}", 0))
    s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    s.settimeout(5)
    return s


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def frame(length, tags="", source="lan", to=None):
    head = (to or mac(MACS[SIDES[source == "lan"]])) + mac(MACS[source]) + bytes.fromhex(tags + "88b5")
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


def check_unchanged(machine, frames):
    for source in SIDES:
        here, there = packet_socket(machine, source), packet_socket(machine, SIDES[source == "lan"])
        for length, tags in frames:
            sent = frame(length, tags, source)
            here.send(sent)
            assert any(got == sent for got in received(there)), (source, length, tags)


def check_counts(machine, n=500):
    """What either end sent and got is what is counted, at both ports and by reason."""
    def ends():
        counts = [json.loads(machine.ns[side].run("ip", "-s", "-j", "link", "show", f"tap-{side}").stdout)[0]["stats64"] for side in SIDES]
        return [c[way]["packets"] for c in counts for way in ("tx", "rx")]

    def ours():
        m = machine.metrics()
        ports = [m[f'spin_port_{way}_packets_total{{port="{nic}"}}'] for nic in machine.nics for way in ("rx", "tx")]
        return [*ports, m["spin_packets_forwarded_total"], sum(v for k, v in m.items() if k.startswith("spin_packets_dropped_total"))]

    def settled():
        """What control says once it has heard everything: the dataplane tells it every second."""
        said, since = ours(), time.monotonic()
        while time.monotonic() - since < 2.5:
            if (now := ours()) != said:
                said, since = now, time.monotonic()
        return said

    before, sent_before = settled(), ends()
    here = packet_socket(machine, "lan")
    for _ in range(n):
        here.send(frame(200))
        time.sleep(0.001)  # a burst could be too much for an emulated NIC, which does not tell
    after = settled()
    sent = [now - then for now, then in zip(ends(), sent_before)]
    counted = [now - then for now, then in zip(after, before)]
    assert sent[0] >= n and counted == [*sent, sent[0] + sent[2], 0]


def check_links(machine):
    def links():
        return [p["link"] for p in machine.spinctl("status")["health"]["dataplane"]["ports"]]

    assert links() == [True, True]
    for state in ("down", "up"):
        mark = machine.console.mark()
        machine.tell(f"set_link n1 {'off' if state == 'down' else 'on'}")
        machine.console.wait_line(f"{machine.nics[1]}: link {state}", 10, since=mark)
        deadline = time.monotonic() + 10
        while links() != [True, state == "up"] and time.monotonic() < deadline:
            pass
        assert links() == [True, state == "up"]
    machine.wait_passing()


def check_passing(machine):
    machine.wait_passing()
    for side in SIDES:
        answers, median = machine.ping(side)
        assert answers == 10 and median < 50
    check_unchanged(machine, [(60, ""), (1514, ""), (64, "81000064"), (1518, "81000064"), (68, "88a8000581000064"),
                              (1522, "88a8000581000064")])
    assert transfer(machine.ns["lan"], machine.ns["wan"], ADDRESSES["wan"], 1 << 20) < 15  # the ends' offloads are on
    assert transfer(machine.ns["wan"], machine.ns["lan"], ADDRESSES["lan"], 1 << 20) < 15
    answers, median = machine.ping("lan", 5, 1)  # each one finds it asleep
    assert answers == 5 and median < 50


def check_block_while_asleep(machine):
    """Nothing comes, so the worker sleeps; rules are in force all the same, before the next frame."""
    done = machine.spinctl("block", MACS["lan"])
    assert done["confirmed_us"] < 1_000_000
    assert machine.ping("wan", 3)[0] == 0
    machine.spinctl("unblock", MACS["lan"])
    assert machine.ping("wan", 3)[0] == 3


def test_behind_an_iommu(boot_files, tmp_path, nic):
    machine = Machine(boot_files, tmp_path, nic)
    machine.bind("vfio-pci")
    machine.control()
    assert "no receive interrupts" not in machine.dataplane()
    check_passing(machine)
    check_counts(machine)
    check_block_while_asleep(machine)
    if nic == "e1000e":  # it promises interrupts that do not come, with MSI-X
        assert machine.console.count(r"the receive interrupts of net_e1000_em do not come, an idle worker looks") in (1, 2)
    else:
        assert machine.console.count("receive interrupts") == 0
        assert machine.worker_share(5) < SLEEPS
    check_links(machine)


@pytest.mark.parametrize("nic", [VIRTIO, "e1000e", "vmxnet3"], ids=lambda nic: nic.split(",")[0])
def test_without_an_iommu(boot_files, tmp_path, nic):
    machine = Machine(boot_files, tmp_path, nic, iommu=False)
    machine.bind("uio_pci_generic")
    machine.control()
    said = machine.dataplane()
    assert len(re.findall(r"gives no receive interrupts here, an idle worker looks", said)) == 1
    check_passing(machine)
    check_counts(machine)
    check_block_while_asleep(machine)
    check_links(machine)


def test_jumbo_frames(boot_files, tmp_path, nic):
    machine = Machine(boot_files, tmp_path, nic, mtu=9000)
    machine.bind("vfio-pci")
    said = machine.dataplane("--mtu", "9000")
    if nic == "vmxnet3":
        assert len(re.findall("packets up to 1500 bytes, not 9000: net_vmxnet3 takes no longer ones", said)) == 2
        assert len(re.findall("frames up to 1522 bytes", said)) == 2
        return
    assert len(re.findall("frames up to 9022 bytes", said)) == 2
    machine.wait_passing()
    check_unchanged(machine, [(60, ""), (1514, ""), (2048, ""), (4000, ""), (9014, ""), (9018, "81000064")])
    assert transfer(machine.ns["lan"], machine.ns["wan"], ADDRESSES["wan"], 1 << 20) < 15
    assert transfer(machine.ns["wan"], machine.ns["lan"], ADDRESSES["lan"], 1 << 20) < 15


def test_the_host_port_beside_nics(boot_files, tmp_path):
    """The gateway's own stack is reached from the LAN, not from the WAN, and is spared jumbo frames; the worker sleeps
    until an interrupt comes, or a frame at the socket."""
    machine = Machine(boot_files, tmp_path, NICS[0], mtu=9000)
    machine.bind("vfio-pci")
    machine.control()
    own = mac(machine.host_port(GATEWAY))
    machine.dataplane("--mtu", "9000", "--driver", "af_packet", "--host", "spin0")
    machine.wait_passing()
    lan, wan = (machine.ns[side].run("ping", "-n", "-c5", "-i0.5", "-w4", GATEWAY, check=False).stdout for side in SIDES)
    assert " 5 received" in lan and " 0 received" in wan
    machine.sh(f"mkdir /tmp/www && echo here I am >/tmp/www/index.html && httpd -p {GATEWAY}:80 -h /tmp/www")
    served, refused = (machine.ns[side].run("curl", "-sS", "--max-time", "5", f"http://{GATEWAY}/", check=False) for side in SIDES)
    assert served.stdout == "here I am\n" and refused.returncode == 28  # no answer, not a refusal
    assert machine.worker_share(5) < SLEEPS
    before = machine.metrics()
    assert before['spin_packets_dropped_total{reason="wan_to_host"}'] >= 1
    here = packet_socket(machine, "lan")
    for n in (1514, 1515 + 8, 9014):
        here.send(frame(n, to=own))
    too_big = 'spin_packets_dropped_total{reason="too_big"}'
    deadline = time.monotonic() + 15
    while (after := machine.metrics())[too_big] < before[too_big] + 2 and time.monotonic() < deadline:
        pass
    assert after[too_big] == before[too_big] + 2


def test_what_cannot_be_a_port(boot_files, tmp_path):
    machine = Machine(boot_files, tmp_path, NICS[0], more=("-device", "rtl8139,addr=5"))
    lan = machine.nics[0]
    assert f"PCI device {lan} is not bound for DPDK but to nothing: `dpdk-devbind.py -b vfio-pci {lan}`" in machine.dataplane(ready=False)
    machine.bind("uio_pci_generic")
    assert f"PCI device {lan} is bound to uio_pci_generic, and the IOMMU would let none" in machine.dataplane(ready=False)
    machine.bind("virtio-pci")
    assert f"PCI device {lan} is not bound for DPDK but to virtio-pci" in machine.dataplane(ready=False)
    machine.sh(f"ip addr add {GATEWAY}/24 dev eth0")
    login = f"SSH_CONNECTION='10.77.0.1 50000 {GATEWAY} 22'"
    assert f"PCI device {lan} carries this login (ssh)" in machine.dataplane(environment=login, ready=False)
    machine.nics[0] = realtek = "0000:00:05.0"
    machine.bind("vfio-pci")
    assert f"PCI device {realtek} is bound to vfio-pci, but DPDK has no driver that takes it" in machine.dataplane(ready=False)


def test_vfio_needs_an_iommu(boot_files, tmp_path):
    machine = Machine(boot_files, tmp_path, VIRTIO, iommu=False)
    machine.sh(f"bind vfio-pci {' '.join(machine.nics)}")
    said = machine.dataplane(ready=False)
    assert "needs an IOMMU" in said or "-b uio_pci_generic" in said


def test_one_worker_where_the_hash_cannot_be_had(boot_files, tmp_path):
    machine = Machine(boot_files, tmp_path, "e1000e")
    machine.bind("vfio-pci")
    assert machine.dataplane("--workers", "2").count("1 worker, not 2: ") == 1
    machine.wait_passing()


@pytest.mark.parametrize("nic", [f"{NICS[0]},mq=on,vectors=6,rss=on", "igb"], ids=lambda nic: nic.split(",")[0], indirect=True)
def test_two_workers_where_it_can(boot_files, tmp_path, nic):
    machine = Machine(boot_files, tmp_path, nic, queues=1 if nic == "igb" else 2)
    machine.bind("vfio-pci")
    machine.control()
    assert "not 2: " not in machine.dataplane("--workers", "2")
    check_passing(machine)
    check_counts(machine)
    check_block_while_asleep(machine)
