# SPDX-License-Identifier: BSD-3-Clause
"""What a program needs to speak with the gateway, with nothing but Python: requests, and the event stream.

    gateway = Spin("http://127.0.0.1:13026", token)
    gateway.ask("GET", "/devices")
    for event, data in gateway.events("notification"): ...
"""

import http.client
import json
import time
import urllib.parse


class Refused(Exception):
    """The gateway said no; the text says why, and what would be right."""

    def __init__(self, status, problem):
        super().__init__(f"{problem.get('detail', status)} {problem.get('hint') or ''}".strip())
        self.status, self.key = status, problem.get("key")


class Spin:
    def __init__(self, url, token):
        self.host = urllib.parse.urlsplit(url).netloc
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, body=None):
        link = http.client.HTTPConnection(self.host, timeout=15)
        try:
            headers = {**self.headers, **({"Content-Type": "application/json"} if body is not None else {})}
            link.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
            reply = link.getresponse()
            text = reply.read()
        finally:
            link.close()
        answer = json.loads(text) if text else None
        if reply.status >= 400:
            raise Refused(reply.status, answer or {})
        return answer

    def events(self, types):
        """Each event as (its type, its data), for ever: after a break it goes on where it was, or with a new snapshot."""
        last = None
        while True:
            link = http.client.HTTPConnection(self.host, timeout=30)  # a heartbeat comes every 10 s
            try:
                link.request("GET", f"/api/v1/events?types={types}", headers={**self.headers, **({"Last-Event-ID": last} if last else {})})
                reply = link.getresponse()
                if reply.status != 200:
                    raise Refused(reply.status, json.loads(reply.read()))
                fields = {}
                for line in reply:
                    line = line.decode().rstrip("\n")
                    if not line and "data" in fields:
                        last = fields.get("id", last)
                        yield fields.get("event"), json.loads(fields["data"])
                    if not line:
                        fields = {}
                    elif not line.startswith(":"):
                        name, _, value = line.partition(": ")
                        fields[name] = value
            except (OSError, http.client.HTTPException):
                pass  # it restarts, or the network does
            finally:
                link.close()
            time.sleep(1)
