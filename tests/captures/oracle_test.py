#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs `spinctl analyze --json` over every capture and compares it with the capture's oracle.

usage: tests/captures/oracle_test.py [PROGRAM] [-v] [NAME...]

PROGRAM is spinctl or spin-dataplane (default: spinctl of the build in SPIN_BUILD or build/).  The
captures are in ../shared/captures, or where SPIN_CAPTURES says; without them everything is skipped.  What may
differ, and why, is in differences.txt beside this file.
"""

import collections
import concurrent.futures
import decimal
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CAPTURES = pathlib.Path(os.environ.get("SPIN_CAPTURES", ROOT.parent / "shared" / "captures"))
BUILD = pathlib.Path(os.environ.get("SPIN_BUILD", ROOT / "build"))
SHOWN = 6  # lines of one difference
SECONDS = 120


def read_differences():
    """{capture: {check: reason}}; a line is `capture: check: reason`."""
    found = collections.defaultdict(dict)
    for line in (HERE / "differences.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, check, reason = (part.strip() for part in line.split(":", 2))
            found[name][check] = reason
    return found


def key_of(tags, pppoe, version, protocol, kind, ends):
    return (tuple(tags), pppoe, version, protocol, kind, tuple(sorted(ends, key=str)))


def add(table, key, source, target, packets, size):
    """Counts one direction; a conversation of an end with itself has only one."""
    old = table[key].get((source, target), (0, 0))
    table[key][source, target] = (old[0] + packets, old[1] + size)


def oracle_flows(oracle):
    """{key: {(source, target): (packets, delivered bytes)}}."""
    table = collections.defaultdict(dict)
    for f in oracle["flows"] + oracle["icmp_flows"]:
        a, b = (f["a"], f.get("a_port")), (f["b"], f.get("b_port"))
        kind = None
        if "kind" in f:
            kind = (f["kind"], f["id"] if f["kind"] == "echo" else f["type"])
        key = key_of(f["vlan"], f["pppoe"], f["ip"], f["proto"], kind, [a, b])
        add(table, key, a, b, f["pkts_ab"], f["cap_ab"])
        add(table, key, b, a, f["pkts_ba"], f["cap_ba"])
    return table


def our_flows(ours):
    table = collections.defaultdict(dict)
    for f in ours["flows"]:
        a = (f["initiator"]["address"], f["initiator"]["port"])
        b = (f["responder"]["address"], f["responder"]["port"])
        kind = None
        if f["icmp"]:
            echo = f["icmp"]["id"] is not None
            kind = ("echo", f["icmp"]["id"]) if echo else ("type", f["icmp"]["type"])
        key = key_of(f["vlan"], f["pppoe"], f["ip_version"], f["protocol_number"], kind, [a, b])
        add(table, key, a, b, f["packets_to_responder"], f["bytes_to_responder"])
        add(table, key, b, a, f["packets_to_initiator"], f["bytes_to_initiator"])
    return table


def without_empty(directions):
    return {k: v for k, v in directions.items() if v != (0, 0)}


def compare_flows(ours, oracle):
    left, right = our_flows(ours), oracle_flows(oracle)
    for key in sorted(set(left) | set(right), key=str):
        have, want = without_empty(left.get(key, {})), without_empty(right.get(key, {}))
        if have != want:
            yield f"{key}: ours {have or 'missing'}, oracle {want or 'missing'}"


def compare_times(ours, oracle):
    """First and last frame of every flow, to the microsecond."""
    seen = {}
    for f in ours["flows"]:
        a = (f["initiator"]["address"], f["initiator"]["port"])
        b = (f["responder"]["address"], f["responder"]["port"])
        key = (tuple(f["vlan"]), f["pppoe"], f["protocol_number"], tuple(sorted([a, b], key=str)))
        first, last = seen.get(key, (f["first_seen"], f["last_seen"]))
        seen[key] = (min(first, f["first_seen"]), max(last, f["last_seen"]))
    want = {}
    for f in oracle["flows"] + oracle["icmp_flows"]:
        a, b = (f["a"], f.get("a_port")), (f["b"], f.get("b_port"))
        key = (tuple(f["vlan"]), f["pppoe"], f["proto"], tuple(sorted([a, b], key=str)))
        now = (decimal.Decimal(f["first"]), decimal.Decimal(f["last"]))
        first, last = want.get(key, now)
        want[key] = (min(first, now[0]), max(last, now[1]))
    micro = decimal.Decimal("0.000001")
    for key in sorted(set(seen) & set(want), key=str):
        first, last = (t.quantize(micro, decimal.ROUND_FLOOR) for t in want[key])
        if seen[key] != (first, last):
            yield f"{key}: ours {seen[key]}, oracle {first}, {last}"


def compare_counts(ours, oracle):
    pairs = [
        ("frames", ours["frames"], oracle["frames"]["frames"]),
        ("bytes", ours["bytes"], oracle["frames"]["captured_bytes"]),
    ]
    for name, have, want in pairs:
        if have != want:
            yield f"{name}: ours {have}, oracle {want}"


def compare_malformed(ours, oracle):
    if ours["malformed"] != oracle["malformed"]["frames"]:
        yield f"ours {ours['malformed']}, oracle {oracle['malformed']['frames']}"


def compare_non_ip(ours, oracle):
    if ours["non_ip"] != oracle["non_ip"]["frames"]:
        yield f"ours {ours['non_ip']}, oracle {oracle['non_ip']['frames']}"


def compare_stations(ours, oracle):
    have = {s["mac"]: (s["frames"], set(s["addresses"])) for s in ours["stations"]}
    want = {}
    for mac, d in oracle["devices"].items():
        addresses = set(d["src_ips"]) | set(d["arp_ips"]) | set(d["na_targets"])
        want[mac] = (d["tx_frames"], addresses - {"0.0.0.0", "::"})
    for mac in sorted(set(have) | set(want)):
        if have.get(mac) != want.get(mac):
            yield f"{mac}: ours {have.get(mac)}, oracle {want.get(mac)}"
    whole = oracle["frames"]["truncated"] == 0
    for s in ours["stations"]:
        sent = oracle["devices"].get(s["mac"], {}).get("tx_bytes")
        if whole and s["bytes"] != sent:
            yield f"{s['mac']}: ours {s['bytes']} bytes, oracle {sent}"


def pairs_of(response):
    """What a response says: the name asked for, the chain's and the owner's, of each address."""
    for record in response["records"]:
        if record["type"] in ("A", "AAAA"):
            asked = response["qname"]
            yield record["name"].lower(), record["data"]
            if asked:
                yield asked.lower(), record["data"]


def compare_names(ours, oracle):
    """All names that answers have, over UDP, TCP and in fragments; more only on their CNAME chains."""
    have = {(n["name"], n["address"]) for n in ours["names"]}
    must, may = set(), set()
    for r in oracle["dns"]["responses_with_answers"]:
        pairs = set(pairs_of(r))
        chain = {(c.lower(), a) for c in r["cname_chain"] for _, a in pairs}
        may |= pairs | chain
        must |= pairs
    for name, address in sorted(must - have):
        yield f"missing {name} {address}"
    for name, address in sorted(have - may):
        yield f"invented {name} {address}"


def compare_servers(ours, oracle):
    """Server names in TLS and QUIC that are not in a tunnel; Google's older QUIC is not read."""
    have = {(s["name"], s["source"]) for s in ours["server_names"]}
    want = {(s["name"].lower(), s["via"]) for s in oracle["tls_sni"] if s["direct"] and s["via"] != "gquic"}
    for name, via in sorted(want - have):
        yield f"missing {via} {name}"
    for name, via in sorted(have - want):
        yield f"invented {via} {name}"


def compare_order(ours, _oracle):
    """Arrays are sorted, sums add up."""
    for key, order in [
        ("stations", lambda s: s["mac"]),
        ("devices", lambda d: d["mac"]),
        ("flows", lambda f: f["first_seen"]),
        ("names", lambda n: n["name"].encode()),
        ("server_names", lambda n: n["name"].encode()),
    ]:
        if ours[key] != sorted(ours[key], key=order):
            yield f"{key} are not sorted"
    if sum(s["frames"] for s in ours["stations"]) > ours["frames"]:
        yield "stations sent more frames than there are"


CHECKS = {
    "counts": compare_counts,
    "flows": compare_flows,
    "times": compare_times,
    "malformed": compare_malformed,
    "non_ip": compare_non_ip,
    "stations": compare_stations,
    "names": compare_names,
    "server_names": compare_servers,
    "order": compare_order,
}


def analyze(program, path, *options):
    done = subprocess.run(
        [program, "analyze", "--json", path, *options], capture_output=True, timeout=SECONDS, check=False
    )
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def run(program, path, expected):
    """Returns the lines to print when the capture failed."""
    try:
        code, out, err = analyze(program, path)
        if code != 0:
            return [f"exit code {code}", *err.splitlines()[-SHOWN:]]
        again = analyze(program, path, "--workers", "3")[1]
        ours = json.loads(out, parse_float=decimal.Decimal)
        oracle = json.loads((CAPTURES / "oracle" / f"{path.name}.json").read_text())
    except (OSError, subprocess.TimeoutExpired, ValueError) as e:
        return [str(e)]
    lines = [] if again == out else ["a second run, by three workers, says something else"]
    for name, check in CHECKS.items():
        found = list(check(ours, oracle))
        if name in expected:
            if not found:
                lines.append(f"{name}: agrees, though differences.txt expects otherwise")
            continue
        lines += [f"{name}: {line}" for line in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"{name}: and {len(found) - SHOWN} more")
    return lines


def main(arguments):
    verbose = "-v" in arguments
    arguments = [a for a in arguments if a != "-v"]
    program = arguments[0] if arguments else str(BUILD / "control" / "spinctl")
    wanted = set(arguments[1:])
    if not (CAPTURES / "oracle").is_dir():
        print(f"skipped: no captures in {CAPTURES}")
        print("0 passed, 0 failed")
        return 0
    differences = read_differences()
    paths = sorted(p for p in CAPTURES.iterdir() if p.suffix in (".pcap", ".pcapng"))
    paths = [p for p in paths if not wanted or p.name in wanted]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = pool.map(lambda p: run(program, p, differences[p.name]), paths)
        for path, lines in zip(paths, results):
            failed += bool(lines)
            if lines or verbose:
                print(f"{path.name}: {'FAILED' if lines else 'ok'}")
            for line in lines:
                print(f"    {line}")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
