#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What runs inside a station's namespace: serve PORT, fetch ADDRESS PORT, resolve SERVER NAME KIND."""

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


if __name__ == "__main__":
    {"serve": serve, "fetch": fetch, "resolve": resolve}[sys.argv[1]](*sys.argv[2:])
