# SPDX-License-Identifier: BSD-3-Clause
"""The live bridge finds the names in the frames of a capture that `spinctl analyze` finds in it."""

import ipaddress
import json
import os
import pathlib
import struct
import subprocess
import time

import pytest

from dataplane_wire import Control, image
from harness.gateway import ROOT, program
from test_ports import Tap, Wire

CAPTURES = pathlib.Path(os.environ.get("SPIN_CAPTURES", ROOT.parent / "shared" / "captures"))
NAME = struct.Struct("<6sBB16sQIHHIIQ8x")  # struct wire_name
SOURCES = ["traffic", "arp", "nd", "dhcp", "dhcp-fqdn", "dhcpv6", "dns", "mdns", "llmnr", "netbios", "ssdp", "lldp", "tls", "quic"]
FLAGS_AT, INSPECT_HELLOS = 62, 1  # policy_header.flags
# Captures with a device of a home and all that it asked for: hellos in every shape, DNS in pieces, tags, aliases.
ASKED = ["dns_arkime_dns-tcp.pcap", "dns_ndpi_dns_ambiguous_names.pcap", "dns_zeek_dns-https.pcap",
         "home_ndpi_iphone.pcap", "home_ndpi_netflix.pcap", "quic_sverify_quic-frag.pcap",
         "tls_arkime_tls-split-client-hello.pcap", "tls_ndpi_no_sni.pcap", "tls_zeek_tls13-ech.pcap"]


def frames(path):
    """Of a pcap file, in its order."""
    data = path.read_bytes()
    order = "<" if data[:1] in (b"\xd4", b"\x4d") else ">"
    at = 24
    while at + 16 <= len(data):
        kept = struct.unpack_from(order + "I", data, at + 8)[0]
        yield data[at + 16:at + 16 + kept]
        at += 16 + kept


def analyzed(path):
    done = subprocess.run([program("spinctl"), "analyze", "--json", path], capture_output=True, check=True, timeout=60)
    found = json.loads(done.stdout)
    names = {(n["name"], n["address"], n["source"]) for n in found["names"] if n["source"] == "dns"}
    return names, {(n["name"], n["source"]) for n in found["server_names"]}, {d["mac"] for d in found["devices"]}


def replay(wire, path, devices):
    """Each frame from the side its sender is on, and not before the one before it came out."""
    side = {True: Tap(wire.left), False: Tap(wire.right)}
    homes = {}
    for f in frames(path):
        if len(f) > 1514 or len(f) < 14:
            continue
        here = ":".join(f"{b:02x}" for b in f[6:12]) in devices
        homes[f[6:12]] = here
        side[here].socket.send(f)
        if homes.get(f[:6], not here) != here:
            arrived = time.monotonic() + 0.5
            while (got := side[not here].read(arrived - time.monotonic())) is not None and got[:len(f)] != f:
                pass


def heard(control):
    names, servers = set(), set()
    for kind, _, data, count in control.heard:
        at = 0
        for _ in range(count if kind == "name" else 0):
            _, family, source, address, _, _, length, _, _, no_address, _ = NAME.unpack_from(data, at)
            text = data[at + NAME.size:at + NAME.size + length].rstrip(b"\0").decode().split("\0")
            at += NAME.size + (length + 7) // 8 * 8
            if no_address:  # what was asked for in vain, which analyze does not list
                continue
            if SOURCES[source] in ("tls", "quic"):
                servers |= {(n, SOURCES[source]) for n in text}
            else:
                where = str(ipaddress.ip_address(address[:4] if family == 4 else address))
                names |= {(n, where, SOURCES[source]) for n in text}
    return names, servers


@pytest.mark.skipif(not CAPTURES.is_dir(), reason=f"no captures in {CAPTURES}")
@pytest.mark.parametrize("name", ASKED)
def test_live_names_are_those_of_analyze(make_gateway, name):
    path = CAPTURES / name
    names, servers, devices = analyzed(path)
    assert names or servers
    wire = Wire(make_gateway, "af_packet")
    control = Control(wire.gateway.run_dir)
    rules = bytearray(image(2))
    rules[FLAGS_AT] |= INSPECT_HELLOS
    assert control.rules(bytes(rules))[2] == 0
    replay(wire, path, devices)
    deadline = time.monotonic() + 5
    while heard(control) != (names, servers) and control.read(deadline - time.monotonic()):
        pass
    assert heard(control) == (names, servers)
    control.close()
