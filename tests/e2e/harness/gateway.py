# SPDX-License-Identifier: BSD-3-Clause
"""The two processes under test, and a small home around them."""

import os
import re
import shutil
import sys
from pathlib import Path

from .api import Api, token_of
from .netns import Netns, cable, quiet, sh
from .process import Process

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("SPIN_BUILD", ROOT / "build")).resolve()
PROBE = Path(__file__).with_name("probe.py")
PYTHON = sys.executable


def program(name):
    """The path of spin-dataplane, spin-control or spinctl in the build under test."""
    for folder in (BUILD / "dataplane", BUILD / "control", BUILD):
        if (folder / name).is_file():
            return folder / name
    raise AssertionError(f"{name} is not in {BUILD}: run `scripts/build`, or set SPIN_BUILD")


class Gateway:
    """spin-dataplane in namespace `ns` and spin-control in the caller's, joined by `run_dir`."""

    def __init__(self, folder, ns, lan=("lan0",), wan=("wan0",), host=(), driver=None):
        self.ns, self.lan, self.wan, self.host = ns, list(lan), list(wan), list(host)
        self.driver = driver or os.environ.get("SPIN_DRIVER", "auto")
        self.run_dir, self.state_dir = Path(folder) / "run", Path(folder) / "state"
        self.profiles_dir = Path(folder) / "profiles"
        # Never the machine's own configuration: neither read, nor written by PATCH /config.
        self.config = Path(folder) / "etc" / "spin.yaml"
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text("log_level: info\n")
        self.run_dir.mkdir(exist_ok=True)
        self.state_dir.mkdir(exist_ok=True)
        self.dataplane = self.control = self.api = self._token = None

    def dataplane_argv(self, *extra):
        ports = [x for p in self.lan for x in ("--lan", p)] + [x for p in self.wan for x in ("--wan", p)]
        ports += [x for p in self.host for x in ("--host", p)]
        return [program("spin-dataplane"), *ports, "--driver", self.driver, "--no-huge",
                "--run-dir", self.run_dir, "--state-dir", self.state_dir, *extra]

    def start_dataplane(self, *extra, ready=True):
        self.dataplane = self.ns.popen(*self.dataplane_argv(*extra), name="spin-dataplane")
        if ready:
            self.dataplane.wait_line(r"dataplane: ready", 30)
        return self.dataplane

    def control_argv(self, *extra):
        config = [] if "--config" in extra else ["--config", self.config]
        return [program("spin-control"), "--run-dir", self.run_dir, "--state-dir", self.state_dir, *config,
                "--profiles-dir", self.profiles_dir, "--listen", "127.0.0.1:0", *extra]

    def start_control(self, *extra, connected=True, env=None):
        self.control = Process(self.control_argv(*extra), name="spin-control", env=env and {**os.environ, **env})
        url = self.control.wait_line(r"control: ready on (http://\S+)", 15).group(1)
        self.control.wait_line(r"control: ready on /", 15)
        self.api = Api(url, token=self.token())
        if connected and self.dataplane and self.dataplane.running:
            self.api.until(lambda: self.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
        return self.control

    def token(self):
        """An admin's, named `tester`, kept as long as the state directory keeps it."""
        root = Api("", unix=self.run_dir / "api.sock")
        if not self._token or root.request("GET", "/tokens/tester").status != 200:
            root.request("DELETE", "/tokens/tester")
            self._token = token_of(self.run_dir, name="tester")
        return self._token

    def start(self):
        """Control first: a dataplane without a stored policy waits up to 3 s for it."""
        self.start_control(connected=False)
        self.start_dataplane()
        self.api.until(lambda: self.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
        return self

    def spinctl(self, *argv, check=True):
        return sh(program("spinctl"), "--run-dir", self.run_dir, *argv, check=check)


class Host:
    """A station with a real stack."""

    def __init__(self, name, ns, mac, ipv4, ipv6):
        self.name, self.ns, self.mac, self.ipv4, self.ipv6 = name, ns, mac, ipv4, ipv6

    def ping(self, address, seconds=2):
        """True when an answer comes within `seconds`."""
        return self.ns.run("ping", "-n", "-c1", "-i0.05", f"-w{seconds}", address, check=False).returncode == 0

    def pinger(self, address, interval=0.02):
        """Pings until stopped: lines 'bytes from' are answers, 'no answer yet' losses."""
        return self.ns.popen("ping", "-n", "-O", "-D", "-i", interval, address, name=f"{self.name}: ping {address}")

    def serve(self, port=5001):
        """A TCP server that sends for ever, gently, to whoever connects."""
        server = self.ns.popen(PYTHON, PROBE, "serve", port, name=f"{self.name}: serve")
        server.wait_line("listening")
        return server

    def fetch(self, address, port=5001):
        """A TCP client of serve(); one line 'got N' for every few kilobytes."""
        return self.ns.popen(PYTHON, PROBE, "fetch", address, port, name=f"{self.name}: fetch {address}")


class Home:
    """Devices -- switch -- lan0 [gateway] wan0 -- router, IPv4 and IPv6 static.

    A device's MAC is 02:00:00:00:01:NN, its addresses 192.0.2.NN and 2001:db8:1::NN (NN = 11, 12, …);
    the router is .1, MAC 02:00:00:00:02:01, and also answers on 198.51.100.0/24 and 2001:db8:2::/64."""

    def __init__(self, folder, devices=2, offloads=False, driver=None):
        self.gateway_ns, self.switch, router = Netns("gateway"), Netns("switch"), Netns("router")
        cable(self.gateway_ns, "lan0", self.switch, "up0", offloads=offloads)
        cable(self.gateway_ns, "wan0", router, "eth0", mac_b="02:00:00:00:02:01", offloads=offloads)
        self.switch.run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        self.switch.run("ip", "link", "set", "up0", "master", "br0")
        self.router = self._host("router", router, "02:00:00:00:02:01", 1)
        router.run("ip", "route", "add", "local", "198.51.100.0/24", "dev", "lo")
        router.run("ip", "-6", "route", "add", "local", "2001:db8:2::/64", "dev", "lo")
        self.devices = [self._device(n, offloads) for n in range(11, 11 + devices)]
        self.switch.run("ip", "link", "set", "br0", "up")
        for ns, interface in ((self.gateway_ns, "lan0"), (self.gateway_ns, "wan0"), (self.switch, "up0"), (self.switch, "br0")):
            quiet(ns, interface)
        self.gateway = Gateway(folder, self.gateway_ns, driver=driver)

    def arrive(self, n, offloads=False):
        """One more device, from now on."""
        self.devices.append(self._device(n, offloads))
        return self.devices[-1]

    def _host(self, name, ns, mac, n):
        ns.run("ip", "addr", "add", f"192.0.2.{n}/24", "dev", "eth0")
        ns.run("ip", "addr", "add", f"2001:db8:1::{n}/64", "dev", "eth0", "nodad")
        if n != 1:
            ns.run("ip", "route", "add", "default", "via", "192.0.2.1")
            ns.run("ip", "-6", "route", "add", "default", "via", "2001:db8:1::1")
        return Host(name, ns, mac, f"192.0.2.{n}", f"2001:db8:1::{n}")

    def _device(self, n, offloads):
        ns, mac = Netns(f"device{n}"), f"02:00:00:00:01:{n:02x}"
        cable(self.switch, f"p{n}", ns, "eth0", mac_b=mac, offloads=offloads)
        self.switch.run("ip", "link", "set", f"p{n}", "master", "br0")
        quiet(self.switch, f"p{n}")
        return self._host(f"device{n}", ns, mac, n)

    def names(self, table):
        """A real DNS server on the router: {name: [addresses]}; every device is pointed at it by dig()."""
        rows = [f"--host-record={name},{','.join(addresses)}" for name, addresses in table.items()]
        dns = self.router.ns.popen(shutil.which("dnsmasq") or "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null",
                                   "--no-resolv", "--no-hosts", "--pid-file=", "--log-facility=-", "--log-queries",
                                   "--port=53", *rows, name="router: dnsmasq")
        dns.wait_line("started")
        return dns

    def resolve(self, host, name, kind="A"):
        """Asks the router's DNS over the bridge, with a real socket; returns the answer's raw bytes."""
        done = host.ns.run(PYTHON, PROBE, "resolve", self.router.ipv4, name, kind)
        return re.findall(r"answer (\S+)", done.stdout)

    def ask(self, host, name):
        """The same with EDNS: the resolver may then say more than it answers."""
        assert "answered" in host.ns.run(PYTHON, PROBE, "ask", self.router.ipv4, name).stdout
