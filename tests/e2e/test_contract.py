# SPDX-License-Identifier: BSD-3-Clause
"""openapi.yaml is the referee: the routes served are those described, and every answer, error and
event of the real processes is exactly what its schema says (additionalProperties is false everywhere)."""

import http.client
import json
import re
from pathlib import Path

import pytest
import yaml
from harness.refusals import BAD

from harness import ask_analyses, ask_incidents, ask_integrations, ask_notifications, ask_provider
from harness.gateway import BUILD

jsonschema = pytest.importorskip("jsonschema", reason="install python3-jsonschema")

HTTP = Path(__file__).resolve().parents[2] / "control" / "http"
OPENAPI = BUILD / "control" / "openapi.yaml"
SHAPES = {"fields", "format", "sort"}  # follow from what an answer consists of: control/http/openapi/shapes.py
METHODS = {"get", "put", "post", "patch", "delete"}
EVENTS = {"device": "EventDevice", "destination": "EventDestination", "flow": "EventFlow", "rule": "EventRule",
          "alert": "EventAlert", "audit": "EventAudit", "provider": "EventProvider", "proposal": "EventProposal",
          "notification": "EventNotification", "stats": "EventStats", "snapshot": "EventSnapshot",
          "snapshot_end": "EventSnapshotEnd", "gap": "EventGap"}


@pytest.fixture(scope="module")
def spec():
    return yaml.safe_load(OPENAPI.read_text())


def described(spec, without=None):
    """operationId -> (METHOD, path, its query parameters); without those of a tag."""
    rows = {}
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in METHODS and without not in operation["tags"]:
                parameters = [resolve(spec, p) for p in operation.get("parameters", [])]
                query = {p["name"] for p in parameters if p["in"] == "query"} - SHAPES
                assert operation["operationId"] not in rows, "operationId given twice"
                rows[operation["operationId"]] = (method.upper(), path, query)
    return rows


def resolve(spec, node):
    while "$ref" in node:
        name = node["$ref"]
        node = spec
        for part in name.removeprefix("#/").split("/"):
            node = node[part]
    return node


def routed():
    """The same from the one table in routes.c."""
    text = (HTTP / "routes.c").read_text()
    for name, value in re.findall(r'#define (\w+) (".*")', text):
        text = re.sub(rf"\b{name}\b", value, text)
    rows = {}
    table = text[text.index("routes[] = {"):]
    for row in re.findall(r"\{\s*(\"[A-Z]+\".*?)\},", table, re.S):
        cells = [re.sub(r'"\s*"', "", c.strip()) for c in re.split(r",(?=\s)", row)]
        method, path, _, operation, query, _ = cells
        names = set() if query == "NULL" else set(query.strip('"').split()) - SHAPES
        rows[operation.strip('"')] = (method.strip('"'), path.strip('"'), names)
    return rows


def check(spec, schema, value):
    whole = {"$ref": f"#/components/schemas/{schema}", "components": spec["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


def check_answer(spec, operation, reply):
    """The answer against the schema that the operation names for its status."""
    method, path, _ = described(spec)[operation]
    responses = spec["paths"][path][method.lower()]["responses"]
    assert str(reply.status) in responses, f"{operation} does not list {reply.status}: {reply.body!r}"
    response = resolve(spec, responses[str(reply.status)])
    if "content" not in response:
        assert reply.body == b"", f"{operation}: {reply.status} {reply.body!r}"
        return reply
    if reply.status == 204:
        assert "content" not in response and reply.body == b""
        return reply
    content = reply.headers["Content-Type"].split(";")[0]
    assert content in response["content"], f"{operation}: {reply.status} {content} {reply.body!r}"
    if content.endswith("json"):
        whole = {**response["content"][content]["schema"], "components": spec["components"]}
        jsonschema.Draft202012Validator(whole).validate(reply.json)
    if reply.status in (409, 502) and content == "application/problem+json":
        node = spec["paths"][path][method.lower()]
        asks = any(p.get("$ref", "").endswith("/confirm") for p in node.get("parameters", []))
        keys = {*node.get("x-problems", []), "still_at_work", *(["needs_confirmation", "dataplane_refused"] if asks else [])}
        assert reply.json["key"] in keys, f"{operation}: {reply.json['key']} is not among its x-problems"
    return reply


def lines_of_events(spec, api):
    """The same as lines of JSON; an empty one says that it goes on."""
    link = http.client.HTTPConnection(api.host, api.port, timeout=15)
    link.request("GET", "/api/v1/events?types=device,stats", headers={**api.credentials, "Accept": "application/x-ndjson"})
    answer = link.getresponse()
    assert (answer.status, answer.headers["Content-Type"], answer.headers["Vary"]) == (200, "application/x-ndjson", "accept")
    seen = set()
    while not {"snapshot", "snapshot_end", "stats"} <= seen:
        line = answer.readline()
        if line != b"\n":
            one = json.loads(line)
            assert set(one) == {"id", "event", "data"} and re.fullmatch(r"[0-9a-z]+-\d+", one["id"])
            check(spec, EVENTS[one["event"]], one["data"])
            seen.add(one["event"])
    link.close()


def test_routes_and_description_are_the_same(spec):
    assert routed() == described(spec)


def test_every_object_is_closed(spec):
    """A field nobody described must fail the tests, not pass them."""
    open_ones = []

    def walk(node, where):
        if isinstance(node, dict):
            kinds = node.get("type", [])
            kinds = [kinds] if isinstance(kinds, str) else kinds
            if "object" in kinds and "properties" in node and node.get("additionalProperties") is not False:
                open_ones.append(where)
            for key, value in node.items():
                walk(value, f"{where}/{key}")

    walk(spec["components"], "#/components")
    assert open_ones == []


def test_error_keys_are_those_of_the_table(spec):
    rows = re.findall(r"X\([A-Z_]+, \d+, \"([a-z_]+)\"", (HTTP / "problem.h").read_text())
    assert set(rows) == set(spec["components"]["schemas"]["Problem"]["properties"]["key"]["enum"])


def test_every_answer_is_as_described(spec, make_home, tmp_path):
    home = make_home()
    (tmp_path / "ads.txt").write_text("ads.example\nno name at all\n192.0.2.77\n")
    (tmp_path / "spin.yaml").write_text(f"flight_recorder: {{on: true}}\nlists:\n  - {{name: ads, file: {tmp_path}/ads.txt, action: block}}\n"
                                        "  - {name: feed, url: 'http://127.0.0.1:9/?key=1', action: none}\n"
                                        + ask_notifications.CONFIG)
    home.gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    device, router = home.devices[0], home.router
    home.names({"www.example.org": ["198.51.100.7"]})
    home.resolve(device, "www.example.org")
    device.ping("198.51.100.7")
    device.ping(router.ipv6)
    dev = api.device(device.mac)["id"]
    dst = api.destination("example.org")["id"]
    seen = set()

    def ask(operation, path, method=None, **more):
        seen.add(operation)
        return check_answer(spec, operation, api.request(method or described(spec)[operation][0], path, **more))

    def good(operation, path, status=200, **more):
        reply = ask(operation, path, **more)
        assert reply.status == status, reply.body
        return reply

    assert good("getCa", "/ca.pem").body.startswith(b"-----BEGIN CERTIFICATE-----")
    good("getSummary", "/summary?window=60")
    good("getHistory", "/history?group=service&step=60&limit=5")
    for operation, path in (("getHealth", "/health"), ("getHealthChecks", "/health/checks"), ("getPrivacy", "/privacy"),
                            ("getPrivacyInventory", "/privacy/inventory"), ("exportDevice", f"/devices/{dev}/export")):
        good(operation, path)
    good("editPrivacy", "/privacy", body={"level": 1})
    good("listHistoryFlows", "/history/flows?verdict=forward&limit=10")
    good("getMetrics", "/metrics")
    good("getMetricsV1", "/api/v1/metrics")
    assert good("getOpenapi", "/openapi.yaml").body == OPENAPI.read_bytes()
    for query in ("", "?window=600&group=domain&ignored=1&multicast=true", "?group=host&limit=1000", "?group=organisation"):
        graph = good("getGraph", "/graph" + query).json
        ids = {n["id"] for n in graph["nodes"]}
        assert all(e["device"] in ids and e["destination"] in ids for e in graph["edges"])
    assert dev in ids and dst in ids
    good("listDevices", f"/devices?online=true&blocked=false&mac={device.mac}&profile=allow-all&name=:&limit=1")
    good("getDevice", f"/devices/{dev}")
    good("getDeviceHistory", f"/devices/{dev}/history?group=destination")
    good("listDestinations", f"/destinations?name=EXAMPLE&kind=domain&device={dev}&blocked=0")
    good("getDestination", f"/destinations/{dst}")
    query = f"/flows?device={dev}&destination={dst}&verdict=forward"
    api.until(lambda: api.get(query)["items"], 10, "the flow of the ping")
    assert (flow := good("listFlows", query).json["items"][0])["names"] == ["www.example.org"]
    assert good("getFlow", f"/flows/{flow['id']}").json["id"] == good("getFlowEve", f"/flows/{flow['id']}/eve").json["spin"]["id"]
    good("listProfiles", "/profiles")
    api.until(lambda: not any(one["refreshing"] for one in api.get("/lists")["items"]), 15, "lists read")
    for one in good("listLists", "/lists").json["items"]:
        assert good("getList", "/lists/" + one["name"]).json["name"] == one["name"]
    assert ask("refreshList", "/lists/ads:refresh").status == 202
    for word in ("block", "unblock", "allow", "unallow", "ignore", "unignore"):
        for operation, path in (("actOnDevice", f"/devices/{dev}"), ("actOnDestination", f"/destinations/{dst}"),
                                ("actOnPair", f"/devices/{dev}/destinations/{dst}")):
            answer = good(operation, f"{path}:{word}").json
            assert (answer["rule"] is None) == word.startswith("un")
            assert answer["undo"]["path"].startswith("/api/v1" + path)
    good("editDevice", f"/devices/{dev}", body={"name": "Größe <b>", "profile": "block-all", "limits": {"up_bps": 1_000_000, "new_flows_per_s": 9}})
    good("editDestination", f"/destinations/{dst}", body={"name": "Example"})
    good("undo", "/undo")
    good("undo", "/undo")
    paused = good("actOnDevice", f"/devices/{dev}:pause", body={"minutes": 5}).json
    assert paused["rule"]["action"] == "pause" and good("getDevice", f"/devices/{dev}").json["paused_until"]
    assert good("actOnDevice", f"/devices/{dev}:resume").json["undo"]["body"]["until"]
    for body in ({"action": "block", "subject": {"everyone": True}, "object": {"domain": "ads.example.org"}},
                 {"action": "limit", "subject": {"device": dev, "address": device.ipv4}, "limit": {"down_bps": 9_000_000}},
                 {"action": "allow", "subject": {"profile": "guest"}, "object": {"country": "NL"}, "comment": "x",
                  "service": {"protocol": "tcp", "ports": "1-9"}, "schedule": "mon-fri 22:00-06:00", "direction": "out"}):
        made = good("createRule", "/rules", body=body).json
        one = made["rule"]["id"]
        assert good("getRule", f"/rules/{one}").json == made["rule"]
        assert good("editRule", f"/rules/{one}", body={"enabled": False, "comment": "off"}).json["undo"]["method"] == "PATCH"
        good("undo", "/undo")
        assert good("getRule", f"/rules/{one}").json["enabled"]
        gone = good("deleteRule", f"/rules/{one}").json
        assert (gone["undo"]["method"], gone["undo"]["path"]) == ("POST", "/api/v1/rules")
        assert good("createRule", "/rules", body=gone["undo"]["body"]).json["rule"]["sentence"] == made["rule"]["sentence"]
        good("undo", "/undo")
    for to in ("www.example.org", "198.51.100.7:443", "203.0.113.9"):
        good("explain", f"/explain?device={dev}&to={to}")
    good("simulateRule", "/rules:simulate", body={"action": "block", "subject": {"everyone": True}, "object": {"domain": "example.org"}})
    assert good("getLearned", f"/devices/{dev}/learned").json["state"] == "never"
    assert good("learnDevice", f"/devices/{dev}:learn", body={"minutes": 5}).json["state"] == "learning"
    device.ping("198.51.100.7")
    device.ping(router.ipv4)
    api.until(lambda: len(api.get(f"/devices/{dev}/learned")["rows"]) >= 2, 10, "rows")
    good("getLearned", f"/devices/{dev}/learned")
    assert good("learnDevice", f"/devices/{dev}:learn", body={"minutes": 0}).json["state"] == "ended"
    assert len(good("enforceDevice", f"/devices/{dev}:enforce", body={"profile": "learned-x", "without": [1]}).json["changes"]) == 2
    good("undo", "/undo")
    good("undo", "/undo")
    kept = good("createRule", "/rules?confirm_within=90", body={"action": "block", "subject": {"everyone": True}}).json
    pending = good("listChanges", "/changes?pending=true").json["items"]
    assert [c["id"] for c in pending] == [kept["confirm"]["change"]]
    good("confirmChange", kept["confirm"]["path"])
    good("undo", "/undo")
    one, other = (good("createRule", "/rules", body={"action": "block", "subject": {"everyone": True}, "object": {"domain": d}}).json["rule"]["id"]
                  for d in ("first.example", "second.example"))
    first = next(c["id"] for c in good("listChanges", "/changes").json["items"] if "first.example" in c["sentence"])
    assert good("undoChange", f"/changes/{first}:undo").json["rule"] is None
    assert ask("getRule", f"/rules/{one}").status == 404 and good("getRule", f"/rules/{other}")
    assert ask("undoChange", f"/changes/{first}:undo").json["key"] == "nothing_to_undo"
    good("undo", "/undo")
    whole = good("getProfile", "/profiles/camera")
    written = good("putProfile", "/profiles/camera", headers={"If-Match": whole.headers["ETag"]},
                   body={"yaml": "# mine\n" + whole.json["yaml"]})
    assert written.json["profile"]["yaml"].startswith("# mine") and not written.json["profile"]["shipped"]
    file = good("exportMud", "/profiles/camera/mud").json["mud"]
    assert good("importMud", "/profiles/eye:import-mud", body={"mud": file}).json["undo"]["method"] == "DELETE"
    assert good("exportMud", "/profiles/eye/mud").json["mud"] == file
    assert ask("fetchMud", f"/devices/{dev}:fetch-mud", body={}).json["key"] == "no_mud_url"
    good("compareMud", "/profiles/camera/mud-difference?with=eye")
    good("undo", "/undo")
    count = written.json["profile"]["rule_count"]
    added = good("addProfileRule", "/profiles/camera/rules", body={"action": "allow", "object": {"domain": "x.example.org"}})
    assert added.json["profile"]["rule_count"] == count + 1
    good("deleteProfileRule", "/profiles/camera/rules/2")
    assert good("deleteProfile", "/profiles/camera").json["profile"]["shipped"]
    good("editDevice", f"/devices/{dev}", body={"kind": "car-charger"})
    good("undo", "/undo")
    other = home.devices[1]
    other.ping(router.ipv4)
    good("listSuggestions", f"/devices/{dev}/suggestions")
    joined = good("joinDevice", f"/devices/{dev}:join", body={"with": api.device(other.mac)["id"]}).json
    assert [s["mac"] for s in joined["device"]["joined"]] == [other.mac]
    good("partDevice", joined["undo"]["path"].removeprefix("/api/v1"), body=joined["undo"]["body"])
    good("undo", "/undo")
    good("undo", "/undo")
    rule = good("actOnPair", f"/devices/{dev}/destinations/{dst}:block").json["rule"]["id"]
    assert [r["id"] for r in good("listRules", f"/rules?action=block&device={dev}&destination={dst}").json["items"]] == [rule]
    good("deleteRule", f"/rules/{rule}")
    assert good("listRules", "/rules").json["items"] == []
    good("getProvider", "/provider")
    good("grantProvider", "/provider:grant", body={"rights": ["devices", "flows"], "minutes": 5, "purpose": "A slow television"})
    good("endProvider", "/provider:end")
    ask_provider.ask(home, good, dev)
    good("listAudit", f"/audit?object={rule}")
    seen.add("exportAudit")  # as lines; test_audit.py reads them
    blocked = next(e for e in good("listAudit", "/audit?operation=actOnDevice").json["items"] if e["change"])
    assert api.request("POST", f"/audit/{blocked['id']}:undo").status in (200, 409)
    api.act(f"/devices/{dev}", "allow")
    good("undoAudited", f"/audit/{good('listAudit', '/audit?limit=1').json['items'][0]['id']}:undo")
    frozen = ask("freezeDevice", f"/devices/{dev}:freeze")
    assert frozen.status == 201 and ask("deleteCapture", f"/captures/{frozen.json['id']}").status == 204
    begun = ask("createCapture", "/captures", body={"device": dev, "destination": dst, "filter": "icmp", "snaplen": 96, "max_seconds": 60})
    assert begun.status == 201, begun.body
    cap = begun.json["id"]
    good("captureLive", f"/capture?device={dev}&filter=icmp6&format=pcap&headers_only=true&max_seconds=1")
    assert [c["id"] for c in good("listCaptures", "/captures").json["items"] if c["kind"] == "file"] == [cap]
    good("getCapture", f"/captures/{cap}"), good("makeCaptureToken", f"/captures/{cap}:token", status=201)
    assert good("stopCapture", f"/captures/{cap}:stop").json["end"] == "stopped"
    good("downloadCapture", f"/captures/{cap}/download")
    assert good("approveCapture", f"/captures/{cap}:approve").json["approval"]
    assert ask("deleteCapture", f"/captures/{cap}").status == 204
    with api.events("?types=device,flow,stats,rule,destination,alert,notification,audit", timeout=15) as events:
        api.act(f"/destinations/{dst}", "block")
        wanted = {"snapshot", "snapshot_end", "rule", "stats", "destination", "audit"}
        for event, data, ident in events:
            check(spec, EVENTS[event], data)
            assert re.fullmatch(r"[0-9a-z]+-\d+", ident), ident
            wanted.discard(event)
            if not wanted:
                break
    lines_of_events(spec, api)
    for part in (ask_notifications, ask_analyses, ask_incidents, ask_integrations):
        part.ask(good, ask, api)
    good("eraseDevice", f"/devices/{dev}:erase", body={"rules": True})
    others = "".join(f.read_text() for f in Path(__file__).parent.glob("test_*.py") if f.name != Path(__file__).name)
    seen.update(["streamEvents", *re.findall(r'check_answer\(spec, "(\w+)"', others)])
    assert seen >= set(described(spec, without="access")), "an operation that no test asks"  # those: test_access.py


def test_every_error_is_as_described(spec, make_home):
    home = make_home(devices=3)
    api = home.gateway.start().api
    for operation, method, path, body, status, key in BAD + ask_notifications.BAD + ask_analyses.BAD + ask_incidents.BAD + ask_integrations.BAD:
        reply = check_answer(spec, operation, api.request(method, path, body))
        assert (reply.status, reply.json["key"]) == (status, key), (method, path, reply.body)
    home.devices[0].ping(home.router.ipv4)
    home.devices[1].ping(home.router.ipv4)
    dev = api.device(home.devices[0].mac)["id"]
    other = api.device(home.devices[1].mac)["id"]
    bad = [
        ({}, 400, "bad_body"),
        ({"name": ""}, 400, "bad_value"),
        ({"name": "x" * 65}, 400, "bad_value"),
        ({"name": "a\u0007b"}, 400, "bad_value"),
        ({"name": 7}, 400, "bad_value"),
        ({"mac": "x"}, 400, "unknown_field"),
        ({"limits": {"up_bps": 1}}, 400, "bad_value"),
        ({"limits": {"burst": 1}}, 400, "unknown_field"),
        ({"profile": "party"}, 404, "unknown_profile"),
        ({"kind": "toaster"}, 400, "bad_value"),
        ({"kind": "gateway"}, 400, "bad_value"),
        ([], 400, "bad_body"),
        (b"{", 415, "unsupported_media_type"),
    ]
    for body, status, key in bad:
        reply = check_answer(spec, "editDevice", api.request("PATCH", f"/devices/{dev}", body))
        assert (reply.status, reply.json["key"]) == (status, key), (body, reply.body)
    reply = check_answer(spec, "explain", api.request("GET", f"/explain?device={dev}&to=a..b"))
    assert (reply.status, reply.json["key"]) == (400, "bad_value")
    assert api.request("PATCH", f"/devices/{dev}", {"name": "é" * 64}).status == 200
    taken = api.request("PATCH", f"/devices/{other}", {"name": "é" * 64})
    assert (taken.status, taken.json["key"]) == (409, "name_conflict")
    for operation, verb, body, status, key in (
        ("joinDevice", "join", {"with": dev}, 400, "bad_value"),
        ("joinDevice", "join", {"with": "dev_0000000000000"}, 404, "unknown_device"),
        ("joinDevice", "join", {}, 400, "bad_value"),
        ("freezeDevice", "freeze", None, 409, "not_recorded"),
        ("partDevice", "part", {"mac": home.devices[1].mac}, 400, "bad_value"),
        ("partDevice", "part", {"mac": "x"}, 400, "bad_value"),
        ("learnDevice", "learn", {"minutes": 10081}, 400, "bad_value"),
        ("learnDevice", "learn", {"hours": 1}, 400, "unknown_field"),
        ("enforceDevice", "enforce", {}, 409, "nothing_learned"),
    ):
        reply = check_answer(spec, operation, api.request("POST", f"/devices/{dev}:{verb}", body))
        assert (reply.status, reply.json["key"]) == (status, key), (body, reply.body)
    assert api.request("POST", f"/devices/{dev}:join", {"with": other}).status == 200
    assert home.devices[2].ping(home.router.ipv4)
    third = api.device(home.devices[2].mac)["id"]
    reply = check_answer(spec, "joinDevice", api.request("POST", f"/devices/{third}:join", {"with": dev}))
    assert (reply.status, reply.json["key"]) == (409, "join_conflict")
    multicast = home.devices[0].ping("ff02::16%eth0", 1) or api.destination("ff02::16")["id"]  # nobody answers
    reply = check_answer(spec, "actOnDestination", api.request("POST", f"/destinations/{multicast}:block"))
    assert (reply.status, reply.json["key"]) == (409, "never_ruled")
    assert api.request("POST", f"/destinations/{multicast}:ignore").status == 200
    reply = check_answer(spec, "actOnDevice", api.request("POST", f"/devices/{dev}:explode"))
    assert (reply.status, reply.json["key"]) == (404, "unknown_action")


def test_while_the_dataplane_is_away(spec, make_home):
    """Kept and answered 202; in force as soon as it is back."""
    home = make_home()
    gateway = home.gateway.start()
    device = home.devices[0]
    assert device.ping(home.router.ipv4)
    dev = gateway.api.device(device.mac)["id"]
    gateway.dataplane.kill9()
    gateway.api.until(lambda: not gateway.api.get("/health")["dataplane"]["connected"], 2, "says so")
    reply = check_answer(spec, "actOnDevice", gateway.api.request("POST", f"/devices/{dev}:block"))
    assert reply.status == 202 and "confirmed_us" not in reply.json and reply.json["message"]
    health = gateway.api.get("/health")
    check(spec, "Health", health)
    assert health["status"] == "down" and health["policy_pending"] and health["dataplane"]["message"]
    gateway.start_dataplane()
    gateway.api.until(lambda: not gateway.api.get("/health")["policy_pending"], 10, "in force")
    assert not device.ping(home.router.ipv4, 1)
    assert json.loads(gateway.api.request("POST", f"/devices/{dev}:unblock").body)["confirmed_us"] >= 0
    assert device.ping(home.router.ipv4)
