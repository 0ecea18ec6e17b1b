#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Traffic files for the benches: seeded, both directions, kept outside the tree.

A traffic NAME is two pcap files of one frame a flow: NAME.lan.pcap holds what the home's devices
send, NAME.wan.pcap the answers to it, in another order.  Fed to the LAN and the WAN port in a loop,
a bridge learns every station within the first pass, and every flow has seen both its ends.

"64 bytes" is the Ethernet minimum with its FCS: 60 bytes in the file and in the mbuf.  The frames of
an encapsulation carry the same datagrams as T1k, with no padding but to the minimum.

  T1k T10k T100k T1M   that many IPv4 UDP flows, 64 bytes
  M10k                 10,000 flows, half of them TCP (in the middle of a connection)
  VLAN QINQ PPPOE      1,000 IPv4 UDP flows under one tag, two tags, a PPPoE session
  IP6 IP6EXT           1,000 IPv6 UDP flows; with hop-by-hop and destination options before UDP
  NEW100k              100,000 UDP flows from each side, all different: every frame is a new flow
  FAR100k              the same with far ends all over the Internet: what is looked up by address is cold

Usage: traffic.py [NAME...]   makes them (all by default) and prints where they are
"""
import os
import random
import struct
import sys
import tempfile

SEED = 20221113
DEVICES = 50
ROUTER = bytes.fromhex("02005e000001")
FRAME_MIN = 60
VERSION = 1  # of the format below; a higher one makes the files anew

# name: (flows, share of TCP, encapsulation)
KINDS = {
    "T1k": (1_000, 0.0, "ip4"),
    "T10k": (10_000, 0.0, "ip4"),
    "T100k": (100_000, 0.0, "ip4"),
    "T1M": (1_000_000, 0.0, "ip4"),
    "M10k": (10_000, 0.5, "ip4"),
    "VLAN": (1_000, 0.0, "vlan"),
    "QINQ": (1_000, 0.0, "qinq"),
    "PPPOE": (1_000, 0.0, "pppoe"),
    "IP6": (1_000, 0.0, "ip6"),
    "IP6EXT": (1_000, 0.0, "ip6ext"),
    "NEW100k": (100_000, 0.0, "new"),
    "FAR100k": (100_000, 0.0, "newfar"),
}


def folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "spin-bench", f"v{VERSION}-{SEED}")


def flows_of(name):
    return KINDS[name][0]


def fold(total):
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def words(data):
    if len(data) & 1:
        data += b"\0"
    return sum(struct.unpack(f">{len(data) // 2}H", data))


def udp(sport, dport, pseudo, payload):
    length = 8 + len(payload)
    check = fold(pseudo + 17 + 2 * length + sport + dport + words(payload)) or 0xFFFF
    return struct.pack(">HHHH", sport, dport, length, check) + payload


def tcp(sport, dport, pseudo, flags, seq, ack):
    check = fold(pseudo + 6 + 20 + sport + dport + (seq >> 16) + (seq & 0xFFFF) + (ack >> 16)
                 + (ack & 0xFFFF) + (0x5000 | flags) + 64240)
    return struct.pack(">HHIIHHHH", sport, dport, seq, ack, 0x5000 | flags, 64240, check, 0)


def ip4(src, dst, protocol, body, ident):
    total = 20 + len(body)
    check = fold(0x4500 + total + ident + 0x4000 + (64 << 8 | protocol) + words(src) + words(dst))
    return struct.pack(">HHHHBBH", 0x4500, total, ident, 0x4000, 64, protocol, check) + src + dst + body


def ip6(src, dst, body, extended):
    next_header, extra = 17, b""
    if extended:  # hop-by-hop, then destination options, each of one PadN
        next_header, extra = 0, bytes([60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0])
    return struct.pack(">IHBB", 0x60000000, len(extra) + len(body), next_header, 64) + src + dst + extra + body


def frame(encapsulation, source, target, packet):
    mac = target + source
    if encapsulation == "vlan":
        head = mac + b"\x81\x00\x00\x2a\x08\x00"
    elif encapsulation == "qinq":
        head = mac + b"\x88\xa8\x00\x64\x81\x00\x00\x2a\x08\x00"
    elif encapsulation == "pppoe":
        head = mac + b"\x88\x64\x11\x00\x00\x07" + struct.pack(">H", 2 + len(packet)) + b"\x00\x21"
    elif encapsulation.startswith("ip6"):
        head = mac + b"\x86\xdd"
    else:
        head = mac + b"\x08\x00"
    return (head + packet).ljust(FRAME_MIN, b"\0")


def device_mac(device):
    return b"\x02\x00\x5e\x10\x00" + bytes([device])


def addresses(encapsulation, device, rng):
    """Home's end and far end, as bytes."""
    far = rng.getrandbits(17)
    if encapsulation.startswith("ip6"):
        return (bytes.fromhex("fd00000000000001000000000000") + struct.pack(">H", 0x100 + device),
                bytes.fromhex("20010db8000000000000000000") + far.to_bytes(3, "big"))
    if encapsulation == "newfar":
        return (bytes([192, 168, 1, 10 + device]), bytes([24 + (far >> 10), rng.getrandbits(8), far >> 2 & 255, far & 255]))
    return (bytes([192, 168, 1, 10 + device]), bytes([198, 18 + (far >> 16), far >> 8 & 255, far & 255]))


def pairs(name):
    """The two frames of each flow: what the device sends, what comes back."""
    flows, tcp_share, encapsulation = KINDS[name]
    rng = random.Random(f"{SEED} {name}")
    for i in range(flows):
        device, sport, dport = i % DEVICES, 10_000 + i // DEVICES, 8801
        mac = device_mac(device)
        near, far = addresses(encapsulation, device, rng)
        pseudo = words(near) + words(far)
        if rng.random() < tcp_share:
            seq, ack = rng.getrandbits(32), rng.getrandbits(32)
            bodies = (tcp(sport, 443, pseudo, 0x10, seq, ack), tcp(443, sport, pseudo, 0x10, ack, seq))
            protocol = 6
        else:
            payload = struct.pack(">QQH", i, rng.getrandbits(63), 0)
            other = sport + 30_000 if encapsulation.startswith("new") else sport
            bodies = (udp(sport, dport, pseudo, payload), udp(dport, other, pseudo, payload))
            protocol = 17
        if encapsulation.startswith("ip6"):
            out = ip6(near, far, bodies[0], encapsulation == "ip6ext")
            back = ip6(far, near, bodies[1], encapsulation == "ip6ext")
        else:
            out = ip4(near, far, protocol, bodies[0], i & 0xFFFF)
            back = ip4(far, near, protocol, bodies[1], i & 0xFFFF)
        yield frame(encapsulation, mac, ROUTER, out), frame(encapsulation, ROUTER, mac, back)


def write(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        chunk = []
        for i, data in enumerate(frames):
            chunk.append(struct.pack("<IIII", i // 1_000_000, i % 1_000_000, len(data), len(data)))
            chunk.append(data)
            if len(chunk) >= 8192:
                f.write(b"".join(chunk))
                chunk.clear()
        f.write(b"".join(chunk))


def files(name):
    """Paths of the LAN and the WAN file of a traffic, made when they are not there."""
    if name not in KINDS:
        raise KeyError(f"no traffic {name}; there are {' '.join(KINDS)}")
    paths = tuple(os.path.join(folder(), f"{name}.{side}.pcap") for side in ("lan", "wan"))
    if all(os.path.exists(p) for p in paths):
        return paths
    os.makedirs(folder(), exist_ok=True)
    both = list(pairs(name))
    rng = random.Random(f"{SEED} order {name}")
    with tempfile.TemporaryDirectory(dir=folder()) as work:
        for side, path in enumerate(paths):
            rng.shuffle(both)  # another order on each side: nothing depends on it
            made = os.path.join(work, "made")
            write(made, (p[side] for p in both))
            os.replace(made, path)
    return paths


def main(arguments):
    if "-h" in arguments or "--help" in arguments:
        print(__doc__)
        return 0
    for name in arguments or KINDS:
        try:
            print(*files(name))
        except KeyError as e:
            print(f"traffic.py: {e.args[0]}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
