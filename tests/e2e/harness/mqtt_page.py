# SPDX-License-Identifier: BSD-3-Clause
"""What the original SPIN's page does at the broker: MQTT 3.1.1 over a websocket at /mqtt, written after its contract
alone. No library, because the order of the page's own packets is what is tested."""

import base64
import json
import os
import socket
import struct
import time


class MqttPage:
    """CONNECT, then SUBSCRIBE SPIN/traffic/# with the packet id 1; messages as they come."""

    def __init__(self, port, host="127.0.0.1", user=None, password=None):
        self.socket = socket.create_connection((host, port), timeout=20)
        self.frames, self.packets, self.seen = b"", b"", []
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /mqtt HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._more()
        head, self.frames = head.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0] and b"mqtt" in head.lower(), head
        flags = 0x02 | (0x80 if user else 0) | (0x40 if password else 0)
        body = b"\0\4MQTT\4" + bytes([flags]) + b"\0\x3c" + text("Web-" + os.urandom(3).hex()[:5])
        self._send(0x10, body + (text(user) if user else b"") + (text(password) if password else b""))
        kind, answer = self._packet()
        self.refused = answer[1] if kind == 0x20 else None
        if self.refused == 0:
            self.subscribe("SPIN/traffic/#", 1)

    def subscribe(self, topic, number):
        self._send(0x82, struct.pack(">H", number) + text(topic) + b"\0")
        while self._packet()[0] != 0x90:
            pass

    def publish(self, topic, payload):
        self._send(0x30, text(topic) + payload.encode())

    def ping(self):
        self._send(0xC0, b"")
        while self._packet()[0] != 0xD0:
            pass

    def close(self):
        self._send(0xE0, b"")
        self.socket.close()

    def until(self, wants, timeout=20):
        """The first (topic, message) from now or of those before that `wants` says yes to."""
        deadline = time.monotonic() + timeout
        for one in self.seen:
            if wants(*one):
                return one
        while time.monotonic() < deadline:
            before = len(self.seen)
            self._packet()
            for one in self.seen[before:]:
                if wants(*one):
                    return one
        raise AssertionError(f"not within {timeout} s; seen {self.seen[-20:]}")

    def command(self, name, fits=lambda m: True, timeout=20):
        return self.until(lambda topic, m: topic == "SPIN/traffic" and m["command"] == name and fits(m), timeout)[1]

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise AssertionError("the broker closed the connection")
        return piece

    def _send(self, kind, body):
        length, rest = b"", len(body)
        while True:
            length += bytes([rest % 128 | (0x80 if rest > 127 else 0)])
            rest //= 128
            if not rest:
                break
        packet, mask = bytes([kind]) + length + body, os.urandom(4)
        head = bytes([0x82, 0x80 | len(packet)]) if len(packet) < 126 else bytes([0x82, 0xFE]) + struct.pack(">H", len(packet))
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(packet)))

    def _frame(self):
        """Takes one websocket frame from what came into `packets`."""
        while True:
            data = self.frames
            if len(data) >= 2:
                size, at = data[1] & 0x7F, 2
                if size >= 126:
                    width = 2 if size == 126 else 8
                    size, at = (int.from_bytes(data[2:2 + width], "big"), 2 + width) if len(data) >= 2 + width else (len(data), 0)
                if at and len(data) >= at + size:
                    self.frames = data[at + size:]
                    self.packets += data[at:at + size]
                    return
            self.frames += self._more()

    def _packet(self):
        while True:
            size, shift, at = 0, 0, 1
            while at < len(self.packets):
                size |= (self.packets[at] & 0x7F) << shift
                shift += 7
                at += 1
                if not self.packets[at - 1] & 0x80:
                    break
            else:
                self._frame()
                continue
            if len(self.packets) >= at + size:
                break
            self._frame()
        kind, body = self.packets[0], self.packets[at:at + size]
        self.packets = self.packets[at + size:]
        if kind >> 4 == 3:
            n = struct.unpack(">H", body[:2])[0]
            payload = body[2 + n:]
            try:
                message = json.loads(payload) if payload else None
            except ValueError:
                message = payload.decode()
            self.seen.append((body[2:2 + n].decode(), message))
        return kind & 0xF0, body


def text(value):
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw
