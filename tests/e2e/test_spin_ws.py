# SPDX-License-Identifier: BSD-3-Clause
"""/spin_api/ws of the older web API: what it tells, who may listen, and what hostile frames come to."""

import base64
import http.client
import json
import socket
import threading

import pytest
from harness.spin_client import PASSWORD, SpinClient, start
from harness.websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket

PATH = "/spin_api/ws"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"sidn:{PASSWORD}".encode()).decode()}


@pytest.fixture
def spin(make_home):
    home = make_home()
    start(home)
    home.spin = SpinClient(home.gateway.api)
    home.devices[0].ping(home.router.ipv4)
    home.gateway.api.device(home.devices[0].mac)
    return home


def listen(home, headers=None, **options):
    api = home.gateway.api
    return WebSocket(api.host, api.port, PATH, BASIC if headers is None else headers, **options)


def greeted(home):
    ws = listen(home)
    for _ in range(3):
        ws.message()
    return ws


def get(home, path):
    return json.loads(home.spin.ask("GET", path)[2])


def test_what_it_tells(spin):
    one, mac = listen(spin), spin.devices[0].mac
    first = [one.message() for _ in range(3)]
    assert [(m["type"], m["name"]) for m in first] == [("data", "profiles"), ("data", "devices"), ("data", "notifications")]
    profiles, devices, notes = (m["args"] for m in first)
    assert profiles == get(spin, "/spin_api/profiles") and set(devices[mac]) == set(get(spin, "/spin_api/devices")[mac])
    assert notes == get(spin, "/spin_api/notifications")
    other = greeted(spin)
    # A device is seen again, is named, gets a profile; one comes; a message is left. Both hear all of it.
    spin.devices[0].ping(spin.router.ipv4)
    spin.spin.rpc("set_device_name", node=spin.spin.node(mac)["id"], name="telly")
    for ws in (one, other):
        m = ws.until("deviceUpdate", lambda d: d["mac"] == mac and d["name"] == "telly")
        assert m["type"] == "update" and set(m["args"]) == set(devices[mac])
    assert spin.spin.ask("POST", f"/spin_api/devices/{mac}/appliedProfiles", "profile_id=block-all")[0] == 200
    note = one.until("newNotification", lambda n: n["messageKey"] == "profile_set_to")["args"]
    assert note["messageArgs"] == ["block-all"] and note in get(spin, "/spin_api/notifications")
    assert one.until("deviceProfileUpdate")["args"] == {"deviceName": "telly", "profileName": "block-all"}
    guest = spin.arrive(99)
    guest.ping(spin.router.ipv4)
    assert one.until("newDevice")["args"]["mac"] == guest.mac
    assert one.until("newNotification", lambda n: n.get("deviceMac") == guest.mac)["args"]["messageKey"] == "new_device"
    spin.spin.ask("POST", "/spin_api/notifications/create", json.dumps({"message": "the door is open"}))
    assert "the door is open" in other.until("newNotification", lambda n: "deviceMac" not in n)["args"]["message"]
    one.send(PING, b"are you there")
    while (answer := one.frame())[0] != PONG:
        pass
    assert answer[1] == b"are you there"
    # What a client says is not looked at, whole or in pieces; it says goodbye and is answered.
    one.send(TEXT, b"hello"), one.send(BINARY, b"\0\1"), one.send(TEXT, b"in ", fin=False), one.send(0, b"pieces")
    one.send(CLOSE, b"\x03\xe8")
    assert one.closed() == 1000
    other.socket.close()  # without a word
    assert greeted(spin)


def test_who_may_listen(spin):
    api = spin.gateway.api
    own = f"http://{api.host}:{api.port}"
    assert listen(spin, {}).status == 401 and "basic" in listen(spin, {}).headers["www-authenticate"].lower()
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": f"http://{api.host}:1"}, {"Host": "evil.example"},
                    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site", "Origin": own}):
        assert listen(spin, {**BASIC, **headers}).status in (403, 421), headers
    assert listen(spin, {**BASIC, "Origin": own}).status == 101
    assert listen(spin, {**BASIC, "Origin": own, "Sec-Fetch-Site": "same-origin"}).status == 101
    # The cookie of a session alone proves no page of ours: a websocket is not held back by CORS.
    login = api.request("POST", "/login", {"name": "sidn", "password": PASSWORD}, headers={"Authorization": ""})
    cookie = {"Cookie": login.headers["Set-Cookie"].split(";")[0]}
    assert listen(spin, cookie).status == 403 and listen(spin, {**cookie, "Origin": "https://evil.example"}).status == 403
    session = listen(spin, {**cookie, "Origin": own})
    assert session.status == 101
    # What is no handshake is told so.
    for options in ({"version": "8"}, {"version": None}, {"headers": {**BASIC, "Upgrade": None}}, {"headers": {**BASIC, "Sec-WebSocket-Key": None}}):
        odd = listen(spin, **options)
        assert (odd.status, odd.headers["sec-websocket-version"]) == (426, "13"), options
    assert listen(spin, {**BASIC, "Sec-WebSocket-Key": "short"}).status in (400, 426)
    assert spin.spin.ask("POST", PATH)[0] == 405
    # The password changes: who listened by the old one hears no more.
    old = greeted(spin)
    user = next(u for u in api.items("/users") if u["name"] == "sidn")
    assert api.request("PATCH", f"/users/{user['id']}", {"password": "another long password"}).status == 200
    assert old.closed() == 1008 and session.closed() == 1008


def test_switched_off(spin, tmp_path):
    ws = greeted(spin)
    (tmp_path / "spin.yaml").write_text("spin_compat: {enabled: false}\n")
    assert spin.gateway.api.request("POST", "/config:reload").status == 200
    assert ws.closed() == 1001 and listen(spin).status == 404


def test_hostile_frames(spin):
    """Each ends with the code that RFC 6455 has for it, and nobody else notices."""
    quiet = greeted(spin)
    for what, (codes, send) in {
        "no mask": ((1002,), lambda ws: ws.send(TEXT, b"x", masked=False)),
        "a reserved bit": ((1002,), lambda ws: ws.send(TEXT, b"x", rsv=4)),
        "a reserved opcode": ((1002,), lambda ws: ws.send(3, b"x")),
        "the rest of nothing": ((1002,), lambda ws: ws.send(0, b"x")),
        "no UTF-8": ((1007,), lambda ws: ws.send(TEXT, b"\xff\xfe")),
        "exabytes, it says": ((1009,), lambda ws: ws.send(TEXT, b"x", size=1 << 62)),
        # What wslay cannot even read ends without a word.
        "a ping in pieces": ((None,), lambda ws: ws.send(PING, b"x", fin=False)),
        "a long ping": ((None,), lambda ws: ws.send(PING, b"x" * 126)),
        "a length below zero": ((None,), lambda ws: ws.send(TEXT, b"x", size=1 << 63)),
        # What was not read any more may take the last word with it.
        "too long": ((1009, None), lambda ws: ws.send(TEXT, b"x" * 5000)),
        "too long in pieces": ((1009, None), lambda ws: [ws.send(TEXT if i == 0 else 0, b"x" * 100, fin=False) for i in range(60)]),
        "a flood": ((1008, None), lambda ws: [ws.send(TEXT, b"x") for _ in range(500)]),
        "a flood of pings": ((1008, None), lambda ws: [ws.send(PING, b"x") for _ in range(500)]),
    }.items():
        ws = greeted(spin)
        try:
            send(ws)
        except OSError:
            pass  # it was cut off meanwhile
        assert ws.closed() in codes, what
    # Pieces without end and without a byte take no memory.
    ws = greeted(spin)
    ws.send(TEXT, b"", fin=False)
    before = memory(spin)
    head = bytes([0, 0x80, 0, 0, 0, 0])
    try:
        for _ in range(200):
            ws.socket.sendall(head * 1000)
    except OSError:
        pass
    assert spin.spin.rpc("list_devices") and memory(spin) < before + 20_000
    spin.spin.ask("POST", "/spin_api/notifications/create", json.dumps({"message": "still here"}))
    assert "still here" in quiet.until("newNotification")["args"]["message"]


def memory(home):
    """KiB of spin-control."""
    with open(f"/proc/{home.gateway.control.pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


def test_who_does_not_read(spin):
    """A reader that takes nothing costs what may wait for it, and is cut off beyond that; who reads hears all."""
    slow, quick = listen(spin), greeted(spin)
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    heard = []
    ear = threading.Thread(target=lambda: heard.append(quick.until("newNotification", lambda n: "2699 " in n["message"])), daemon=True)
    ear.start()
    link = http.client.HTTPConnection(spin.spin.host, spin.spin.port, timeout=20)

    def say(text):
        link.request("POST", "/spin_api/notifications/create", json.dumps({"message": text}), BASIC)
        assert link.getresponse().read() == b"{}"
    say("first")
    before = memory(spin)
    assert is_open(spin, slow) and is_open(spin, quick)
    for n in range(2700):  # of a kilobyte each
        say(f"{n} " + '"' * 240)
    ear.join(30)
    assert heard and memory(spin) < before + 30_000
    spin.gateway.api.until(lambda: not is_open(spin, slow), 20, "the slow one is cut off")
    assert is_open(spin, quick)


def is_open(home, ws):
    """Whether spin-control's end of it is."""
    ours, theirs = (f":{port:04X}" for port in (home.gateway.api.port, ws.socket.getsockname()[1]))
    with open("/proc/net/tcp") as f:
        return any(row[1].endswith(ours) and row[2].endswith(theirs) and row[3] == "01" for row in (line.split() for line in f))


def test_so_many_and_no_more(spin):
    many = [listen(spin) for _ in range(34)]
    assert [ws.status for ws in many] == [101] * 32 + [503] * 2
    for ws in many:
        ws.close()
    spin.gateway.api.until(lambda: listen(spin).status == 101, 20, "room again")
