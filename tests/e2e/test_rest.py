# SPDX-License-Identifier: BSD-3-Clause
"""A worker to which nothing comes sleeps: until a socket has a frame, or in steps where nothing can wake it; the first
frame finds it soon, and rules come into force meanwhile.  For receive interrupts see tests/vm."""

import os
import time
from pathlib import Path

import pytest

from dataplane_wire import BLOCK, Control, image
from harness.netns import Netns, cable, quiet

DEVICE = "02:00:00:00:0a:01"
ENDS = {"left": "192.0.2.11", "right": "192.0.2.1"}
OPTIONAL = pytest.mark.skipif(not os.path.exists("/dev/net/tun"), reason="no /dev/net/tun on this machine")


class Sleeper:
    """left -- [gateway] -- right, neighbours known to each other, so that nobody asks."""

    def __init__(self, make_gateway, kind):
        gateway_ns, self.ends = Netns("gateway"), {name: Netns(name) for name in ENDS}
        if kind == "ladder":  # the ports are made by their driver
            self.gateway = make_gateway(gateway_ns, lan=["net_tap0,iface=left"], wan=["net_tap1,iface=right"])
        else:
            for port, name in (("lan0", "left"), ("wan0", "right")):
                cable(gateway_ns, port, self.ends[name], name)
            self.gateway = make_gateway(gateway_ns, driver="af_packet")
        (self.gateway.state_dir / "rules.image").write_bytes(image(1))
        self.dataplane = self.gateway.start_dataplane()
        macs = {"left": DEVICE, "right": "02:00:00:00:0b:02"}
        for name, ns in self.ends.items():
            if kind == "ladder":
                gateway_ns.run("ip", "link", "set", name, "netns", ns.pid)
            quiet(ns, name)
            ns.run("ip", "link", "set", name, "address", macs[name])
            ns.run("ip", "addr", "add", f"{ENDS[name]}/24", "dev", name)
            ns.run("ip", "link", "set", name, "up")
        for name, other in (("left", "right"), ("right", "left")):
            self.ends[name].run("ip", "neigh", "add", ENDS[other], "lladdr", macs[other], "dev", name, "nud", "permanent")

    def ping(self, count, interval):
        """Answers received."""
        done = self.ends["left"].run("ping", "-n", f"-c{count}", f"-i{interval}", "-W1", ENDS["right"], check=False)
        return done.stdout.count("time=")

    def share(self, seconds):
        """What the worker took of a core while nothing came."""
        thread = next(t for t in Path(f"/proc/{self.dataplane.pid}/task").iterdir() if "rte-worker" in (t / "comm").read_text())

        def used():
            fields = (thread / "stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before = used()
        time.sleep(seconds)  # it is the time that is measured
        return (used() - before) / seconds


@pytest.mark.parametrize("kind, most", [("socket", 0.05), pytest.param("ladder", 0.25, marks=OPTIONAL)])
def test_an_idle_worker_sleeps_and_wakes(make_gateway, kind, most):
    sleeper = Sleeper(make_gateway, kind)
    sleeper.ends["left"].run("ping", "-n", "-c1", "-w10", ENDS["right"])
    assert sleeper.ping(20, 0.1) == 20  # each finds it asleep
    assert sleeper.share(2) < most
    control = Control(sleeper.gateway.run_dir)
    generation, in_force, status, us, _ = control.rules(image(2, {bytes.fromhex(DEVICE.replace(":", "")): BLOCK}), request=1)
    assert (generation, in_force, status) == (2, 2, 0) and us < 1_000_000
    assert sleeper.ping(2, 0.1) == 0
    assert control.rules(image(3), request=2)[2] == 0
    assert sleeper.ping(2, 0.1) == 2
    control.close()
