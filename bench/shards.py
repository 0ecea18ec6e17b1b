# SPDX-License-Identifier: BSD-3-Clause
"""Traffic files split for several queues, as a receive hash over the two IP addresses splits them.

Both directions of a flow come to the same queue; what is not plain IP comes to queue 0.
"""
import os
import struct

import traffic


def queue_of(frame, queues):
    at = 12
    if frame[at:at + 2] == b"\x81\x00":
        at += 4
    kind = frame[at:at + 2]
    if kind == b"\x08\x00":
        addresses = frame[at + 14:at + 22]
    elif kind == b"\x86\xdd":
        addresses = frame[at + 10:at + 42]
    else:
        return 0
    mixed = 0
    for word in struct.unpack(f">{len(addresses) // 2}H", addresses):
        mixed ^= word
    return (mixed >> 8 ^ mixed) % queues


def frames_of(path):
    with open(path, "rb") as f:
        data = f.read()
    at = 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def split(path, queues, folder):
    """Writes folder/NAME.Q-QUEUES.pcap for every queue Q; returns their paths."""
    stem = os.path.basename(path).removesuffix(".pcap")
    paths = [os.path.join(folder, f"{stem}.{q}-{queues}.pcap") for q in range(queues)]
    if not all(os.path.exists(p) for p in paths):
        parts = [[] for _ in paths]
        for frame in frames_of(path):
            parts[queue_of(frame, queues)].append(frame)
        for target, part in zip(paths, parts):
            traffic.write(f"{target}.{os.getpid()}", part)
            os.replace(f"{target}.{os.getpid()}", target)
    return paths


def files(name, queues):
    """The paths by queue of the LAN and of the WAN side, made when they are not there."""
    return tuple(split(path, queues, traffic.folder()) for path in traffic.files(name))
