# SPDX-License-Identifier: BSD-3-Clause
"""What a device may: set from the API and spinctl, kept over restarts, held by the dataplane on real connections."""

import json
import socket

from test_ports import transfer

LIMITS = {"up_bps": None, "down_bps": None, "new_flows_per_s": None}
SIZE = 256 << 10


def limit(home, device, limits):
    path = "/devices/" + home.gateway.api.device(device.mac)["id"]
    return home.gateway.api.request("PATCH", path, json.dumps({"limits": limits}), {"Content-Type": "application/json"})


def dropped(home, reason):
    text = home.gateway.api.request("GET", "/metrics").body.decode()
    line = next(line for line in text.splitlines() if f'reason="{reason}"' in line)
    return int(line.split()[-1])


def seconds(home, up):
    """How long SIZE bytes take from the first device to the router, or back."""
    ends = [home.devices[0], home.router]
    sender, receiver = ends if up else ends[::-1]
    return transfer(sender.ns, receiver.ns, receiver.ipv4, SIZE)


def test_bandwidth_is_held_each_way(home):
    first, second = home.devices
    assert first.ping(home.router.ipv4) and second.ping(home.router.ipv4)
    for way, up in (("up_bps", True), ("down_bps", False)):
        reply = limit(home, first, {way: 1_000_000})
        assert reply.status == 200 and reply.json["device"]["limits"] == {**LIMITS, way: 1_000_000}, reply.body
        before = dropped(home, "rate_limited")
        # 125,000 bytes a second, a quarter of that at once
        least = (SIZE - 125_000 / 4) / 125_000
        assert seconds(home, up) > least * 0.95
        assert seconds(home, not up) < least / 2
        assert second.ping(home.router.ipv4)
        home.gateway.api.until(lambda: dropped(home, "rate_limited") > before, 15, "drops are counted")
        assert limit(home, first, None).json["device"]["limits"] is None
    assert seconds(home, True) < 1
    assert home.gateway.api.device(first.mac)["dropped"] > 0


def connects(home, n, timeout=0.3):
    """How many of n new connections to the router come about."""
    done = 0
    with home.router.ns.entered():
        listener = socket.create_server((home.router.ipv4, 0), backlog=200)
    with listener:
        for _ in range(n):
            with home.devices[0].ns.entered():
                client = socket.socket()
            with client:
                client.settimeout(timeout)
                try:
                    client.connect(listener.getsockname())
                    done += 1
                except TimeoutError:
                    pass
    return done


def test_new_connections_are_held_and_open_ones_go_on(home):
    first, second = home.devices
    home.router.serve()
    open_one = first.fetch(home.router.ipv4)
    open_one.wait_line("got", times=3)
    assert first.ping(second.ipv4) and connects(home, 20) == 20
    assert limit(home, first, {"new_flows_per_s": 2}).status == 200
    assert connects(home, 8) < 8
    home.gateway.api.until(lambda: dropped(home, "new_flow_limited") > 0, 15, "drops are counted")
    open_one.wait_line("got", times=5, since=open_one.mark())
    assert second.ping(home.router.ipv4)
    assert limit(home, first, {"new_flows_per_s": None}).json["device"]["limits"] is None
    assert connects(home, 20) == 20


def test_limits_are_kept_undone_and_said(home):
    gateway, first = home.gateway, home.devices[0]
    assert first.ping(home.router.ipv4)
    gateway.api.device(first.mac)
    said = gateway.spinctl("limit", first.mac, "--up", "2Mbit", "--new-flows", "50").stdout
    assert "limited: up 2 Mbit/s new-flows 50/s: in force after" in said
    assert "down 1.5 Mbit/s" in gateway.spinctl("limit", first.mac, "--down", "1.5 Mbit/s").stdout
    wanted = {"up_bps": 2_000_000, "down_bps": 1_500_000, "new_flows_per_s": 50}
    assert gateway.api.device(first.mac)["limits"] == wanted

    gateway.control.kill9()
    gateway.start_control()
    assert gateway.api.device(first.mac)["limits"] == wanted
    assert "up 2 Mbit/s down 1.5 Mbit/s new-flows 50/s" in gateway.spinctl("limit", first.mac).stdout
    gateway.spinctl("undo")
    assert gateway.api.device(first.mac)["limits"] == {**wanted, "down_bps": None}
    assert "has no limits: in force" in gateway.spinctl("limit", first.mac, "--off").stdout
    assert gateway.api.device(first.mac)["limits"] is None

    for wrong in (["--up", "fast"], ["--up", "-1"], ["--new-flows", "0"], ["--off", "--up", "1M"], ["--down"]):
        done = gateway.spinctl("limit", first.mac, *wrong, check=False)
        assert done.returncode == 2 and "usage:" in done.stderr, (wrong, done.stderr)
    assert gateway.spinctl("limit", first.mac, "--up", "1k", check=False).returncode == 1
    for wrong in ({"up_bps": 7999}, {"up": 9000}, {"up_bps": "fast"}, 7, {"new_flows_per_s": 0}):
        reply = limit(home, first, wrong)
        assert reply.status == 400 and "/limits" in reply.body.decode(), (wrong, reply.body)
