# SPDX-License-Identifier: BSD-3-Clause
"""A block stops what is open at the next packet, and only that; an unblock lets it go on."""

import json
import re
import time

import pytest

from harness.netns import sh

FAR, OTHER = "198.51.100.7", "198.51.100.8"


class Traffic:
    """A ping and a TCP transfer of one station that never end."""

    def __init__(self, host, address):
        self.flows = [(host.pinger(address), "bytes from"), (host.fetch(address), r"got \d+")]
        self.goes_on()

    def goes_on(self, timeout=10):
        marks = [flow.mark() for flow, _ in self.flows]
        for (flow, moved), mark in zip(self.flows, marks):
            flow.wait_line(moved, timeout, since=mark, times=5)

    def stopped_since(self, moment, witness):
        """Nothing arrived later than `moment`, shown after `witness` has moved on."""
        pings = self.flows[0][0]
        pings.wait_line("no answer yet", since=pings.mark(), times=10)
        witness.goes_on()
        for flow, moved in self.flows:
            late = [line for at, line in flow.lines if at > moment and re.search(moved, line)]
            assert not late, f"{flow.name} went on after the block: {late[:3]}"


@pytest.fixture
def busy(home):
    home.router.serve()
    return home


def block_by_api(home, path):
    reply = home.gateway.api.act(path, "block")
    assert reply.status == 200 and reply.json["confirmed_us"] >= 0 and reply.json["generation"] > 0
    assert reply.json["rule"]["action"] == "block" and reply.json["undo"]["method"] == "POST"
    # What was already in a socket buffer or on its way to the screen may still be read.
    return time.monotonic() + 0.15


def unblock(home, path):
    assert home.gateway.api.act(path, "unblock").status == 200


def test_device(busy):
    tv, phone = busy.devices
    mine, witness = Traffic(tv, FAR), Traffic(phone, FAR)
    path = "/devices/" + busy.gateway.api.device(tv.mac)["id"]
    mine.stopped_since(block_by_api(busy, path), witness)
    assert busy.gateway.api.get(path)["blocked"] is True
    unblock(busy, path)
    mine.goes_on()
    assert busy.gateway.api.get(path)["blocked"] is False


def test_device_over_ipv6(busy):
    tv, phone = busy.devices
    mine, witness = Traffic(tv, "2001:db8:2::7"), Traffic(phone, "2001:db8:2::7")
    path = "/devices/" + busy.gateway.api.device(tv.mac)["id"]
    mine.stopped_since(block_by_api(busy, path), witness)
    unblock(busy, path)
    mine.goes_on()


def test_destination(busy):
    tv, phone = busy.devices
    mine, same, other = Traffic(tv, FAR), Traffic(phone, FAR), Traffic(phone, OTHER)
    path = "/destinations/" + busy.gateway.api.destination(FAR)["id"]
    moment = block_by_api(busy, path)
    mine.stopped_since(moment, other)
    same.stopped_since(moment, other)
    unblock(busy, path)
    mine.goes_on()
    same.goes_on()


def test_pair(busy):
    tv, phone = busy.devices
    mine, same, other = Traffic(tv, FAR), Traffic(phone, FAR), Traffic(tv, OTHER)
    device = busy.gateway.api.device(tv.mac)["id"]
    path = f"/devices/{device}/destinations/" + busy.gateway.api.destination(FAR)["id"]
    moment = block_by_api(busy, path)
    mine.stopped_since(moment, same)
    mine.stopped_since(moment, other)
    unblock(busy, path)
    mine.goes_on()


def test_named_destination(busy):
    tv, phone = busy.devices
    busy.names({"video.lumiplay.example": [FAR], "www.example.org": [OTHER]})
    for host in (tv, phone):
        assert busy.resolve(host, "video.lumiplay.example") == [FAR]
        assert busy.resolve(host, "www.example.org") == [OTHER]
    mine, other = Traffic(tv, FAR), Traffic(phone, OTHER)
    path = "/destinations/" + busy.gateway.api.destination("lumiplay.example")["id"]
    mine.stopped_since(block_by_api(busy, path), other)
    unblock(busy, path)
    mine.goes_on()


def test_by_spinctl(busy):
    tv, phone = busy.devices
    mine, witness = Traffic(tv, FAR), Traffic(phone, FAR)
    busy.gateway.api.device(tv.mac)
    busy.gateway.spinctl("block", tv.mac)
    mine.stopped_since(time.monotonic() + 0.15, witness)
    assert [r["action"] for r in json.loads(busy.gateway.spinctl("rules", "--json").stdout)["items"]] == ["block"]
    busy.gateway.spinctl("unblock", tv.ipv4)
    mine.goes_on()
    busy.gateway.spinctl("block", tv.mac)
    busy.gateway.spinctl("undo")
    mine.goes_on()


def test_by_curl(busy):
    tv, phone = busy.devices
    mine, witness = Traffic(tv, FAR), Traffic(phone, FAR)
    curl = ["curl", "-fsS", "-X", "POST", "-H", f"Authorization: Bearer {busy.gateway.api.token}"]
    url = f"{busy.gateway.api.url}/api/v1/devices/{busy.gateway.api.device(tv.mac)['id']}"
    assert "confirmed_us" in json.loads(sh(*curl, url + ":block").stdout)
    mine.stopped_since(time.monotonic() + 0.15, witness)
    sh(*curl, url + ":unblock")
    mine.goes_on()


def test_allow_outlives_block(busy):
    """Allow wins over block, the flags are independent, and acting twice is as good as once."""
    tv, _ = busy.devices
    mine = Traffic(tv, FAR)
    api = busy.gateway.api
    path = "/devices/" + api.device(tv.mac)["id"]
    for _ in range(2):
        api.act(path, "allow")
        api.act(path, "block")
    mine.goes_on()
    device = api.get(path)
    assert (device["allowed"], device["blocked"]) == (True, True)
    api.act(path, "unallow")
    mine.flows[0][0].wait_line("no answer yet", since=mine.flows[0][0].mark(), times=10)


def test_profile_block_all(busy):
    tv, phone = busy.devices
    mine, witness = Traffic(tv, FAR), Traffic(phone, FAR)
    api = busy.gateway.api
    path = "/devices/" + api.device(tv.mac)["id"]
    reply = api.request("PATCH", path, {"profile": "block-all"})
    assert reply.status == 200 and reply.json["device"]["profile"] == "block-all"
    mine.stopped_since(time.monotonic() + 0.15, witness)
    assert api.request("PATCH", path, {"profile": "allow-all"}).status == 200
    mine.goes_on()
