# SPDX-License-Identifier: BSD-3-Clause
"""The harness itself, with the kernel's bridge where the gateway goes: if this fails, blame it and not the gateway."""

from harness.netns import quiet


def wire(home):
    ns = home.gateway_ns
    ns.run("ip", "link", "add", "br0", "type", "bridge")
    for port in ("lan0", "wan0"):
        ns.run("ip", "link", "set", port, "master", "br0")
    quiet(ns, "br0")
    ns.run("ip", "link", "set", "br0", "up")


def test_stations_reach_each_other(make_home):
    home = make_home()
    wire(home)
    tv, phone = home.devices
    assert tv.ping(home.router.ipv4) and tv.ping(home.router.ipv6) and phone.ping(tv.ipv4)
    assert phone.ping("198.51.100.7") and phone.ping("2001:db8:2::7")


def test_transfer_and_names(make_home):
    home = make_home(devices=1)
    wire(home)
    home.router.serve()
    home.devices[0].fetch("198.51.100.7").wait_line(r"got \d+", times=10)
    home.names({"www.example.org": ["198.51.100.7", "2001:db8:2::7"]})
    assert home.resolve(home.devices[0], "www.example.org") == ["198.51.100.7"]
    assert home.resolve(home.devices[0], "www.example.org", "AAAA") == ["2001:db8:2::7"]
