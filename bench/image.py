# SPDX-License-Identifier: BSD-3-Clause
"""A household's rules image (platform/policy_image.h) for the benches: rules are on, and none of
them matches the traffic, so that every frame is judged and every frame is forwarded.

Every device has a row; BLOCKED destinations, each with a name and an address that the traffic files
never use, are blocked for everyone, and each device has PAIRS blocks of its own.
"""
import os
import struct

import traffic

MAGIC, VERSION, BLOCK = 0x524E5053, 2, 1
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


def household():
    macs = [traffic.device_mac(i) for i in range(traffic.DEVICES)]
    names = [b"\x07tracker" + bytes([4]) + b"%04d" % i + b"\x07example" for i in range(BLOCKED)]
    addresses = [bytes([203, 0, 113, i]) + bytes(12) for i in range(BLOCKED)]
    pairs = [(d, (d * PAIRS + i) % BLOCKED) for d in range(len(macs)) for i in range(PAIRS)]
    text = b"".join(names)
    starts = [sum(map(len, names[:i])) for i in range(BLOCKED)]
    sections = [
        (struct.pack("<II", 0, 0), 1),
        (b"".join(struct.pack("<6sBBII", m, 0, 0, 0, 0) for m in macs), len(macs)),
        index(macs),
        (b"".join(struct.pack("<B7x", BLOCK) for _ in range(BLOCKED)), BLOCKED),
        (b"".join(struct.pack("<IIII", starts[i], len(n), i, 0) for i, n in enumerate(names)), BLOCKED),
        index(names),
        (b"".join(struct.pack("<16sII", a, 4, i) for i, a in enumerate(addresses)), BLOCKED),
        index([struct.pack("<I", 4) + a for a in addresses]),
        (b"".join(struct.pack("<IIII", d, o, BLOCK, 0) for d, o in pairs), len(pairs)),
        index([struct.pack("<II", d, o) for d, o in pairs]),
        (text, len(text)),
        (b"", 0),
    ]
    head = struct.calcsize("<IIQQQQII") + 8 * len(sections)
    table, body = b"", b""
    for data, count in sections:
        table += struct.pack("<II", head + len(body), count)
        body += data + bytes(-len(data) % 8)
    return struct.pack("<IIQQQQII", MAGIC, VERSION, head + len(body), 1, *KEY, 0, 0) + table + body


def write(folder):
    with open(os.path.join(folder, "rules.image"), "wb") as f:
        f.write(household())
