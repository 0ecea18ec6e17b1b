# SPDX-License-Identifier: BSD-3-Clause
"""The programs in platform/examples do what their first lines say, against a real gateway."""

import http.client
import io
import sys
import urllib.parse
from pathlib import Path

from harness.api import token_of

FOLDER = Path(__file__).resolve().parents[2] / "platform" / "examples"
FAR = "198.51.100.7"


def start(spawn, gateway, name, *argv):
    token = token_of(gateway.run_dir, "user")
    return spawn(["/usr/bin/env", f"SPIN_TOKEN={token}", sys.executable, "-u", FOLDER / name, *argv, gateway.api.url])


def test_newcomers_become_guests(make_home, spawn):
    home = make_home(devices=2)
    gateway = home.gateway
    gateway.start()
    first, second = home.devices
    client = start(spawn, gateway, "newcomers.py")
    client.wait_line("gets the profile guest")
    assert first.ping(FAR)
    client.wait_line("It is a guest now", 30)
    gateway.api.until(lambda: gateway.api.device(first.mac)["profile"] == "guest", 30, "a guest")
    # It goes on after the gateway was started anew, and what a person decides stays so.
    gateway.control.kill9()
    port = urllib.parse.urlsplit(gateway.api.url).port
    gateway.start_control("--listen", f"127.0.0.1:{port}")
    device = gateway.api.device(first.mac)["id"]
    gateway.api.request("PATCH", f"/devices/{device}", {"profile": "allow-all"})
    assert second.ping(FAR)
    gateway.api.until(lambda: gateway.api.device(second.mac)["profile"] == "guest", 30, "the second guest")
    assert gateway.api.device(first.mac)["profile"] == "allow-all"


def test_newcomers_are_found_later(make_home, spawn):
    """Who came while the program was away, but not whom somebody has seen to."""
    home = make_home(devices=2)
    gateway = home.gateway
    gateway.start()
    told = {}
    for device in home.devices:
        assert device.ping(FAR)
        ident = gateway.api.device(device.mac)["id"]
        told[device.mac] = gateway.api.until(
            lambda ident=ident: [n for n in gateway.api.items("/notifications") if n["device"] == ident], 30, "it is told")[0]["id"]
    first, second = home.devices
    for device, read in ((first, True), (second, False)):
        assert gateway.api.request("PATCH", f"/notifications/{told[device.mac]}", {"read": read}).status == 200
    client = start(spawn, gateway, "newcomers.py")
    client.wait_line("It is a guest now", 30)
    gateway.api.until(lambda: gateway.api.get(f"/notifications/{told[second.mac]}")["read"], 30, "it is read")
    assert gateway.api.device(second.mac)["profile"] == "guest"
    assert gateway.api.device(first.mac)["profile"] == "allow-all"


def test_the_portal(home, spawn):
    tv, phone = home.devices
    gateway = home.gateway
    assert tv.ping(FAR) and phone.ping(FAR)
    device = gateway.api.device(tv.mac)["id"]
    gateway.api.request("PATCH", f"/devices/{device}", {"name": "<b>Telly"})
    gateway.api.act(f"/devices/{device}", "block")
    portal = start(spawn, gateway, "portal.py", "--listen", "127.0.0.1:0")
    where = portal.wait_line(r"portal on http://(\S+)/").group(1)
    # Who is no device of the home is shown nothing.
    link = http.client.HTTPConnection(where, timeout=10)
    link.request("GET", "/")
    reply = link.getresponse()
    assert reply.status == 404 and b"Telly" not in reply.read()
    link.close()


def test_the_portal_by_address(home, monkeypatch):
    """The page as a device sees it: the handler itself, asked from the device's own address."""
    sys.path.insert(0, str(FOLDER))
    monkeypatch.setattr(sys, "argv", ["portal"])
    import portal
    from spin import Spin

    tv, phone = home.devices
    gateway = home.gateway
    assert tv.ping(FAR) and phone.ping(FAR)
    device = gateway.api.device(tv.mac)["id"]
    gateway.api.request("PATCH", f"/devices/{device}", {"name": "<b>Telly"})
    gateway.api.act(f"/devices/{device}", "block")

    class Asked(portal.Portal):
        gateway = Spin(home.gateway.api.url, token_of(home.gateway.run_dir, "user"))

        def __init__(self, address, body=b""):
            self.client_address, self.rfile, self.headers, self.said = (address, 1), io.BytesIO(body), {"Content-Length": str(len(body))}, None

        def answer(self, status, name, text):
            self.said = (status, name, text)

    page = Asked(tv.ipv4)
    page.do_GET()
    assert page.said[0] == 200 and page.said[1] == "<b>Telly" and "&lt;b&gt;Telly is blocked" in page.said[2]
    other = Asked(phone.ipv4)
    other.do_GET()
    assert "Nobody stops it" in other.said[2]
    ask = Asked(tv.ipv4, b"why=home+work%0A%3Cb%3E")
    ask.do_POST()
    assert ask.said[0] == 200
    told = gateway.api.get("/notifications?message_key=client_message")["items"][0]
    assert told["message_args"][1] == "<b>Telly asks to be let out: home work <b>"
    again = Asked(tv.ipv4, b"why=x")
    again.do_POST()
    assert again.said[0] == 429
