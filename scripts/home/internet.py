#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The far side of the pretend home: HTTP, TLS, MQTT, NTP and UDP on every address of its namespace.

Usage: internet.py CERTIFICATE KEY       prints "internet: ready" when all ports are open
"""

import asyncio
import re
import ssl
import struct
import sys
import time

NTP_EPOCH = 2208988800
PAGE = b"<!doctype html><title>pretend</title>" + b"<p>Nothing here is real.</p>" * 60


async def http(reader, writer):
    try:
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
        wanted = re.search(r"content-length: (\d+)", head, re.I)
        if wanted:
            await asyncio.wait_for(reader.readexactly(int(wanted[1])), 60)
        rate = re.match(r"GET /stream\?rate=(\d+)", head)
        if rate:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nConnection: close\r\n\r\n")
            await trickle(writer, int(rate[1]) * 1000)
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)
            await writer.drain()
    except (OSError, EOFError, asyncio.TimeoutError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def trickle(writer, bytes_per_second):
    chunk = bytes(bytes_per_second // 5)
    while True:
        writer.write(chunk)
        await writer.drain()
        await asyncio.sleep(0.2)


async def mqtt(reader, writer):
    answers = {0x10: b"\x20\x02\x00\x00", 0xC0: b"\xd0\x00"}
    try:
        while True:
            kind, length = await asyncio.wait_for(reader.readexactly(2), 120)
            await reader.readexactly(length)
            writer.write(answers.get(kind & 0xF0, b""))
            await writer.drain()
    except (OSError, EOFError, asyncio.TimeoutError):
        pass
    finally:
        writer.close()


class Udp(asyncio.DatagramProtocol):
    """One socket per address asked, because the answer must come from that address."""

    def connection_made(self, transport):
        self.transport = transport


class Ntp(Udp):
    def datagram_received(self, data, address):
        if len(data) >= 48:
            now = time.time() + NTP_EPOCH
            stamp = struct.pack(">II", int(now), int(now % 1 * 2**32))
            self.transport.sendto(b"\x24\x02\x06\xec" + bytes(8) + b"DEMO" + stamp + data[40:48] + stamp + stamp, address)


class Stun(Udp):
    def datagram_received(self, data, address):
        if len(data) >= 20:
            self.transport.sendto(b"\x01\x01\x00\x00" + data[4:20], address)


async def main(certificate, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    everywhere = ["0.0.0.0", "::"]
    servers = [await asyncio.start_server(http, everywhere, 80),
               await asyncio.start_server(http, everywhere, 443, ssl=tls),
               await asyncio.start_server(mqtt, everywhere, 1883)]
    loop = asyncio.get_running_loop()
    for protocol, address, port in ((Ntp, "203.0.113.123", 123), (Ntp, "2001:db8:71::123", 123), (Stun, "198.18.34.3", 3478)):
        await loop.create_datagram_endpoint(protocol, (address, port))
    print("internet: ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
