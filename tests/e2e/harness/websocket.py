# SPDX-License-Identifier: BSD-3-Clause
"""A websocket as RFC 6455 has it, frame by frame, so that a test may also send what none should."""

import base64
import hashlib
import json
import os
import socket
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket:
    """The handshake; `status` and `headers` are of its answer, and a 101 is checked."""

    def __init__(self, host, port, path, headers=None, timeout=20, version="13"):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.data = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {"Host": f"{host}:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key,
                 "Sec-WebSocket-Version": version, **(headers or {})}
        self.socket.sendall((f"GET {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items() if v) + "\r\n").encode())
        while b"\r\n\r\n" not in self.data:
            self._more()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        first, *rest = head.decode().split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}
        if self.status == 101:
            right = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
            assert self.headers["sec-websocket-accept"] == right and self.headers["upgrade"].lower() == "websocket"

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError
        self.data += piece

    def send(self, opcode, payload=b"", fin=True, masked=True, rsv=0, size=None):
        """`size` is what the head says, when it lies."""
        size = len(payload) if size is None else size
        head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
        flag = 0x80 if masked else 0
        if size < 126:
            head += bytes([flag | size])
        elif size < 65536:
            head += bytes([flag | 126]) + struct.pack(">H", size)
        else:
            head += bytes([flag | 127]) + struct.pack(">Q", size)
        mask = os.urandom(4) if masked else b""
        self.socket.sendall(head + mask + (bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if masked else payload))

    def frame(self):
        """(opcode, payload) of the next frame; the server masks nothing and splits nothing."""
        while True:
            data = self.data
            if len(data) >= 2:
                assert data[0] & 0xF0 == 0x80 and not data[1] & 0x80, data[:2]
                size, at = data[1] & 0x7F, 2
                width = {126: 2, 127: 8}.get(size, 0)
                if len(data) >= at + width:
                    size = int.from_bytes(data[at:at + width], "big") if width else size
                    at += width
                    if len(data) >= at + size:
                        self.data = data[at + size:]
                        return data[0] & 0xF, data[at:at + size]
            self._more()

    def message(self):
        """The next text, parsed; pings are answered."""
        while True:
            opcode, payload = self.frame()
            if opcode == PING:
                self.send(PONG, payload)
            else:
                assert opcode == TEXT, (opcode, payload)
                return json.loads(payload)

    def until(self, name, wants=lambda args: True):
        while True:
            m = self.message()
            if m["name"] == name and wants(m["args"]):
                return m

    def closed(self):
        """The code of the server's close, after whatever else came; None: it just left."""
        try:
            while True:
                opcode, payload = self.frame()
                if opcode == CLOSE:
                    return struct.unpack(">H", payload[:2])[0]
        except (EOFError, ConnectionError):
            return None

    def close(self):
        self.socket.close()
