# SPDX-License-Identifier: BSD-3-Clause
"""A provider reports an attack: who took part is found, live and in the past, and what happens then is the
household's consent. Who reported learns how many, never which."""

import json

import pytest

from harness.ask_incidents import SCOPE, scope
from harness.provider_case import FAR, Case, hidden


@pytest.fixture
def case(home):
    return Case(home)


def consent(case, word):
    reply = case.house.request("PATCH", "/config", {"incidents": {"consent": word}}, {"If-Match": "*"})
    assert reply.status == 200, reply.body


def report(case, body, status=201):
    reply = case.provider.request("POST", "/incidents", body)
    assert reply.status == status, reply.body
    return reply


def kinds(case):
    return [n["message_key"] for n in case.house.get("/notifications")["items"]]


def test_informed_only(case):
    tv, phone = case.home.devices
    case.grant("statistics")
    assert report(case, scope(FAR), 403).json["key"] == "no_consent"
    consent(case, "inform")
    made = report(case, scope(FAR, lifetime=600)).json
    assert made["state"] == "informed" and made["found"]["devices"] == 2 and made["rules"] == 0
    assert made["matches"] is None and made[SCOPE]["scope"][0]["status"] == 4
    assert tv.ping(FAR) and phone.ping(FAR)
    seen = case.house.get(f"/incidents/{made['id']}")
    assert sorted(m["device"] for m in seen["matches"]) == sorted(case.devices)
    assert all(m["packets"] >= 1 and m["bytes"] >= m["packets"] * 60 for m in seen["matches"])
    assert kinds(case).count("incident_found") == 2
    # The household may still act on it, and take it back.
    assert case.house.request("POST", f"/incidents/{made['id']}:contain").json["rules"] == 2
    assert not tv.ping(FAR, 1) and tv.ping(case.home.router.ipv4)
    assert case.house.request("POST", f"/incidents/{made['id']}:dismiss").json["state"] == "dismissed"
    assert tv.ping(FAR)


def test_contained_at_once_refreshed_and_withdrawn(case):
    tv, phone = case.home.devices
    case.grant("statistics")
    consent(case, "act")
    body = scope(FAR, mid=41, lifetime=600, **{"ietf-dots-call-home:source-prefix": [tv.ipv4 + "/32"]})
    made = report(case, body).json
    assert (made["state"], made["found"]["devices"], made["rules"]) == ("contained", 1, 1)
    assert not tv.ping(FAR, 1) and phone.ping(FAR) and tv.ping(case.home.router.ipv4)
    for reply in (made, case.provider.get("/incidents"), case.provider.get(f"/incidents/{made['id']}")):
        assert not [word for word in hidden(case) + case.devices if word in json.dumps(reply)]
    rule = case.house.get(f"/incidents/{made['id']}")["matches"][0]["rules"][0]
    assert case.house.get(f"/rules/{rule}")["until"] == made["until"]
    # The same number again makes it last longer, and is no other incident.
    body[SCOPE]["scope"][0]["lifetime"] = 6000
    again = report(case, body).json
    assert again["id"] == made["id"] and again["until"] > made["until"] and len(case.house.get("/incidents")["items"]) == 1
    # The same number for something else is something else.
    body[SCOPE]["scope"][0]["target-prefix"] = ["203.0.113.9/32"]
    other = report(case, body).json
    assert other["id"] != made["id"] and other["state"] == "nothing_found"
    # Nobody else's report, and gone when its reporter says so.
    assert case.provider.request("DELETE", f"/incidents/{made['id']}").status == 204
    assert tv.ping(FAR) and case.house.get(f"/incidents/{made['id']}")["state"] == "withdrawn"
    who = [e["operation"] for e in case.house.get("/audit?limit=100")["items"] if e["way"] == "provider" and e["outcome"] == "done"]
    assert "withdrawIncident" in who and "reportIncident" in who


def test_asked_kept_over_a_restart_and_over_by_itself(case):
    tv, _ = case.home.devices
    gateway = case.home.gateway
    case.grant("statistics")
    consent(case, "ask")
    made = report(case, {**scope(FAR, lifetime=3), "evidence": "SYN flood"}).json
    assert made["state"] == "waiting" and "incident_asked" in kinds(case) and tv.ping(FAR)
    told = case.house.get("/notifications?message_key=incident_asked")["items"][0]
    assert [a["path"] for a in told["actions"][:2]] == [f"/api/v1/incidents/{made['id']}:{word}" for word in ("contain", "dismiss")]
    gateway.control.kill9()
    gateway.start_control()
    case.again()
    over = case.house.until(
        lambda: (i := case.house.get(f"/incidents/{made['id']}"))["state"] == "over" and i, 20, "the end of its lifetime")
    assert over["evidence"] == "SYN flood" and sorted(m["device"] for m in over["matches"]) == sorted(case.devices)
    contained = case.house.request("POST", f"/incidents/{made['id']}:contain").json
    assert contained["state"] == "contained" and not tv.ping(FAR, 1)
    case.house.until(lambda: not case.house.items("/rules"), 20, "the end of what contains it")
    assert tv.ping(FAR)


def test_found_in_the_past(case):
    gateway = case.home.gateway
    consent(case, "inform")
    gateway.dataplane.kill9()
    gateway.start_dataplane()
    case.house.until(lambda: not case.house.get(f"/flows?destination={case.far}")["items"], 20, "no live flow")
    case.house.until(lambda: case.house.get("/history/flows")["items"], 60, "the connections in the history")
    made = case.house.request("POST", "/incidents", scope("198.51.100.0/24")).json
    assert made["past"] and made["found"]["devices"] == 2 and made["found"]["flows"] >= 2
    elsewhen = {**scope(FAR), "from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    assert case.house.request("POST", "/incidents", elsewhen).json["state"] == "nothing_found"


def test_no_more_than_fit(case):
    consent(case, "ask")
    for _ in range(100):
        assert case.house.request("POST", "/incidents", scope(FAR)).json["state"] == "waiting"
    assert case.house.request("POST", "/incidents", scope(FAR)).json["key"] == "too_many_incidents"
    first = case.house.get("/incidents")["items"][-1]["id"]
    assert case.house.request("POST", f"/incidents/{first}:dismiss").status == 200
    assert case.house.request("POST", "/incidents", scope(FAR)).status == 201
    assert case.house.request("GET", f"/incidents/{first}").status == 404


def test_hostile_reports(case):
    case.grant("statistics")
    consent(case, "act")
    many = scope(FAR)
    many[SCOPE]["scope"][0]["target-prefix"] = [f"198.51.100.{n}" for n in range(17)]
    for body in ({SCOPE: {"scope": []}}, {SCOPE: []}, scope("0.0.0.0/0"), scope(FAR, lifetime=0), scope(FAR, mid=1 << 40), many,
                 {**scope(FAR), "incident": {"dst_addr": FAR}}, {**scope(FAR), "evidence": "x" * 501}, {**scope(FAR), "act": True},
                 {**scope(FAR), "until": "1970-01-01T00:30:00Z"}, {**scope(FAR), "from": "1970-01-01T12:00:00Z"},
                 {"incident": {"dst_addr": FAR, "timestamp": 700}},
                 scope(FAR, **{"target-port-range": [{"lower-port": 2, "upper-port": 1}]})):
        assert report(case, body, 400).json["key"] == "bad_incident"
    assert report(case, scope(FAR, **{"target-fqdn": ["www.example.org"]}), 400).json["detail"].startswith("target-fqdn")
    # What the home itself needs is not cut off at a stranger's word.
    router = case.home.router.ipv4
    made = report(case, scope(router)).json
    assert made["state"] in ("waiting", "nothing_found") and case.home.devices[0].ping(router)
