# SPDX-License-Identifier: BSD-3-Clause
"""The access provider sees and does what the household allows, masked, as long as it allows it; everything it does
is in the one trail, and undone by the household."""

import datetime
import json

import pytest
import yaml

from harness.api import Api
from harness.gateway import BUILD
from harness.provider_case import FAR, Case, hidden

METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture
def case(home):
    return Case(home)


def rights():
    """Every operation for providers, with its method and path."""
    spec = yaml.safe_load((BUILD / "control" / "openapi.yaml").read_text())
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in METHODS and "provider" in operation["x-roles"]:
                yield operation["operationId"], method.upper(), path


def test_nothing_without_consent(case):
    for operation, method, path in rights():
        path = path.replace("{action}", "block").replace("{device}", case.devices[0]).replace("{destination}", case.far)
        reply = case.provider.request(method, path, None if method == "GET" else {})
        if operation in ("getSession", "logOut"):  # who one is, and that one leaves
            assert reply.json.get("key") != "no_consent", (operation, reply.body)
            continue
        assert (reply.status, reply.json["key"]) == (403, "no_consent"), (operation, reply.body)
    assert case.provider.request("GET", "/health").status == 200
    assert case.house.get("/provider") == {"active": False, "rights": [], "names": "masked", "since": None, "until": None,
                                           "granted_by": None, "purpose": None}
    refusals = case.house.get("/audit?limit=50")["items"]
    assert any(e["outcome"] == "refused" and e["reason"] == "no_consent" and e["way"] == "provider" for e in refusals)
    assert case.provider.request("POST", "/provider:grant", {"rights": ["act"]}).status == 403


def test_masked_answers_and_events(case):
    house = case.house
    house.request("PATCH", f"/devices/{case.devices[0]}", {"name": "Lenas Telefon"})
    house.request("PATCH", f"/devices/{case.devices[1]}", {"name": "Wohnzimmer \"groß\"", "kind": "camera"})
    house.request("PATCH", f"/destinations/{case.far}", {"name": "Mamas Konto"})
    rule = house.request("POST", "/rules", {"action": "block", "subject": {"device": case.devices[0]}, "comment": "Hausaufgaben",
                                            "object": {"domain": "games.example"}}).json["rule"]["id"]
    case.grant("devices", "flows", "act", purpose="Bankgeheimnis")
    fill = {"device": case.devices[0], "destination": case.far, "rule": rule, "profile": "camera"}
    asked, answers = 0, ""
    for operation, method, path in rights():
        unfilled = path
        for name, value in fill.items():
            unfilled = unfilled.replace("{" + name + "}", value)
        if method != "GET" or "{" in unfilled or operation in ("streamEvents", "getOpenapi"):
            continue
        query = {"explain": f"?device={case.devices[0]}&to=games.example", "compareMud": "?with=printer"}.get(operation, "")
        reply = case.provider.request("GET", unfilled + query)
        assert reply.status == 200 or reply.json["key"] in ("not_granted", "not_found", "unknown_list"), (operation, reply.body)
        json.loads(reply.body)
        asked, answers = asked + 1, answers + reply.body.decode()
    assert asked >= 15
    with case.provider.events("?types=snapshot,device,destination,flow,rule,stats,audit,provider") as events:
        house.request("PATCH", f"/devices/{case.devices[0]}", {"name": "Lena 2"})
        house.act(f"/devices/{case.devices[1]}", "block")
        case.home.devices[0].ping(FAR)
        wanted = {"snapshot", "snapshot_end", "device", "rule", "flow", "stats", "audit"}
        for event, data, _ in events:
            answers += json.dumps(data, ensure_ascii=False)
            wanted.discard(event)
            if not wanted:
                break
    for word in hidden(case):
        assert word not in answers, (word, answers[max(0, answers.index(word) - 200):answers.index(word) + 60])
    # Pseudonyms stay the same, have the form of what they stand for, and the household sees its own.
    first, second = case.provider.get(f"/devices/{case.devices[0]}"), case.provider.get(f"/devices/{case.devices[0]}")
    assert first["name"] == second["name"] and first["mac"] == second["mac"] != case.home.devices[0].mac
    assert first["addresses"] and all("198.18." in a or "198.19." in a or a.startswith("2001:2:") or ":" in a
                                      for a in (x["address"] if isinstance(x, dict) else x for x in first["addresses"]))
    assert case.provider.get(f"/devices/{case.devices[1]}")["name"] == "camera 1"
    assert house.get(f"/devices/{case.devices[0]}")["name"] == "Lena 2"
    # No question that a name could be guessed by.
    case.refused("not_granted", "GET", "/devices?name=Lena")
    case.refused("not_granted", "GET", "/devices?mac=" + case.home.devices[0].mac)
    for order in ("name", "-name"):
        for path in ("/devices", "/destinations"):
            case.refused("not_granted", "GET", f"{path}?sort={order}")
    assert [d["name"] for d in house.items("/devices?sort=name")]
    assert case.provider.request("GET", "/devices?sort=-last_seen").status == 200
    # Nor any whose answer would hold the pseudonym of an address that was tried.
    mine = case.home.devices[0].ipv4
    case.grant("devices", "flows", "act")
    for to in (mine, mine.replace(".", "%2e"), mine + ":443"):
        case.refused("not_granted", "GET", f"/explain?device={case.devices[1]}&to={to}")
    case.refused("not_granted", "GET", f"/devices?{mine}=1")
    case.refused("not_granted", "GET", f"/devices/{mine}")
    for said in (mine, case.home.devices[0].mac):
        case.refused("not_granted", "POST", "/proposals", {"evidence": f"Is it {said}?", "rule": {"action": "block"}})
    case.grant("devices", names="shown")
    assert case.provider.get(f"/devices/{case.devices[0]}")["mac"] == case.home.devices[0].mac


def test_notifications_are_the_households(case):
    """They tell names in whole sentences: nobody outside hears of them, and of the trail only masked things of the home."""
    house = case.house
    case.grant("devices", "flows", "act")
    case.refused("denied", "GET", "/notifications")
    heard = []
    with case.provider.events("?types=notification,audit,stats") as events, house.events("?types=notification") as ours:
        house.request("PATCH", f"/devices/{case.devices[0]}", {"name": "Lena", "profile": "guest"})
        house.request("POST", "/users", {"name": "Mamas Konto", "password": "long enough, this", "role": "viewer"})
        told = next(n for event, data, _ in ours if event == "notification" for n in data.get("items", []) if "Lena" in n["text"])
        assert told["message_key"] == "profile_set"
        house.act(f"/devices/{case.devices[1]}", "block")  # told after all that
        for event, data, _ in events:
            heard.append((event, json.dumps(data, ensure_ascii=False)))
            if event == "audit" and case.devices[1] in heard[-1][1]:
                break
    assert {event for event, _ in heard} - {"snapshot", "snapshot_end"} <= {"audit", "stats"}
    assert sum(event == "audit" for event, _ in heard) >= 2
    for word in hidden(case):
        assert not [text for _, text in heard if word in text], (word, heard)


def kinds(api):
    return [n["message_key"] for n in api.get("/notifications")["items"]]


def test_rights_acts_and_the_end(case):
    house = case.house
    case.grant("devices", minutes=5)
    assert house.get("/summary")["provider"]["active"] and case.provider.get("/provider")["rights"] == ["devices"]
    assert len(case.provider.items("/devices")) >= 2
    case.refused("not_granted", "GET", "/flows")
    case.refused("not_granted", "POST", f"/devices/{case.devices[0]}:block")
    case.grant("devices", "flows", "act")
    case.provider.act(f"/devices/{case.devices[0]}", "block")
    assert not case.home.devices[0].ping(FAR, 1)
    did = house.get(f"/audit?object={case.devices[0]}&operation=actOnDevice")["items"][0]
    assert (did["role"], did["way"]) == ("provider", "provider") and did["change"]
    assert case.provider.get("/audit")["items"][0]["id"] == did["id"]  # visible to both
    assert house.request("POST", f"/audit/{did['id']}:undo").status == 200
    assert case.home.devices[0].ping(FAR)
    with case.provider.events("?types=stats,provider") as events:
        assert next(events)
        house.until(lambda: "provider_access_started" in kinds(house), 5, "told of")
        assert house.request("POST", "/provider:end").json["active"] is False
        case.refused("no_consent", "GET", "/devices")
        list(events)  # it ends
    assert house.request("POST", "/provider:end").status == 200
    house.until(lambda: "provider_access_ended" in kinds(house), 5, "told of")
    operations = [e["operation"] for e in house.get("/audit")["items"]]
    assert "endProvider" in operations and "grantProvider" in operations and "listDevices" in operations
    spinctl = case.home.gateway.spinctl
    assert spinctl("audit", "verify", check=False).returncode == 0
    assert "let in until" in spinctl("provider", "grant", "devices,flows", "--for", "2h", "--comment", "A slow television").stdout
    assert case.provider.get("/provider")["purpose"] == "masked" and len(case.provider.items("/devices")) >= 2
    assert spinctl("provider", "end").stdout == "the provider is not let in\n"


def test_what_it_opens_is_told_at_home(case):
    case.grant("devices", "flows")
    opened = set()
    with case.house.events("?types=audit") as events:
        for device in case.devices:
            case.provider.get(f"/devices/{device}")
            case.provider.get(f"/devices/{device}")  # told once a minute, and counted
        case.provider.get(f"/explain?device={case.devices[0]}&to=games.example")
        for event, data, _ in events:
            if event == "audit" and data["way"] == "provider":
                opened.add((data["operation"], tuple(o["id"] for o in data["objects"])))
            if len(opened) == 3:
                break
    assert opened == {("getDevice", (case.devices[0],)), ("getDevice", (case.devices[1],)), ("explain", (case.devices[0],))}
    listed = case.house.get("/audit?way=provider")["items"]
    assert {e["way"] for e in listed} == {"provider"} and len(listed) == 3
    assert case.house.get("/audit?way=unix")["items"] != listed


def test_it_ends_by_itself_and_over_a_restart(case):
    def soon(seconds):
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()

    case.grant("devices", until=soon(4))
    case.home.gateway.control.kill9()
    case.home.gateway.start_control()
    case.again()
    assert case.provider.request("GET", "/devices").status == 200
    case.house.until(lambda: case.provider.request("GET", "/devices").status == 403, 10, "its end")
    case.house.until(lambda: case.house.get("/audit?limit=1&operation=endProvider")["items"], 5, "told")
    case.home.gateway.control.kill9()
    case.home.gateway.start_control()
    case.again()
    case.refused("no_consent", "GET", "/devices")


def test_what_cannot_be_granted(case):
    for body in ({}, {"rights": []}, {"rights": ["all"]}, {"rights": ["act"], "minutes": 0}, {"rights": ["act"], "names": "some"},
                 {"rights": ["act"], "minutes": 44641}, {"rights": ["act"], "until": "2001-01-01T00:00:00Z"},
                 {"rights": ["act"], "purpose": "x" * 256}, {"rights": ["act"], "for": "ever"}):
        reply = case.house.request("POST", "/provider:grant", body)
        assert reply.status == 400 and reply.json["hint"], body


def proposal(case, **more):
    body = {"rule": {"action": "block", "subject": {"device": case.devices[0]}, "object": {"domain": "ads.example"}},
            "evidence": "It was asked for 4,000 times in an hour.", **more}
    reply = case.provider.request("POST", "/proposals", body)
    assert reply.status == 201, reply.body
    return reply.json


def test_proposals(case):
    house = case.house
    case.refused("no_consent", "POST", "/proposals", {})
    case.grant("statistics")  # whatever it may see, it may propose
    with house.events("?types=proposal,stats") as events:
        made = proposal(case)
        told = next(data for event, data, _ in events if event == "proposal")
    assert told == made and made["state"] == "open"
    notice = house.until(lambda: house.get("/notifications?message_key=provider_proposal")["items"], 5, "told of it")[0]
    assert notice["text"] == f"{made['author']} proposes a rule: {made['evidence']}" and notice["advice"]
    assert house.get("/rules")["items"] == []
    case.refused("denied", "POST", f"/proposals/{made['id']}:accept")
    asked = house.request("POST", f"/proposals/{made['id']}:ask", {"text": "By whom?"}).json
    assert (asked["state"], asked["question"]) == ("asked", "By whom?")
    assert case.provider.get(f"/proposals/{made['id']}")["question"] == "By whom?"
    assert case.provider.request("POST", f"/proposals/{made['id']}:answer", {"text": "By the television."}).json["state"] == "open"
    done = house.request("POST", f"/proposals/{made['id']}:accept")
    assert done.status == 200 and done.json["rule"]["object"]["kind"] == "domain", done.body
    house.until(lambda: case.provider.get(f"/proposals/{made['id']}")["state"] == "accepted", 5, "the outcome")
    entry = house.get("/audit?operation=createRule")["items"][0]
    assert entry["who"].startswith("tester for test-") and entry["change"]
    assert house.request("POST", f"/audit/{entry['id']}:undo").status == 200 and house.get("/rules")["items"] == []
    again = house.request("POST", f"/proposals/{made['id']}:accept")
    assert (again.status, again.json["key"]) == (409, "decided_already")
    # A profile; what cuts people off asks as ever; what is declined says why.
    profile = case.provider.request("POST", "/proposals", {"profile": {"name": "quiet", "yaml": "description: Quiet\ndefault: block\n"},
                                                           "evidence": "For guests"})
    assert profile.status == 201, profile.body
    assert house.request("POST", f"/proposals/{profile.json['id']}:accept").json["profile"]["name"] == "quiet"
    cuts = proposal(case, rule={"action": "block", "subject": {"everyone": True}})
    assert house.request("POST", f"/proposals/{cuts['id']}:accept").json["key"] == "needs_confirmation"
    assert case.provider.get(f"/proposals/{cuts['id']}")["state"] == "open"
    assert house.request("POST", f"/proposals/{cuts['id']}:decline", {"text": "No."}).json["answer"] == "No."
    for body in ({}, {"rule": {}, "evidence": "x"}, {"evidence": "x"}, {"rule": {"action": "block"}, "capture": {}, "evidence": "x"},
                 {"capture": {}, "evidence": ""}, {"capture": {}, "evidence": "x", "minutes": 0}, {"capture": 1, "evidence": "x"}):
        assert case.provider.request("POST", "/proposals", body).status == 400, body
    for _ in range(20):
        proposal(case)
    full = case.provider.request("POST", "/proposals", {"capture": {}, "evidence": "x"})
    assert (full.status, full.json["key"]) == (409, "too_many_proposals")
    spinctl = case.home.gateway.spinctl
    first = house.get("/proposals")["items"][0]["id"]
    assert first in spinctl("proposals").stdout and spinctl("proposals", "decline", first, "Not now").stdout == "declined\n"
    # They are there after a crash.
    before = house.get("/proposals")
    case.home.gateway.control.kill9()
    case.home.gateway.start_control()
    case.again()
    assert case.house.get("/proposals") == before and case.house.get("/proposals")["items"][0]["state"] == "declined"


def test_a_helpdesk_with_a_code(case):
    house, nobody = case.house, Api(case.house.url)
    made = house.request("POST", "/help-codes", {"rights": ["devices"], "minutes": 5})
    assert made.status == 201, made.body
    wrong = nobody.request("POST", "/help-codes:redeem", {"code": "0000-0000-0000"})
    assert (wrong.status, wrong.json["key"]) == (401, "login_failed")
    used = nobody.request("POST", "/help-codes:redeem", {"code": made.json["code"].upper().replace("-", " ")})
    assert used.status == 200, used.body
    assert nobody.request("POST", "/help-codes:redeem", {"code": made.json["code"]}).status == 401  # once
    desk = Api(house.url, token=used.json["token"])
    seen = desk.get(f"/devices/{case.devices[0]}")
    assert seen["mac"] != case.home.devices[0].mac
    for path, key in (("/flows", "not_granted"), ("/tokens", "denied"), ("/provider", None)):
        reply = desk.request("GET", path)
        assert (reply.status == 200) if key is None else reply.json["key"] == key, reply.body
    assert case.provider.request("GET", "/devices").status == 403  # the code was not for the provider
    case.home.gateway.control.kill9()
    case.home.gateway.start_control()
    case.again()
    house, desk = case.house, Api(case.house.url, token=used.json["token"])
    assert desk.get(f"/devices/{case.devices[0]}")["mac"] == seen["mac"]  # the same pseudonym
    with desk.events("?types=stats") as events:
        assert next(events)
        assert house.request("DELETE", f"/help-codes/{used.json['help']['id']}").status == 204
        list(events)
    assert desk.request("GET", "/devices").status == 401
    operations = {e["operation"] for e in house.get("/audit")["items"]}
    assert {"createHelp", "redeemHelp", "deleteHelp", "getDevice"} <= operations
    code = case.home.gateway.spinctl("help-code", "devices", "--for", "10m").stdout.split()[0]
    assert code.count("-") == 2 and "has a code" in case.home.gateway.spinctl("help-code", "list").stdout


def test_a_helpdesk_in_a_browser(case):
    """A login takes its code: the cookie is good for what the household chose, with the header that goes with it."""
    house, nobody = case.house, Api(case.house.url)
    code = house.request("POST", "/help-codes", {"rights": ["devices", "act"], "minutes": 5}).json["code"]
    came = nobody.request("POST", "/login", {"code": code})
    assert (came.status, came.json["kind"], came.json["role"]) == (200, "help", "provider"), came.body
    assert "HttpOnly" in came.headers["set-cookie"] and "Max-Age=300;" in came.headers["set-cookie"]
    assert nobody.request("POST", "/login", {"code": code}).status == 401  # once
    page = {"Cookie": came.headers["set-cookie"].split(";")[0]}
    whole = {**page, "X-Spin-CSRF": came.json["csrf"]}
    ask = lambda method, path, headers=page: nobody.request(method, path, headers=headers)
    assert ask("GET", "/session").json["csrf"] == came.json["csrf"]
    assert ask("GET", f"/devices/{case.devices[0]}").json["mac"] != case.home.devices[0].mac
    mine = ask("GET", "/provider").json
    assert mine["active"] and mine["rights"] == ["devices", "act"] and not house.get("/provider")["active"]
    for path, key in (("/flows", "not_granted"), ("/tokens", "denied")):
        assert ask("GET", path).json["key"] == key
    block = f"/devices/{case.devices[0]}:block"
    assert ask("POST", block).json["key"] == "csrf_needed"
    assert ask("POST", block, whole).status == 200
    assert [h["used"] for h in house.get("/help-codes")["items"]] == [True]
    assert ask("POST", "/logout", whole).status == 204  # it is over
    assert house.get("/help-codes")["items"] == [] and ask("GET", "/session").status == 401
    operations = {e["operation"]: e["who"] for e in house.get("/audit")["items"]}
    assert operations["logIn"] == operations["logOut"] == operations["actOnDevice"] == "helpdesk"


def test_statistics(case):
    house = case.house
    case.refused("no_consent", "GET", "/statistics")
    off = house.request("GET", "/statistics")
    assert (off.status, off.json["key"]) == (403, "no_consent")
    house.request("PATCH", f"/devices/{case.devices[0]}", {"name": "Lena", "kind": "camera"})
    for domain in ("a.example", "b.example", "c.example"):
        house.request("POST", "/rules", {"action": "block", "subject": {"device": case.devices[0]}, "object": {"domain": domain}})
    house.act(f"/devices/{case.devices[1]}", "allow")
    preview = house.get("/statistics?preview=1")
    assert preview["measures"] == [{"action": "block", "count": 3}]  # one allowance is too few to tell of
    assert preview["withheld"] and all(d["kind"] != "camera" for d in preview["devices"])
    case.grant("devices")
    case.refused("not_granted", "GET", "/statistics")
    case.grant("statistics")
    sent = case.provider.request("GET", "/statistics")
    assert sent.json == house.get("/statistics") == house.get("/statistics?preview=1")
    for word in (*hidden(case), "example", case.devices[0]):
        assert word not in sent.body.decode()
    case.refused("not_granted", "GET", "/devices")
    assert "block" in case.home.gateway.spinctl("statistics").stdout
