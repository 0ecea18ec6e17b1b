#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares host names and addresses of devices in `spinctl analyze --json` with what tshark reads, on every capture.

usage: tests/captures/hosts_test.py [PROGRAM] [-v] [NAME...]

A capture runs twice: as it would at home, and with every address taken for the home's, so that every station is looked
at.  A name counts when a device says it of itself: DHCP 12 and 81 with its own hardware address, DHCPv6 39, and mDNS,
LLMNR and NetBIOS with its own address, in this order of trust.  What may differ, and why, is in hosts_differences.txt.
"""

import collections
import concurrent.futures
import ipaddress
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CAPTURES = pathlib.Path(os.environ.get("SPIN_CAPTURES", ROOT.parent / "shared" / "captures"))
BUILD = pathlib.Path(os.environ.get("SPIN_BUILD", ROOT / "build"))
ALL = ("--home", "0.0.0.0/0", "--home", "::/0")
HOME = [ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
                                          "fc00::/7", "fe80::/10")]
TRUST = ("dhcp", "dhcp-fqdn", "dhcpv6", "mdns", "llmnr", "netbios")
FIELDS = ("eth.src ip.src ipv6.src udp.srcport frame.protocols dhcp.type dhcp.hw.mac_addr dhcp.option.hostname dhcp.fqdn.name "
          "dhcpv6.msgtype dhcpv6.client_domain dhcpv6.tld dns.flags.response dns.resp.name dns.resp.type dns.resp.ttl dns.a dns.aaaa "
          "dns.ptr.domain_name nbns.flags.response nbns.flags.opcode nbns.flags.rcode nbns.name nbns.addr nbns.nb_flags.group "
          "nbns.netbios_name nbns.name_flags.group arp.src.hw_mac arp.src.proto_ipv4 icmpv6.type icmpv6.nd.na.target_address").split()
SECONDS = 120
SHOWN = 6


def tshark(path):
    """Yields {field: [values]} of every frame; the outermost layer's come first."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=\x1f"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    for line in done.stdout.decode("utf-8", "replace").split("\n")[:-1]:
        values = line.split("\t")
        yield {f: v.split("\x1f") if v else [] for f, v in zip(FIELDS, values)}


def first(row, field):
    return row[field][0] if row[field] else None


def bare(name):
    return name[:-6] if name.lower().endswith(".local") else name


def records(row):
    """(name, type, own data or None) of every record that lives."""
    names = iter(row["dns.resp.name"])
    data = {"1": iter(row["dns.a"]), "28": iter(row["dns.aaaa"]), "12": iter(row["dns.ptr.domain_name"])}
    lives = iter(row["dns.resp.ttl"])
    for kind in row["dns.resp.type"]:
        name = None if kind == "33" else next(names, None)  # the name of a SRV record has a field of its own
        value = next(data[kind], None) if kind in data else None
        ttl = None if kind == "41" else next(lives, None)
        if value and ttl != "0":
            yield name, kind, value


def reversed_address(name):
    labels = name.lower().split(".")
    try:
        if labels[-2:] == ["in-addr", "arpa"]:
            return str(ipaddress.ip_address(".".join(labels[3::-1])))
        if labels[-2:] == ["ip6", "arpa"]:
            return str(ipaddress.ip_address(int("".join(labels[31::-1]), 16)))
    except ValueError:
        pass
    return None


def multicast_names(row, own):
    for name, kind, value in records(row):
        if kind in ("1", "28") and value in own:
            yield bare(name)
        if kind == "12" and reversed_address(name) in own:
            yield bare(value)


def netbios_name(text):
    """The bare name of a computer or its file service, else None."""
    found = re.match(r"(.*?)\s*<(00|20)>", text)
    return found[1] if found and "<" not in found[1] and found[1] != "*" else None


def netbios_names(row, own):
    response, opcode = first(row, "nbns.flags.response") in ("1", "True"), first(row, "nbns.flags.opcode")
    if row["nbns.netbios_name"]:
        pairs = list(zip(row["nbns.netbios_name"], row["nbns.name_flags.group"]))
        names = [n for n, group in pairs if group in ("0", "False") and netbios_name(n)]
        names.sort(key=lambda n: "<00>" not in n)
        return [netbios_name(n) for n in names[:1]]
    if response and (opcode != "0" or first(row, "nbns.flags.rcode") != "0"):
        return []
    if not response and opcode not in ("5", "6", "8", "9", "15"):
        return []
    for address, group in zip(row["nbns.addr"], row["nbns.nb_flags.group"]):
        if address in own and group in ("0", "False"):
            return [n for n in [netbios_name(row["nbns.name"][-1])] if n]
    return []


class Seen:
    """What tshark saw of all stations."""

    def __init__(self):
        self.names = collections.defaultdict(dict)  # MAC: {source: the newest name}
        self.addresses = collections.defaultdict(set)
        self.sent = collections.defaultdict(set)

    def add_names(self, row, mac, own):
        layers = (first(row, "frame.protocols") or "").split(":")
        if "udp" not in layers:
            return
        application = layers[layers.index("udp") + 1:][:1]  # right on the outermost UDP
        def say(source, names):
            for name in list(names)[:1]:  # the first of a message
                if name:
                    self.names[mac][source] = name
        if application == ["dhcp"] and first(row, "dhcp.type") == "1" and first(row, "dhcp.hw.mac_addr") == mac:
            say("dhcp", row["dhcp.option.hostname"])
            say("dhcp-fqdn", row["dhcp.fqdn.name"])
        if application == ["dhcpv6"] and first(row, "dhcpv6.msgtype") in ("1", "3", "4", "5", "6", "8", "9", "11"):
            say("dhcpv6", row["dhcpv6.client_domain"] or [t.rstrip(".") for t in row["dhcpv6.tld"]])  # tld: of one label
        answers = first(row, "dns.flags.response") in ("1", "True")
        if application == ["mdns"] and answers and first(row, "udp.srcport") == "5353":
            say("mdns", multicast_names(row, own))
        if application == ["llmnr"] and answers and first(row, "udp.srcport") == "5355":
            say("llmnr", multicast_names(row, own))
        if application == ["nbns"] and first(row, "udp.srcport") == "137":
            say("netbios", netbios_names(row, own))

    def add(self, row):
        mac = first(row, "eth.src")
        if not mac:
            return
        source = first(row, "ip.src") or first(row, "ipv6.src")
        layers = first(row, "frame.protocols") or ""
        direct = re.match(r"eth:ethertype:((vlan|ieee8021ad):ethertype:)*(pppoes:ppp:)?(ip|ipv6)(:|$)", layers)
        if source and direct:
            self.addresses[mac].add(source)
            self.sent[mac].add(source)
            self.add_names(row, mac, self.addresses[mac])
        if row["arp.src.hw_mac"] and row["arp.src.proto_ipv4"]:
            self.addresses[row["arp.src.hw_mac"][0]].add(row["arp.src.proto_ipv4"][0])
        if first(row, "icmpv6.type") == "136" and row["icmpv6.nd.na.target_address"]:
            self.addresses[mac].add(row["icmpv6.nd.na.target_address"][0])

    def is_device(self, mac, at_home):
        def group(a):
            return a.is_multicast or a == ipaddress.ip_address("255.255.255.255") or (a.version == 4 and a >= ipaddress.ip_address("224.0.0.0"))
        known = {ipaddress.ip_address(a) for a in self.addresses[mac]} - {ipaddress.ip_address("0.0.0.0"), ipaddress.ip_address("::")}
        sent = {ipaddress.ip_address(a) for a in self.sent[mac]} & known
        foreign = {a for a in sent if not at_home(a) and not group(a)}
        return not int(mac[:2], 16) & 1 and any(at_home(a) for a in known) and len(foreign) < 2

    def expected(self, at_home):
        """{MAC: (host name or None, addresses)} of the devices."""
        found = {}
        for mac in self.addresses:
            if self.is_device(mac, at_home):
                names = self.names[mac]
                best = next((names[s] for s in TRUST if s in names), None)
                found[mac] = (best, self.addresses[mac] - {"0.0.0.0", "::"})
        return found


def analyze(program, path, *options):
    done = subprocess.run([program, "analyze", *options, "--json", path], capture_output=True, timeout=SECONDS, check=True)
    return {d["mac"]: (d["hostname"], set(d["addresses"])) for d in json.loads(done.stdout)["devices"]}


def differ(ours, theirs, label):
    for mac in sorted(set(ours) | set(theirs)):
        (name, addresses), (other, others) = ours.get(mac, ("no device", set())), theirs.get(mac, ("no device", set()))
        if name != other:
            yield f"{label}{mac}: name {name!r}, tshark {other!r}"
        if addresses != others:
            yield f"{label}{mac}: ours {sorted(addresses - others)}, tshark {sorted(others - addresses)}"


def run(program, path):
    try:
        seen = Seen()
        for row in tshark(path):
            seen.add(row)
        lines = list(differ(analyze(program, path), seen.expected(lambda a: any(a in n for n in HOME if n.version == a.version)), ""))
        lines += differ(analyze(program, path, *ALL), seen.expected(lambda a: True), "all: ")
        return lines, sum(1 for mac in seen.names if seen.names[mac])
    except (OSError, subprocess.SubprocessError, ValueError) as e:
        return [str(e)], 0


def read_differences():
    """{capture: [(pattern of a line, reason)]}; a line of the file is `capture | pattern | reason`."""
    found = collections.defaultdict(list)
    for line in (HERE / "hosts_differences.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, pattern, reason = (part.strip() for part in line.split(" | ", 2))
            found[name].append((re.compile(pattern), reason))
    return found


def main(arguments):
    verbose = "-v" in arguments
    arguments = [a for a in arguments if a != "-v"]
    program = arguments[0] if arguments else str(BUILD / "control" / "spinctl")
    wanted = set(arguments[1:])
    if not CAPTURES.is_dir() or not shutil.which("tshark"):
        print(f"skipped: no captures in {CAPTURES}, or no tshark: scripts/setup --test installs it")
        print("0 passed, 0 failed")
        return 0
    expected = read_differences()
    paths = sorted(p for p in CAPTURES.iterdir() if p.suffix in (".pcap", ".pcapng"))
    paths = [p for p in paths if not wanted or p.name in wanted]
    failed = named = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path, (lines, names) in zip(paths, pool.map(lambda p: run(program, p), paths)):
            known = expected[path.name]
            unused = [f"not met any more: {p.pattern}" for p, _ in known if not any(p.search(line) for line in lines)]
            lines = [line for line in lines if not any(p.search(line) for p, _ in known)] + unused
            failed += bool(lines)
            named += names
            if lines or verbose:
                print(f"{path.name}: {'FAILED' if lines else 'ok'}, {names} named")
            for line in lines if verbose else lines[:SHOWN]:
                print(f"    {line}")
    print(f"{named} stations told their names")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
