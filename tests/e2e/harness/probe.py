#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What runs inside a station's namespace: serve PORT, fetch ADDRESS PORT, resolve SERVER NAME KIND,
ask SERVER NAME, count PORT, number ADDRESS PORT RATE (numbered datagrams until its input ends; count says which came)."""

import os
import socket
import struct
import sys
import threading
import time


def serve(port):
    listener = socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True)
    print("listening", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=send_for_ever, args=(connection,), daemon=True).start()


def send_for_ever(connection):
    try:
        while True:
            connection.sendall(bytes(8000))
            time.sleep(0.02)  # the pace of the traffic, not a wait for anything
    except OSError:
        pass


def fetch(address, port):
    connection = socket.create_connection((address, int(port)), timeout=60)
    got = 0
    while True:
        data = connection.recv(65536)
        if not data:
            return
        got += len(data)
        print("got", got, flush=True)


def resolve(server, name, kind):
    ask = os.urandom(2) + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0)
    ask += b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"
    ask += struct.pack(">HH", {"A": 1, "AAAA": 28}[kind], 1)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        link.settimeout(1)
        link.connect((server, 53))
        for _ in range(5):
            link.send(ask)
            try:
                reply = link.recv(4096)
                break
            except socket.timeout:
                continue
        else:
            sys.exit("no answer")
    size = 4 if kind == "A" else 16
    if struct.unpack(">H", reply[6:8])[0] and len(reply) > size:
        print("answer", socket.inet_ntop(socket.AF_INET if kind == "A" else socket.AF_INET6, reply[-size:]))


def ask(server, name):
    """With EDNS, as a stub resolver of today does."""
    question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 1)
    question += b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + struct.pack(">BHH", 0, 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(5)
        link.connect((server, 53))
        link.send(question + struct.pack(">BHHIH", 0, 41, 1232, 0, 0))
        print("answered by", len(link.recv(1500)), "bytes")


def unread():
    """Datagrams that arrived here and found their socket's buffer full."""
    with open("/proc/net/snmp") as f:
        names, values = [line.split() for line in f if line.startswith("Udp:")]
    return int(values[names.index("RcvbufErrors")])


def count(port):
    """Ends at the datagram numbered -1, whose second field is how many there were."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)  # as much as is allowed
    link.bind(("", int(port)))
    print("counting", flush=True)
    seen, last, longest = set(), None, 0
    while True:
        number, sent = struct.unpack(">qq", link.recv(64))
        now = time.monotonic()
        longest = max(longest, now - (last or now))
        last = now
        if number < 0:
            break
        seen.add(number)
    print(f"sent {sent} lost {sent - len(seen) - unread()} longest gap {longest * 1000:.1f} ms", flush=True)


def number(address, port, rate):
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.connect((address, int(port)))
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    began, sent = time.monotonic(), 0
    while not over.is_set():
        due = int((time.monotonic() - began) * int(rate))
        for sent in range(sent + 1, due + 1):
            link.send(struct.pack(">qq", sent, 0))
        time.sleep(0.001)  # the pace
    for _ in range(3):
        link.send(struct.pack(">qq", -1, sent))


if __name__ == "__main__":
    {"serve": serve, "fetch": fetch, "resolve": resolve, "ask": ask, "count": count, "number": number}[sys.argv[1]](*sys.argv[2:])
