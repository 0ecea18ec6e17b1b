#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares the names that `spinctl analyze --json` finds in captures with those that tshark finds.

usage: tests/captures/names_test.py [PROGRAM] [-v] [CAPTURE...]

Names with their addresses (A and AAAA records, hints of SVCB and HTTPS records; mDNS: additional records, too),
and server names in TLS hellos and QUIC Initials.  Only what is right on the outermost IP header counts: what
goes through a tunnel is the tunnel's.  CAPTUREs are files or names in ../shared/captures (or where SPIN_CAPTURES
says), by default all of them.  What may differ, and why, is in names_differences.txt beside this file.
"""

import collections
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import oracle_test  # noqa: E402
from oracle_test import BUILD, CAPTURES, HERE, SHOWN  # noqa: E402

FILTER = "dns || mdns || llmnr || tls.handshake.extensions_server_name || gquic.tag.sni"
# What may lie around a message that is not in a tunnel.
PLAIN = {"geninfo", "frame", "eth", "vlan", "ieee8021ad", "pppoe", "pppoes", "ppp", "ip", "ipv6", "udp", "tcp", "fake-field-wrapper",
         "quic", "gquic"}
DNS = {"dns": "dns", "mdns": "mdns", "llmnr": "llmnr"}
PORTS = {"53", "5353", "5355"}
SERVERS = {"tls.handshake.extensions_server_name": None, "gquic.tag.sni": "gquic"}


def show(node, name):
    """The values of a field, wherever it is beneath."""
    return [f.get("show") for f in node.iter("field") if f.get("name") == name]


def first(node, name):
    return next(iter(show(node, name)), None)


def records(message, sections):
    """(owner, address, names on the way) of each address record."""
    for section in message.iter("field"):
        if section.get("show") not in sections or section.get("name"):
            continue
        for record in section:
            owner, kind = first(record, "dns.resp.name"), first(record, "dns.resp.type")
            if kind not in ("1", "28", "64", "65"):
                continue
            target = first(record, "dns.svcb.targetname")
            fields = ("dns.a", "dns.aaaa", "dns.svcb.svcparam.ipv4hint.ip", "dns.svcb.svcparam.ipv6hint.ip")
            for field in fields:
                for address in show(record, field):
                    yield owner, address
                    if target not in (None, "", ".", "<Root>"):
                        yield target, address


def cnames(message):
    return [c for c in show(message, "dns.cname")]


def read_packet(packet, found):
    stack = set()
    for layer in packet:
        name = layer.get("name")
        if name in DNS:
            ports = set(show(packet, "udp.port") + show(packet, "tcp.port"))
            if show(layer, "dns.flags.response")[:1] == ["1"] and stack <= PLAIN and ports & PORTS:
                asked = show(layer, "dns.qry.name")[:1]
                sections = ["Answers"] + (["Additional records"] if name == "mdns" else [])
                for owner, address in records(layer, sections):
                    found["names"].add((owner.lower(), address))
                    found["may"] |= {(n.lower(), address) for n in asked + cnames(layer)}
        elif name not in PLAIN | {"tls", "dtls"}:
            stack.add(name)
        if sum(1 for other in packet if other.get("name") in ("ip", "ipv6")) > 1:
            stack.add("tunnel")
        if name in ("tls", "quic", "gquic") and stack <= PLAIN:
            for field in layer.iter("field"):
                if field.get("name") in SERVERS and field.get("show"):
                    found["servers"].add((field.get("show").lower().rstrip("."), SERVERS[field.get("name")] or name))


def tshark_names(path):
    command = ["tshark", "-n", "-r", path, "-2", "-o", "tcp.desegment_tcp_streams:TRUE", "-o", "tls.desegment_ssl_records:TRUE",
               "-Y", FILTER, "-T", "pdml"]
    done = subprocess.run(command, capture_output=True, timeout=oracle_test.SECONDS, check=False)
    if done.returncode not in (0, 2) or not done.stdout:  # 2: the capture is cut at its end
        raise OSError(f"tshark: exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    found = {"names": set(), "may": set(), "servers": set()}
    for packet in xml.fromstring(done.stdout):
        if packet.tag == "packet":
            read_packet(packet, found)
    return found


def compare(ours, theirs):
    """Lines of what differs: who has it, what it is."""
    names = {(n["name"], n["address"]) for n in ours["names"]}
    servers = {(n["name"], n["source"]) for n in ours["server_names"]}
    for name, address in sorted(theirs["names"] - names):
        yield f"missing name {name} {address}"
    for name, address in sorted(names - theirs["names"] - theirs["may"]):
        yield f"more name {name} {address}"
    for name, source in sorted(theirs["servers"] - servers):
        yield f"missing {source} {name}"
    for name, source in sorted(servers - theirs["servers"]):
        yield f"more {source} {name}"


def read_differences():
    """{capture: {line: reason}}; a line is `capture: line: reason`."""
    found = collections.defaultdict(dict)
    for line in (HERE / "names_differences.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, what, reason = (part.strip() for part in line.split(": ", 2))
            found[name][what] = reason
    return found


def run(program, path, expected):
    try:
        code, out, err = oracle_test.analyze(program, path)
        if code != 0:
            return [f"exit code {code}", *err.splitlines()[-SHOWN:]], 0
        theirs = tshark_names(path)
        found = list(compare(oracle_test.json.loads(out), theirs))
    except (OSError, subprocess.TimeoutExpired, ValueError, xml.ParseError) as e:
        return [str(e)], 0
    lines = [line for line in found if line not in expected]
    lines += [f"agrees, though names_differences.txt expects: {line}" for line in expected if line not in found]
    return lines, len(theirs["names"]) + len(theirs["servers"])


def main(arguments):
    verbose = "-v" in arguments
    arguments = [a for a in arguments if a != "-v"]
    program = str(BUILD / "control" / "spinctl")
    if arguments and os.access(arguments[0], os.X_OK):
        program = arguments.pop(0)
    paths = [pathlib.Path(a) if "/" in a else CAPTURES / a for a in arguments]
    if not paths and CAPTURES.is_dir():
        paths = sorted(p for p in CAPTURES.iterdir() if p.suffix in (".pcap", ".pcapng"))
    if not paths or not shutil.which("tshark"):
        print(f"skipped: no captures in {CAPTURES}" if not paths else "skipped: tshark is not here (scripts/setup --test installs it)")
        print("0 passed, 0 failed")
        return 0
    differences = read_differences()
    failed = names = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = pool.map(lambda p: run(program, p, differences[p.name]), paths)
        for path, (lines, n) in zip(paths, results):
            failed, names = failed + bool(lines), names + n
            if lines or verbose:
                print(f"{path.name}: {'FAILED' if lines else 'ok'} ({n} names)")
            for line in lines:
                print(f"    {line}")
    print(f"{names} names compared")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
