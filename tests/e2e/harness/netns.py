# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces without names: they exist as long as a holder process does, so that parallel
runs never meet and nothing is left behind when pytest is killed."""

import contextlib
import ctypes
import os
import subprocess

from .process import Process

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def sh(*argv, check=True, timeout=30, **options):
    """Runs a command to its end; a failure shows its output."""
    done = subprocess.run([str(a) for a in argv], text=True, capture_output=True, timeout=timeout,
                          errors="replace", **options)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, argv))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Netns:
    made = []

    def __init__(self, name):
        self.name = name
        self._holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo ready; exec cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._holder.stdout.readline() != b"ready\n":
            raise AssertionError("network namespaces need root: run under `unshare -Urmn`")
        self.path = f"/proc/{self._holder.pid}/ns/net"
        self.pid = self._holder.pid
        Netns.made.append(self)
        self.run("ip", "link", "set", "lo", "up")

    def inside(self, argv):
        return ["nsenter", f"--net={self.path}", "--", *[str(a) for a in argv]]

    def run(self, *argv, **options):
        return sh(*self.inside(argv), **options)

    def popen(self, *argv, **options):
        return Process(self.inside(argv), name=options.pop("name", f"{self.name}: {argv[0]}"), **options)

    @contextlib.contextmanager
    def entered(self):
        """This thread is in the namespace for the block's length (for scapy and raw sockets)."""
        with open("/proc/thread-self/ns/net") as home, open(self.path) as there:
            if _libc.setns(there.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                _libc.setns(home.fileno(), CLONE_NEWNET)

    def offloads(self, interface, on):
        state = "on" if on else "off"
        self.run("ethtool", "-K", interface, *[x for f in ("tx", "tso", "gso", "gro") for x in (f, state)])

    def close(self):
        if self._holder.poll() is None:
            self._holder.stdin.close()
            self._holder.wait(10)


def cable(ns_a, name_a, ns_b, name_b, mac_a=None, mac_b=None, offloads=False, mtu=None):
    """A veth pair between two namespaces, up, silent (no IPv6 of its own where no MAC is given)."""
    end_a = ["address", mac_a] if mac_a else []
    end_b = ["address", mac_b] if mac_b else []
    ns_a.run("ip", "link", "add", name_a, *end_a, "type", "veth", "peer", "name", name_b, *end_b, "netns", ns_b.pid)
    for ns, name in ((ns_a, name_a), (ns_b, name_b)):
        if mtu:
            ns.run("ip", "link", "set", name, "mtu", mtu)
        ns.offloads(name, offloads)
        ns.run("ip", "link", "set", name, "up")


def quiet(ns, interface):
    """No frames of the kernel's own on this interface: what is seen on it was sent by someone."""
    ns.run("sh", "-c", f"echo 1 > /proc/sys/net/ipv6/conf/{interface}/disable_ipv6")
