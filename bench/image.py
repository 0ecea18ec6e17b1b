# SPDX-License-Identifier: BSD-3-Clause
"""A household's rules image (platform/policy_image.h) for the benches: rules are on, and none of
them matches the traffic, so that every frame is judged and every frame is forwarded.

Every device has a row; BLOCKED nodes, each with a name and an address that the traffic files
never use, are blocked for everyone, and each device has PAIRS blocks of its own.
"""
import os
import struct

import traffic

MAGIC, VERSION, BLOCK, ALLOW = 0x524E5053, 3, 1, 2
NO_ROW, DEVICE = 0xFFFFFFFF, 0x80000000
ANY, NODE = 0, 1  # enum policy_kind
CLASS = {ALLOW: 1, BLOCK: 2}
REASON = {"device": 1, "node": 2, "pair": 3}
KEY = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
BLOCKED, PAIRS = 200, 4
M64 = (1 << 64) - 1


def siphash24(data):
    v0, v1 = KEY[0] ^ 0x736F6D6570736575, KEY[1] ^ 0x646F72616E646F6D
    v2, v3 = KEY[0] ^ 0x6C7967656E657261, KEY[1] ^ 0x7465646279746573
    tail = len(data) // 8 * 8
    words = list(struct.unpack(f"<{tail // 8}Q", data[:tail]))
    words.append(len(data) << 56 & M64 | int.from_bytes(data[tail:], "little"))

    def rounds(n, v0, v1, v2, v3):
        for _ in range(n):
            v0, v2 = v0 + v1 & M64, v2 + v3 & M64
            v1, v3 = (v1 << 13 | v1 >> 51) & M64 ^ v0, (v3 << 16 | v3 >> 48) & M64 ^ v2
            v0 = (v0 << 32 | v0 >> 32) & M64
            v2, v0 = v2 + v1 & M64, v0 + v3 & M64
            v1, v3 = (v1 << 17 | v1 >> 47) & M64 ^ v2, (v3 << 21 | v3 >> 43) & M64 ^ v0
            v2 = (v2 << 32 | v2 >> 32) & M64
        return v0, v1, v2, v3

    for word in words:
        v0, v1, v2, v3 = rounds(2, v0, v1, v2, v3 ^ word)
        v0 ^= word
    v0, v1, v2, v3 = rounds(4, v0, v1, v2 ^ 0xFF, v3)
    return v0 ^ v1 ^ v2 ^ v3


def index(keys):
    slots = [0] * max(2, 1 << (2 * len(keys) - 1).bit_length())
    for row, key in enumerate(keys):
        at = siphash24(key) & len(slots) - 1
        while slots[at]:
            at = at + 1 & len(slots) - 1
        slots[at] = row + 1
    return struct.pack(f"<{len(slots)}I", *slots), len(slots)


def build(macs, rules, objects=(), any_object=NO_ROW, names=(), prefixes=(), generation=1, default_block=False):
    """Devices have row numbers in `macs`; a rule is (subject, object, action, reason), in the order of precedence;
    `objects` are kinds; a name is (wire form, object), a prefix (16 bytes, object), of a whole IPv4 address."""
    run_rules, runs, rows = [], b"", b""
    for kind_row, kind in enumerate(objects):
        first = len(runs) // 16
        mine = sorted({s for s, o, _, _ in rules if o == kind_row})
        for subject in mine:
            of_run = [n for n, r in enumerate(rules) if r[0] == subject and r[1] == kind_row]
            runs += struct.pack("<IIII", subject, len(run_rules), len(of_run), of_run[0])
            run_rules += of_run
        rows += struct.pack("<IIII", first, len(mine), kind, 0)
    text = b"".join(wire for wire, _ in names)
    starts = [sum(len(wire) for wire, _ in names[:i]) for i in range(len(names))]
    sections = [
        (struct.pack("<II", int(default_block), 0), 1),
        (b"".join(struct.pack("<6sHII", m, 0, 0, 0) for m in macs), len(macs)),
        index(macs),
        (b"".join(struct.pack("<QIIIIHHBBBBB7x", n + 1, s, o, 0, 0, 0, 65535, 0, 3, CLASS[a], a, r)
                  for n, (s, o, a, r) in enumerate(rules)), len(rules)),
        (rows, len(objects)),
        (runs, len(runs) // 16),
        (struct.pack(f"<{len(run_rules)}I", *run_rules), len(run_rules)),
        (b"", 0),
        (b"".join(struct.pack("<IIII", starts[i], len(n), o, 0) for i, (n, o) in enumerate(names)), len(names)),
        index([wire for wire, _ in names]),
        (b"".join(struct.pack("<16sIBBBB", a, o, 4, 32, 1, 0) for a, o in prefixes), len(prefixes)),
        index([bytes([4, 32]) + a for a, _ in prefixes]),
        (b"", 0), index([]), (b"", 0), (b"", 0),
        (text, len(text)),
    ]
    fixed = "<IIQQQQIIIII4xQQ3Q"
    head = struct.calcsize(fixed) + 8 * len(sections)
    table, body = b"", b""
    for data, count in sections:
        table += struct.pack("<II", head + len(body), count)
        body += data + bytes(-len(data) % 8)
    return struct.pack(fixed, MAGIC, VERSION, head + len(body), generation, *KEY, 0, len(rules), any_object, NO_ROW, NO_ROW,
                       0, 1 << 32 if prefixes else 0, 0, 0, 0) + table + body


def household():
    macs = [traffic.device_mac(i) for i in range(traffic.DEVICES)]
    names = [(b"\x07tracker" + bytes([4]) + b"%04d" % i + b"\x07example", i) for i in range(BLOCKED)]
    prefixes = [(bytes([203, 0, 113, i]) + bytes(12), i) for i in range(BLOCKED)]
    rules = [(DEVICE | d, (d * PAIRS + i) % BLOCKED, BLOCK, REASON["pair"]) for d in range(len(macs)) for i in range(PAIRS)]
    rules += [(0, i, BLOCK, REASON["node"]) for i in range(BLOCKED)]
    return build(macs, rules, [NODE] * BLOCKED, names=names, prefixes=prefixes)


def write(folder):
    with open(os.path.join(folder, "rules.image"), "wb") as f:
        f.write(household())
