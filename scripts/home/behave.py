#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""One device's day: does what table.py says for it, with real sockets of its own namespace, until killed.

Usage: behave.py NAME
Every row is a thread that mostly waits. What fails (because someone blocked it) is tried again at
the next turn: a household device never gives up and never complains.
"""

import random
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import uuid

import table

TIMEOUT = 6
ANY_CERTIFICATE = ssl.create_default_context()
ANY_CERTIFICATE.check_hostname = False
ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE
KEEP_ALIVE = threading.Event()


def connect(name, port):
    return socket.create_connection((name, port), timeout=TIMEOUT)


def drain(link):
    while link.recv(65536):
        pass


def request(link, name, path):
    link.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
    drain(link)


def http(name, _):
    with connect(name, 80) as link:
        request(link, name, "/")


def https(name, _):
    with ANY_CERTIFICATE.wrap_socket(connect(name, 443), server_hostname=name) as link:
        request(link, name, "/")


def upload(name, options):
    with ANY_CERTIFICATE.wrap_socket(connect(name, 443), server_hostname=name) as link:
        head = f"POST /upload HTTP/1.1\r\nHost: {name}\r\nContent-Length: {options['size']}\r\nConnection: close\r\n\r\n"
        link.sendall(head.encode() + bytes(options["size"]))
        drain(link)


def stream(name, options):
    with connect(name, 80) as link:
        link.settimeout(60)
        request(link, name, f"/stream?rate={options['rate']}")


def mqtt(name, options):
    """CONNECT, then PINGREQ for ever: what most of these devices do all day."""
    client = sys.argv[1].encode()
    body = b"\x00\x04MQTT\x04\x02\x00\x3c" + struct.pack(">H", len(client)) + client
    with connect(name, 1883) as link:
        link.settimeout(20)
        link.sendall(b"\x10" + bytes([len(body)]) + body)
        while link.recv(64):
            KEEP_ALIVE.wait(options["every"])
            link.sendall(b"\xc0\x00")


def ntp(name, _):
    udp(name, {"port": 123, "ask": b"\x23" + bytes(47)})


def udp(name, options):
    kind, proto, _, _, address = socket.getaddrinfo(name, options["port"], type=socket.SOCK_DGRAM)[0][0:5]
    with socket.socket(kind, proto) as link:
        link.settimeout(2)
        link.connect(address)
        link.send(options.get("ask", b"\x00\x01\x00\x00\x21\x12\xa4\x42" + random.randbytes(12)))
        link.recv(512)


def ping(name, options):
    subprocess.run(["ping", "-n", "-q", "-i", str(options["every"]), name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def curl(url, _):
    subprocess.run(["curl", "-ksS", "-o", "/dev/null", "-m", str(TIMEOUT), url], stderr=subprocess.DEVNULL)


def look(name, _):
    socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)


def scan(first, options):
    base, start = first.rsplit(".", 1)
    for last in range(int(start), int(start) + options["count"]):
        for port in options["ports"]:
            with socket.socket() as link:
                link.settimeout(0.2)
                link.connect_ex((f"{base}.{last}", port))


def wire_name(name):
    return b"".join(bytes([len(x)]) + x for x in (part.encode() for part in name.split("."))) + b"\0"


def record(owner, kind, data, flush=0x8000):
    return wire_name(owner) + struct.pack(">HHIH", kind, 1 | flush, 120, len(data)) + data


def multicast(group, port, source, message):
    with socket.socket(type=socket.SOCK_DGRAM) as link:
        link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255 if port == 5353 else 4)
        link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own_address()))
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        link.bind(("", source))
        link.sendto(message, (group, port))


def mdns(name, _):
    """The address, and each service with its instance, place and text (RFC 6763)."""
    rows = [record(name, 1, socket.inet_aton(own_address()))]
    for service, text in table.SELVES.get(sys.argv[1], {}).get("mdns", []):
        instance = f"{name.split('.')[0]}.{service}.local"
        rows += [record(f"{service}.local", 12, wire_name(instance), 0),
                 record(instance, 33, struct.pack(">HHH", 0, 0, 80) + wire_name(name)),
                 record(instance, 16, bytes([len(text)]) + text.encode())]
    multicast("224.0.0.251", 5353, 5353, struct.pack(">HHHHHH", 0, 0x8400, 0, len(rows), 0, 0) + b"".join(rows))


def ssdp(_, __):
    server, types = table.SELVES[sys.argv[1]]["ssdp"]
    for kind in types:
        lines = ["NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", "CACHE-CONTROL: max-age=1800",
                 f"LOCATION: http://{own_address()}:1400/description.xml", f"NT: {kind}", "NTS: ssdp:alive",
                 f"SERVER: {server}", f"USN: uuid:{uuid.uuid5(uuid.NAMESPACE_DNS, sys.argv[1])}::{kind}", "", ""]
        multicast("239.255.255.250", 1900, 0, "\r\n".join(lines).encode())


def own_address():
    with socket.socket(type=socket.SOCK_DGRAM) as link:
        link.connect((table.ROUTER4, 9))
        return link.getsockname()[0]


VERBS = {"https": https, "http": http, "tracker": https, "upload": upload, "stream": stream, "mqtt": mqtt, "ntp": ntp,
         "udp": udp, "ping": ping, "curl": curl, "look": look, "scan": scan, "mdns": mdns, "ssdp": ssdp}


def repeat(verb, target, every, options, first):
    time.sleep(first)
    while True:
        try:
            VERBS[verb](target, {"every": every, **options})
        except (OSError, ssl.SSLError):
            pass
        time.sleep(every * random.uniform(0.9, 1.1))


def main():
    rows = next(rows for name, _, _, rows in table.DEVICES if name == sys.argv[1])
    rows += [("ssdp", None, 30, {})] if "ssdp" in table.SELVES.get(sys.argv[1], {}) else []
    random.seed(sys.argv[1])
    for turn, (verb, target, every, options) in enumerate(rows):
        # Everything has happened once within the first seconds, but not all at the same moment.
        threading.Thread(target=repeat, args=(verb, target, every, options, 0.4 * turn + random.random()), daemon=True).start()
    signal.pause()


if __name__ == "__main__":
    main()
