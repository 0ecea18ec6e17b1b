# SPDX-License-Identifier: BSD-3-Clause
"""The HTTP API as a test uses it; waiting is done on the event stream."""

import contextlib
import http.client
import json
import secrets
import socket
import time
import urllib.parse
from pathlib import Path


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Api:
    """Over TCP with a token, or with `unix` over the API's socket (for a control in another namespace)."""

    def __init__(self, url, unix=None, token=None):
        parts = urllib.parse.urlsplit(url)
        self.token = token
        self.url, self.host, self.port, self._unix = url, parts.hostname, parts.port, unix

    def _connection(self, timeout):
        if self._unix:
            return UnixConnection(self._unix, timeout)
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    @property
    def credentials(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def request(self, method, path, body=None, headers=None, timeout=10):
        """`body`: a dict or list becomes JSON, bytes go as they are. Paths get the /api/v1 prefix unless absolute /metrics."""
        headers = {**self.credentials, **(headers or {})}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if not path.startswith(("/api/", "/metrics")):
            path = "/api/v1" + path
        link = self._connection(timeout)
        try:
            link.request(method, path, body, headers)
            response = link.getresponse()
            return Reply(response, response.read())
        finally:
            link.close()

    def get(self, path):
        reply = self.request("GET", path)
        if reply.status != 200:
            raise AssertionError(f"GET {path}: {reply.status} {reply.body!r}")
        return reply.json

    def items(self, path):
        """Every item of a list, over all pages."""
        items, cursor = [], ""
        while True:
            page = self.get(path + ("&" if "?" in path else "?") + "limit=500" + cursor)
            items += page["items"]
            if not page.get("next_cursor"):
                return items
            cursor = "&cursor=" + urllib.parse.quote(page["next_cursor"])

    def act(self, path, action):
        """POST an action, e.g. act('/devices/dev_x', 'block'); the reply must be 200 or 202."""
        reply = self.request("POST", f"{path}:{action}")
        if reply.status not in (200, 202):
            raise AssertionError(f"POST {path}:{action}: {reply.status} {reply.body!r}")
        return reply

    @contextlib.contextmanager
    def events(self, query="", timeout=15, last_id=None):
        """Yields an iterator of (event, data, id); it raises TimeoutError when nothing comes."""
        link = self._connection(timeout)
        headers = {"Accept": "text/event-stream", **self.credentials}
        if last_id:
            headers["Last-Event-ID"] = last_id
        link.request("GET", "/api/v1/events" + query, headers=headers)
        response = link.getresponse()
        assert response.status == 200, response.read()
        try:
            yield _events(response)
        finally:
            link.close()

    def until(self, look, timeout=15, what="condition"):
        """Looks now and after every event until `look()` gives something true, and returns it."""
        deadline = time.monotonic() + timeout
        with self.events(timeout=timeout) as events:
            while True:
                found = look()
                if found:
                    return found
                if time.monotonic() > deadline:
                    raise AssertionError(f"{what}: not within {timeout} s; health {self.get('/health')}")
                next(events)

    def device(self, mac, timeout=15):
        """The device with this MAC, as soon as control knows it."""
        def look():
            return next((d for d in self.items("/devices") if d["mac"] == mac), None)
        return self.until(look, timeout, f"device {mac}")

    def destination(self, name_or_address, timeout=15):
        def look():
            return next((d for d in self.items("/destinations")
                         if d["name"] == name_or_address or name_or_address in d["addresses"]), None)
        return self.until(look, timeout, f"destination {name_or_address}")


def token_of(run_dir, role="admin", name=None):
    """A new token, from root over the socket in `run_dir`."""
    reply = Api("", unix=Path(run_dir) / "api.sock").request(
        "POST", "/tokens", {"name": name or f"test-{secrets.token_hex(4)}", "role": role})
    assert reply.status == 201, reply.body
    return reply.json["secret"]


def _events(response):
    event, data, ident = "message", [], None
    while True:
        line = response.readline()
        if not line:
            return
        line = line.decode().rstrip("\r\n")
        if not line:
            if data:
                yield event, json.loads("\n".join(data)), ident
            event, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if field == "event":
            event = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            ident = value
