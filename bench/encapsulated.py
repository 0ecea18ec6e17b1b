# SPDX-License-Identifier: BSD-3-Clause
"""What a packet under tags, in PPPoE or of IPv6 costs beside plain IPv4, in instructions of the worker,
counted as bench/instructions counts.  The driver is in both, and copies the longer frames of IPv6."""
import tempfile
import types

import lists
from rig import RigError

PLAIN = "T1k"
TRAFFICS = {"vlan-ip4": "VLAN", "qinq-ip4": "QINQ", "pppoe-ip4": "PPPOE", "ip6-ip4": "IP6", "ip6ext-ip4": "IP6EXT"}
TEXTS = {
    "vlan-ip4": "instructions of an established packet under one tag, beside plain IPv4",
    "qinq-ip4": "the same under two tags",
    "pppoe-ip4": "the same in PPPoE",
    "ip6-ip4": "the same of IPv6",
    "ip6ext-ip4": "the same of IPv6 with hop-by-hop and destination options",
}


def measure(names, context, progress, row):
    instructions = lists.counter()
    options = types.SimpleNamespace(build=context.build, passes=2)
    counted = {}
    for traffic in dict.fromkeys([PLAIN] + [TRAFFICS[n] for n in names]):
        progress(f"{traffic}: counting")
        with tempfile.TemporaryDirectory(prefix="spin-bench-") as folder:
            try:
                counted[traffic] = instructions.measure(options, traffic, folder)[0]
            except instructions.Failed as e:
                raise RigError(str(e)) from None
    rows = []
    for name in names:
        ours = counted[TRAFFICS[name]]
        ratio = ours / counted[PLAIN]
        rows.append(row(name, "instructions/packet", (ours, counted[PLAIN], ratio, ratio, ratio)))
    return rows
