# SPDX-License-Identifier: BSD-3-Clause
"""Rules over the API, with real packets: every object and condition holds and lets go again, what is
wrong is explained, hours and ends come by themselves, and hits are counted."""

import datetime
import time

import pytest

FAR, OTHER, FAR6 = "198.51.100.7", "198.51.100.8", "2001:db8:2::7"


def rule(home, what, action="block", subject=None, **more):
    body = {"action": action, "subject": subject or {"everyone": True}, "object": what, **more}
    reply = home.gateway.api.request("POST", "/rules", body)
    assert reply.status == 200, reply.body
    return reply.json


def drop(home, made):
    assert home.gateway.api.request("DELETE", "/rules/" + made["rule"]["id"]).status == 200


@pytest.fixture
def seen(home):
    """Both devices are known, and have resolved two names."""
    home.names({"www.ads.example.org": [FAR, FAR6], "ads.example.org": [OTHER]})
    for host in home.devices:
        assert host.ping(FAR) and host.ping(OTHER)
        assert home.resolve(host, "www.ads.example.org") == [FAR]
        assert home.resolve(host, "www.ads.example.org", "AAAA") == [FAR6]
        assert home.resolve(host, "ads.example.org") == [OTHER]
        home.gateway.api.device(host.mac)
    return home


def device(home, host):
    return {"device": home.gateway.api.device(host.mac)["id"]}


def test_objects(seen):
    tv, phone = seen.devices
    cases = [  # the object, what it stops, what it does not
        ({"domain": "ads.example.org"}, [FAR, OTHER, FAR6], ["198.51.100.9"]),
        ({"domain": "www.ads.example.org"}, [FAR, FAR6], [OTHER]),
        ({"suffix": "ads.example.org"}, [FAR, FAR6], [OTHER]),
        ({"address": FAR}, [FAR], [OTHER, FAR6]),
        ({"address": FAR6}, [FAR6], [FAR, OTHER]),
        ({"prefix": "198.51.100.0/29"}, [FAR], [OTHER, FAR6]),
        ({"prefix": "2001:db8:2::/48"}, [FAR6], [FAR, OTHER]),
    ]
    for what, stopped, passed in cases:
        made = rule(seen, what)
        for address in stopped:
            assert not tv.ping(address, 1), (what, address)
        for address in passed:
            assert tv.ping(address), (what, address)
        drop(seen, made)
        for address in stopped:
            assert tv.ping(address), (what, address)


def test_a_name_that_nobody_resolved_before(home):
    """The first connection after the look-up is stopped, and one over an address from the cache at once."""
    tv, phone = home.devices
    dns = home.names({"a.tracker.example.net": [FAR, FAR6], "www.example.org": [OTHER]})
    assert tv.ping(FAR) and phone.ping(OTHER)
    assert home.resolve(phone, "a.tracker.example.net") == [FAR]
    going = phone.pinger(FAR)
    going.wait_line("bytes from", times=3)
    rule(home, {"domain": "tracker.example.net"})
    going.wait_line("no answer yet", since=going.mark(), times=5)
    assert tv.ping(FAR), "an address that it knows by no name is nobody's"
    assert home.resolve(tv, "a.tracker.example.net") == [FAR]
    assert home.resolve(tv, "a.tracker.example.net", "AAAA") == [FAR6]
    assert not tv.ping(FAR, 1) and not tv.ping(FAR6, 1)
    # Its addresses change: the next answer is enough.
    dns.stop()
    home.names({"a.tracker.example.net": [OTHER]})
    assert tv.ping(OTHER)
    assert home.resolve(tv, "a.tracker.example.net") == [OTHER]
    assert not tv.ping(OTHER, 1) and phone.ping(OTHER)


def test_subjects_and_precedence(seen):
    tv, phone = seen.devices
    mine = rule(seen, {"address": FAR}, subject=device(seen, tv))
    assert not tv.ping(FAR, 1) and phone.ping(FAR)
    drop(seen, mine)
    at = rule(seen, {"any": True}, subject={**device(seen, tv), "address": tv.ipv4})
    assert not tv.ping(FAR, 1) and tv.ping(FAR6) and phone.ping(FAR)
    drop(seen, at)
    rule(seen, {"address": FAR})
    allow = rule(seen, {"address": FAR}, action="allow", subject=device(seen, tv))
    assert tv.ping(FAR) and not phone.ping(FAR, 1)
    drop(seen, allow)
    assert not tv.ping(FAR, 1)


def test_profile_subject(seen):
    tv, phone = seen.devices
    api = seen.gateway.api
    made = rule(seen, {"address": FAR}, subject={"profile": "guest"})
    assert made["warnings"][0]["key"] == "matches_nothing" and "No device has the profile" in made["rule"]["note"]
    assert tv.ping(FAR)
    assert api.request("PATCH", "/devices/" + device(seen, tv)["device"], {"profile": "guest"}).status == 200
    assert not tv.ping(FAR, 1) and phone.ping(FAR)
    assert api.get("/rules/" + made["rule"]["id"])["note"] is None


def test_services_and_direction(seen):
    tv, phone = seen.devices
    seen.router.serve(5001)
    tv.serve(5002)
    made = rule(seen, {"any": True}, subject=device(seen, tv), service={"protocol": "tcp", "ports": "5000-5001"})
    fetch = tv.fetch(FAR)
    assert tv.ping(FAR)
    got = phone.fetch(FAR)
    got.wait_line(r"got \d+")
    assert not [line for _, line in fetch.lines if "got" in line]
    drop(seen, made)
    tv.fetch(FAR).wait_line(r"got \d+")
    ping = rule(seen, {"any": True}, subject=device(seen, tv), service={"name": "ping"})
    assert not tv.ping(FAR, 1) and not tv.ping(FAR6, 1)
    tv.fetch(FAR).wait_line(r"got \d+")
    drop(seen, ping)
    inward = rule(seen, {"any": True}, subject=device(seen, tv), service={"protocol": "tcp"}, direction="in")
    tv.fetch(FAR).wait_line(r"got \d+")
    away = phone.fetch(tv.ipv4, 5002)
    phone.fetch(FAR).wait_line(r"got \d+", times=3)
    from_router = seen.router.fetch(tv.ipv4, 5002)
    seen.router.ping(tv.ipv4)
    assert not [line for _, line in from_router.lines if "got" in line]
    drop(seen, inward)
    seen.router.fetch(tv.ipv4, 5002).wait_line(r"got \d+")
    away.stop()


def test_local(seen):
    tv, phone = seen.devices
    made = rule(seen, {"local": True}, subject=device(seen, tv))
    assert not tv.ping(seen.router.ipv4, 1), "the router is at home"
    assert tv.ping(FAR)
    drop(seen, made)
    assert tv.ping(seen.router.ipv4)


def test_hits_and_fields(seen):
    tv, _ = seen.devices
    api = seen.gateway.api
    made = rule(seen, {"address": FAR}, comment="why not")["rule"]
    assert made["hits"] == 0 and made["last_hit"] is None and made["author"] == "tester"
    assert made["sentence"] == f"{FAR} is blocked for everyone" and made["comment"] == "why not"
    assert not tv.ping(FAR, 1)
    hit = api.until(lambda: next((r for r in api.items("/rules") if r["hits"]), None), 10, "a hit")
    assert hit["id"] == made["id"] and hit["last_hit"]
    assert [r["id"] for r in api.items("/rules?object=address&action=block")] == [made["id"]]
    assert api.items("/rules?object=domain") == [] == api.items("/rules?profile=guest")
    with api.events("?types=rule") as events:
        api.request("PATCH", "/rules/" + made["id"], {"enabled": False})
        assert next(data for event, data, _ in events if event == "rule" and not data["items"][0]["enabled"])
    assert tv.ping(FAR)
    hits = api.get("/rules/" + made["id"])["hits"]
    assert api.request("DELETE", "/rules/" + made["id"]).status == 200
    again = api.request("POST", "/undo").json
    assert again["rule"]["id"] == made["id"] and again["rule"]["hits"] >= hits, "it goes on from where it was"
    assert again["sentence"] == f"{FAR} is blocked for everyone (switched off)"
    flow = next(f for f in api.items("/flows") if f["responder"]["address"] == FAR)
    assert flow["reason"] in ("rule_blocked", "none")


def test_limit(seen):
    tv, _ = seen.devices
    seen.router.serve(5001)
    made = rule(seen, {"any": True}, action="limit", subject=device(seen, tv), limit={"down_bps": 80_000})
    api = seen.gateway.api
    tv.fetch(FAR).wait_line(r"got \d+")
    api.until(lambda: any(f["responder"]["address"] == FAR for f in api.items("/flows")), 10, "the flow")
    assert made["rule"]["sentence"].endswith("is held to 80 kbit/s down")


def test_undo_of_each(seen):
    tv, _ = seen.devices
    api = seen.gateway.api

    def undo():
        assert api.request("POST", "/undo").status == 200

    made = rule(seen, {"address": FAR})
    assert not tv.ping(FAR, 1)
    undo()
    assert tv.ping(FAR) and api.items("/rules") == []
    made = rule(seen, {"address": FAR})
    api.request("PATCH", "/rules/" + made["rule"]["id"], {"enabled": False})
    assert tv.ping(FAR)
    undo()
    assert not tv.ping(FAR, 1)
    drop(seen, made)
    assert tv.ping(FAR)
    undo()
    assert not tv.ping(FAR, 1)
    assert api.items("/rules")[0]["id"] == made["rule"]["id"]


def test_contradiction_is_answered_with_the_winner(seen):
    api = seen.gateway.api
    block = rule(seen, {"domain": "ads.example.org"})
    allow = rule(seen, {"domain": "ads.example.org"}, action="allow")
    assert block["warnings"] == []
    assert [(w["key"], w["rule"]) for w in allow["warnings"]] == [("contradiction", allow["rule"]["id"])]
    again = rule(seen, {"domain": "ADS.example.org."})
    assert again["rule"]["id"] == block["rule"]["id"] and again["warnings"][0]["rule"] == allow["rule"]["id"]
    assert len(api.items("/rules")) == 2


WRONG = [  # (object, more of the rule), what the answer says
    ({"domain": "co.uk"}, {}, "public suffix"),
    ({"prefix": "2001:db8::1/32"}, {}, "2001:db8::/32"),
    ({"list": "nolist"}, {}, "there is no list 'nolist'"),
    ({"node": "dst_0000000000001"}, {}, "no such destination"),
    ({"address": "ff02::1"}, {}, "multicast"),
    ({"any": True}, {"subject": {"profile": "gest"}}, "Did you mean 'guest'?"),
    ({"any": True}, {"subject": {"device": "dev_0000000000001"}}, "no such device"),
    ({"any": True}, {"until": "2020-01-01T00:00:00Z"}, "over already"),
    ({"any": True}, {"servcie": {"name": "https"}}, "Did you mean 'service'?"),
    ({"any": True}, {"action": "pause"}, "only a whole device"),
    ({"country": "Holland"}, {}, "no country code"),
]


def test_what_is_wrong_is_said(home):
    api = home.gateway.api
    for what, more, says in WRONG:
        body = {"action": "block", "subject": {"everyone": True}, "object": what, **more}
        reply = api.request("POST", "/rules", body)
        assert (reply.status, reply.json["key"]) == (400, "bad_rule"), (body, reply.body)
        assert says in reply.json["detail"] + reply.json["hint"], (body, reply.body)
        assert reply.json["hint"].endswith((".", "?")), reply.body
    assert api.items("/rules") == []


def local_zone(seconds_to_boundary):
    """A zone in which it will be 12:00 so many seconds from now."""
    now = int(time.time()) % 86400
    shift = (12 * 3600 - seconds_to_boundary - now) % 86400
    return "SPN-%d:%02d:%02d" % (shift // 3600, shift // 60 % 60, shift % 60)


def test_hours_begin_and_end(make_home, monkeypatch):
    home = make_home()
    monkeypatch.setenv("TZ", local_zone(4))
    home.gateway.start()
    tv, _ = home.devices
    assert tv.ping(FAR)
    made = rule(home, {"address": FAR}, schedule={"from": "12:00", "to": "12:01"})["rule"]
    assert not made["active"] and tv.ping(FAR)
    api = home.gateway.api
    api.until(lambda: api.get("/rules/" + made["id"])["active"], 10, "it begins")
    api.until(lambda: not tv.ping(FAR, 1), 5, "it holds")
    # Control is away while they end; the boundary is caught up.
    home.gateway.control.kill9()
    assert not tv.ping(FAR, 1)
    monkeypatch.setenv("TZ", local_zone(-3600))
    home.gateway.start_control()
    api = home.gateway.api
    assert not api.get("/rules/" + made["id"])["active"]
    api.until(lambda: tv.ping(FAR, 1), 5, "it let go")


def test_a_rule_with_an_end_goes(seen):
    tv, _ = seen.devices
    api = seen.gateway.api
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    made = rule(seen, {"address": FAR}, until=until.isoformat(timespec="milliseconds"))["rule"]
    assert not tv.ping(FAR, 1)
    with api.events("?types=rule") as events:
        assert next(d for event, d, _ in events if event == "rule" and made["id"] in d["removed"])
    api.until(lambda: tv.ping(FAR, 1), 5, "it let go")
    assert api.items("/rules") == []
    # Nobody did that: there is nothing to take back but the making.
    assert api.get("/changes")["items"][0]["kind"] == "rule" and len(api.get("/changes")["items"]) == 1


def test_rules_outlive_both_processes(seen):
    tv, phone = seen.devices
    made = rule(seen, {"domain": "ads.example.org"}, service={"name": "ping"})["rule"]
    assert not tv.ping(FAR, 1)
    gateway = seen.gateway
    gateway.dataplane.kill9()
    gateway.control.kill9()
    gateway.start_dataplane()
    gateway.start_control()
    assert {k: v for k, v in gateway.api.get("/rules/" + made["id"]).items() if k not in ("hits", "last_hit", "in_force")} \
        == {k: v for k, v in made.items() if k not in ("hits", "last_hit", "in_force")}
    # The device does not ask again, and is held all the same.
    assert not tv.ping(FAR, 1)
