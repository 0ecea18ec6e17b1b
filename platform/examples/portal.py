#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A self-help page for the home: whoever opens it sees why the own device is stopped, and may ask to be let out.

It knows its visitors by their addresses, shows nobody another's device, and changes nothing: what is asked becomes a
notification, which the household answers. Usage:

    SPIN_TOKEN=spin_… portal.py [--listen 192.168.1.2:8080] [http://127.0.0.1:13026]

The token is one of the role user: `spinctl tokens add portal --role user`.
"""

import argparse
import html
import http.server
import os
import time
import urllib.parse

from spin import Refused, Spin

WAIT_S = 60  # between two wishes of one visitor
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Why is my device stopped?</title><style>body{{font:1rem/1.5 system-ui;max-width:36rem;margin:2rem auto;padding:0 1rem}}</style>
<h1>{name}</h1>{text}</html>"""


class Portal(http.server.BaseHTTPRequestHandler):
    gateway = None
    asked = {}  # address → when it may ask again

    def log_message(self, *_):
        pass

    def device(self):
        """The one that this visitor's address belongs to."""
        address = self.client_address[0].removeprefix("::ffff:")
        for one in self.gateway.ask("GET", "/devices?limit=500")["items"]:
            if any(known["address"] == address for known in one["addresses"]):
                return one
        return None

    def rules(self, device):
        return [rule["sentence"] for rule in self.gateway.ask("GET", f"/rules?device={device['id']}&limit=100")["items"]
                if rule["active"] and rule["action"] in ("block", "pause")]

    def answer(self, status, name, text):
        body = PAGE.format(name=html.escape(name), text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def serve(self, act):
        try:
            device = self.device()
            if device:
                act(device)
            else:
                self.answer(404, "Who are you?", "<p>The gateway does not know this address.</p>")
        except (OSError, Refused):
            self.answer(503, "One moment", "<p>The gateway does not answer. Try again in a minute.</p>")

    def do_GET(self):
        def show(device):
            rules = self.rules(device)
            stopped = "".join(f"<li>{html.escape(rule)}</li>" for rule in rules)
            form = '<form method="post"><label>Why? <input name="why" maxlength="80"></label> <button>Ask to be let out</button></form>'
            self.answer(200, device["name"], f"<p>This is what stops it:</p><ul>{stopped}</ul>{form}" if rules
                        else f"<p>Nobody stops it. Its profile is {html.escape(device['profile'])}.</p>")

        self.serve(show)

    def do_POST(self):
        def ask(device):
            address, now = self.client_address[0], time.monotonic()
            if self.asked.get(address, 0) > now:
                self.answer(429, device["name"], "<p>You asked a moment ago. The household has seen it.</p>")
                return
            length = min(int(self.headers.get("Content-Length") or 0), 1000)
            why = urllib.parse.parse_qs(self.rfile.read(length).decode(errors="replace")).get("why", [""])[0]
            words = " ".join(why.split())[:80]
            self.gateway.ask("POST", "/notifications", {"text": f"{device['name'][:60]} asks to be let out: {words or 'no reason given'}"})
            self.asked[address] = now + WAIT_S
            self.answer(200, device["name"], "<p>The household was asked.</p>")

        self.serve(ask)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--listen", default="127.0.0.1:8080")
    options.add_argument("url", nargs="?", default="http://127.0.0.1:13026")
    given = options.parse_args()
    Portal.gateway = Spin(given.url, os.environ["SPIN_TOKEN"])
    host, _, port = given.listen.rpartition(":")
    server = http.server.ThreadingHTTPServer((host.strip("[]"), int(port)), Portal)
    print(f"portal on http://{given.listen.rpartition(':')[0]}:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
