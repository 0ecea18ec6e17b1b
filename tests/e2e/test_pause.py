# SPDX-License-Identifier: BSD-3-Clause
"""A pause stops a device whatever is allowed, ends by itself, and outlives the processes."""

import datetime
import re

FAR = "198.51.100.7"


def moment(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


def path_of(home, host):
    assert host.ping(FAR)
    return "/devices/" + home.gateway.api.device(host.mac)["id"]


def pause(home, path, body=None):
    reply = home.gateway.api.request("POST", path + ":pause", body)
    assert reply.status == 200, reply.body
    return reply.json


def test_it_stops_and_goes_on(home):
    tv, phone = home.devices
    api = home.gateway.api
    path = path_of(home, tv)
    api.act(path, "allow")  # an allow does not help: a pause goes before it
    made = pause(home, path, {"minutes": 60})
    assert made["rule"]["action"] == "pause" and re.search(r" is paused, until \d\d", made["rule"]["sentence"])
    assert not tv.ping(FAR, 1) and phone.ping(FAR)
    assert api.get(path)["paused_until"] == made["rule"]["until"]
    flow = next(f for f in api.items("/flows?verdict=drop") if f["responder"]["address"] == FAR)
    assert flow["reason"] == "device_paused"
    api.act(path, "resume")
    assert tv.ping(FAR) and api.get(path)["paused_until"] is None
    assert api.act(path, "resume").json["rule"] is None  # as good as once


def test_it_ends_by_itself(home):
    tv, _ = home.devices
    api = home.gateway.api
    path = path_of(home, tv)
    pause(home, path, {"until": moment(3)})
    assert not tv.ping(FAR, 1)
    api.until(lambda: api.get(path)["paused_until"] is None, 10, "its end")
    assert tv.ping(FAR) and api.items("/rules") == []


def test_it_can_be_made_longer_and_undone(home):
    tv, _ = home.devices
    api = home.gateway.api
    path = path_of(home, tv)
    first = pause(home, path)["rule"]
    second = pause(home, path, {"minutes": 120})["rule"]
    assert second["id"] == first["id"] and second["until"] > first["until"]
    assert len(api.items("/rules?action=pause")) == 1
    api.request("POST", "/undo")
    assert api.get(path)["paused_until"] == first["until"]
    api.request("POST", "/undo")
    assert tv.ping(FAR)


def test_until_morning(home):
    path = path_of(home, home.devices[0])
    until = pause(home, path, {"until": "morning"})["rule"]["until"]
    local = datetime.datetime.fromisoformat(until.replace("Z", "+00:00")).astimezone()
    assert (local.hour, local.minute) == (7, 0)
    left = local - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(0) < left <= datetime.timedelta(hours=25)


def test_what_is_wrong_is_said(home):
    api = home.gateway.api
    path = path_of(home, home.devices[0])
    for body in ({"minutes": 0}, {"minutes": 99999}, {"until": "noon"}, {"until": moment(-5)}, {"hours": 1}):
        reply = api.request("POST", path + ":pause", body)
        assert reply.status == 400 and reply.json["hint"], (body, reply.body)
    destination = api.destination(FAR)["id"]
    reply = api.request("POST", f"/destinations/{destination}:pause")
    assert (reply.status, reply.json["key"]) == (404, "unknown_action")


def test_it_outlives_a_restart_and_ends_while_nobody_runs(home):
    tv, _ = home.devices
    gateway = home.gateway
    path = path_of(home, tv)
    pause(home, path, {"until": moment(6)})
    assert not tv.ping(FAR, 1)
    gateway.control.kill9()
    gateway.dataplane.kill9()
    gateway.start_dataplane()
    assert not tv.ping(FAR, 1), "the dataplane starts from its file"
    gateway.start_control()
    gateway.api.until(lambda: gateway.api.get(path)["paused_until"] is None, 10, "its end")
    assert tv.ping(FAR)
