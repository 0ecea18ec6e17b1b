# SPDX-License-Identifier: BSD-3-Clause
"""Writes a small MaxMind DB, as the file format's specification (2.0) says: a binary tree of networks, 16
zero bytes, the data, and the metadata behind its marker.

    mmdb.write("country.mmdb", {"198.51.100.0/24": {"country": {"iso_code": "NL"}}})
"""

import ipaddress
import struct

MARKER = b"\xab\xcd\xefMaxMind.com"


class U32(int):
    pass


def encode(value):
    """The data section's form of a value."""
    def head(kind, size):
        extra = b"" if kind <= 7 else bytes([kind - 7])
        first = (kind if kind <= 7 else 0) << 5
        if size < 29:
            return bytes([first | size]) + extra
        if size < 285:
            return bytes([first | 29]) + extra + bytes([size - 29])
        return bytes([first | 30]) + extra + struct.pack(">H", size - 285)

    if isinstance(value, dict):
        return head(7, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())
    if isinstance(value, list):
        return head(11, len(value)) + b"".join(map(encode, value))
    if isinstance(value, str):
        return head(2, len(value.encode())) + value.encode()
    if isinstance(value, bool):
        return head(14, int(value))
    raw = int(value).to_bytes(8, "big").lstrip(b"\0")
    kind = 9 if value > 0xffffffff or not isinstance(value, U32) and value > 0xffff else 6 if isinstance(value, U32) else 5
    return head(kind, len(raw)) + raw


def tree_of(networks, offsets, version):
    """Nodes as [left, right]; a record is None, ('node', n) or ('data', offset)."""
    nodes = [[None, None]]
    for text, value in networks.items():
        net = ipaddress.ip_network(text)
        bits = int(net.network_address)
        width = 32 if net.version == 4 else 128
        path = [bits >> (width - 1 - i) & 1 for i in range(net.prefixlen)]
        if net.version == 4 and version == 6:
            path = [0] * 96 + path
        at = 0
        for bit in path[:-1]:
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = ("node", len(nodes) - 1)
            at = nodes[at][bit][1]
        nodes[at][path[-1]] = ("data", offsets[id(value)])
    return nodes


def alias(nodes, prefix):
    """What hangs at ::/96 hangs at `prefix` too, as in the files that are about."""
    at = 0
    for _ in range(96):
        at = nodes[at][0][1]
    net = ipaddress.ip_network(prefix)
    path = [int(net.network_address) >> (127 - i) & 1 for i in range(net.prefixlen)]
    here = 0
    for bit in path[:-1]:
        if nodes[here][bit] is None:
            nodes.append([None, None])
            nodes[here][bit] = ("node", len(nodes) - 1)
        here = nodes[here][bit][1]
    nodes[here][path[-1]] = ("node", at)


def build(networks, version=6, aliases=("::ffff:0:0/96", "2002::/16"), kind="Spin-Test"):
    data, offsets = b"", {}
    for value in networks.values():
        if id(value) not in offsets:
            offsets[id(value)] = len(data)
            data += encode(value)
    nodes = tree_of(networks, offsets, version)
    for prefix in aliases if version == 6 and any(":" not in n for n in networks) else ():
        alias(nodes, prefix)
    count = len(nodes)

    def record(r):
        number = count if r is None else r[1] if r[0] == "node" else count + 16 + r[1]
        return number.to_bytes(4, "big")

    meta = {"binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1700000000,
            "database_type": kind, "description": {"en": "made by a test"}, "ip_version": version, "languages": ["en"],
            "node_count": U32(count), "record_size": 32}
    return b"".join(record(r) for n in nodes for r in n) + b"\0" * 16 + data + MARKER + encode(meta)


def write(path, networks, **more):
    with open(path, "wb") as f:
        f.write(build(networks, **more))
