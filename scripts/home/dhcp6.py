#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A small DHCPv6 client (RFC 8415): asks for an address and tells its name in option 39.

Usage: dhcp6.py INTERFACE NAME      sets the address with ip(8), renews by asking again each half hour
"""

import os
import socket
import struct
import subprocess
import sys
import time

SOLICIT, ADVERTISE, REQUEST, REPLY = 1, 2, 3, 7
CLIENT_ID, SERVER_ID, IA_NA, IA_ADDRESS, ORO, ELAPSED, FQDN = 1, 2, 3, 5, 6, 8, 39
SERVERS = "ff02::1:2"


def option(code, data):
    return struct.pack(">HH", code, len(data)) + data


def options(data):
    found = {}
    while len(data) >= 4:
        code, length = struct.unpack(">HH", data[:4])
        found.setdefault(code, data[4:4 + length])
        data = data[4 + length:]
    return found


def exchange(link, index, kind, wanted, body):
    """Sends until an answer of the wanted kind to this transaction comes; returns its options."""
    transaction = os.urandom(3)
    while True:
        link.sendto(bytes([kind]) + transaction + body, (SERVERS, 547, 0, index))
        try:
            while True:
                answer = link.recv(2048)
                if answer[0] == wanted and answer[1:4] == transaction:
                    return options(answer[4:])
        except socket.timeout:
            continue


def lease(interface, name):
    index = socket.if_nametoindex(interface)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind((interface, 0))
        mac = raw.getsockname()[4]
    me = option(CLIENT_ID, struct.pack(">HH", 3, 1) + mac) + option(ELAPSED, b"\0\0") + option(ORO, struct.pack(">H", FQDN))
    me += option(FQDN, b"\x01" + bytes([len(name)]) + name.encode())
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as link:
        link.settimeout(2)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        link.bind(("::", 546))
        offer = exchange(link, index, SOLICIT, ADVERTISE, me + option(IA_NA, mac[2:6] + bytes(8)))
        chosen = option(SERVER_ID, offer[SERVER_ID]) + option(IA_NA, offer[IA_NA])
        granted = exchange(link, index, REQUEST, REPLY, me + chosen)
    return socket.inet_ntop(socket.AF_INET6, options(granted[IA_NA][12:])[IA_ADDRESS][:16])


if __name__ == "__main__":
    while True:
        try:
            address = lease(*sys.argv[1:3])
            subprocess.run(["ip", "-6", "addr", "replace", address + "/128", "dev", sys.argv[1]], check=True)
            time.sleep(1800)
        except (OSError, KeyError, subprocess.CalledProcessError):
            time.sleep(5)  # no address on the interface yet, or a server that had none to give
