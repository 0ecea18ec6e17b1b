# SPDX-License-Identifier: BSD-3-Clause
"""Every list as a table, every answer by its fields, and lists in the order that was asked for."""

import csv
import io

import pytest
import yaml

from test_contract import OPENAPI, described, resolve

SPEC = yaml.safe_load(OPENAPI.read_text())


def parameters(operation):
    method, path, _ = described(SPEC)[operation]
    return {p["name"]: p for p in (resolve(SPEC, q) for q in SPEC["paths"][path][method.lower()].get("parameters", []))}


def lists():
    """operation -> path of every list that has one address."""
    for operation, (method, path, _) in described(SPEC).items():
        ours = parameters(operation).get("format", {}).get("schema", {}).get("enum") == ["json", "csv"]
        if method == "GET" and ours and "{" not in path:
            yield operation, path


@pytest.fixture
def talking(home):
    home.names({"www.example.org": ["198.51.100.7"], "b.example.net": ["198.51.100.8"]})
    for device in home.devices:
        for name, address in (("www.example.org", "198.51.100.7"), ("b.example.net", "198.51.100.8")):
            home.resolve(device, name)
            assert device.ping(address)
    home.gateway.api.until(lambda: len(home.gateway.api.items("/destinations?kind=domain")) == 2, 10, "both")
    return home


def rows(reply):
    assert reply.status == 200 and reply.headers["Content-Type"].startswith("text/csv"), reply.body
    assert reply.body.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))


def test_every_list_is_a_table(talking):
    api = talking.gateway.api
    found = dict(lists())
    assert {"listDevices", "listFlows", "listRules", "listChanges", "listNotifications", "listAudit", "listUsers", "listTokens"} <= set(found)
    for operation, path in found.items():
        items, table = api.request("GET", path).json["items"], rows(api.request("GET", path + "?format=csv"))
        assert len(items) == len(table) or operation in ("listFlows", "listAudit"), operation
        assert rows(api.request("GET", path, headers={"Accept": "text/csv"}))[:1] == table[:1] or operation == "listFlows"
        assert api.request("GET", path + "?format=xml").json["key"] == "bad_value"
    device = next(r for r in rows(api.request("GET", "/devices?format=csv")) if r["mac"] == talking.devices[0].mac)
    assert talking.devices[0].ipv4 in device["addresses"].split("; ") and device["blocked"] == "false" and device["limits.up_bps"] == ""


    a_name_is_no_formula(talking, api)
    fields(api)


def a_name_is_no_formula(talking, api):
    path = "/devices/" + api.device(talking.devices[0].mac)["id"]
    for name in ('=HYPERLINK("http://x")', "+1", "-1", "@x", 'a "b", c', "Größe;ja"):
        assert api.request("PATCH", path, {"name": name}).status == 200
        shown = next(r for r in rows(api.request("GET", "/devices?format=csv&fields=mac,name")) if r["mac"] == talking.devices[0].mac)
        assert shown == {"mac": talking.devices[0].mac, "name": "'" * (name[0] in "=+-@") + name}
    assert api.request("PATCH", path, {"name": None}).status == 200


def fields(api):
    for item in api.request("GET", "/devices?fields=id,kind").json["items"]:
        assert set(item) == {"id", "kind"} and "value" in item["kind"]
    page = api.request("GET", "/flows?fields=names,id&limit=1").json
    assert list(page["items"][0]) == ["names", "id"] and page["next_cursor"]
    assert set(api.request("GET", "/summary?fields=devices").json) <= {"devices"}
    for path in ("/devices?fields=id,colour", "/summary?fields=colour", "/rules?fields="):
        reply = api.request("GET", path)
        if path.endswith("="):
            assert reply.status == 200
        else:
            assert (reply.status, reply.json["key"]) == (400, "bad_value") and "'colour'" in reply.json["detail"], reply.body
            assert "There are: " in reply.json["hint"]


def test_order(talking):
    api = talking.gateway.api
    for name in ("a.example", "b.example", "c.example"):
        api.request("POST", "/rules", {"action": "block", "subject": {"everyone": True}, "object": {"domain": name}})
    for operation in ("listDevices", "listDestinations", "listFlows", "listRules"):
        order(api, operation)


def order(api, operation):
    path = described(SPEC)[operation][1]
    for word in parameters(operation)["sort"]["schema"]["enum"]:
        key, down = word.lstrip("-"), word[0] == "-"
        seen = [item[key] for item in api.request("GET", f"{path}?sort={word}").json["items"]]
        if not key.startswith(("bytes", "rate", "last_seen", "dropped")):  # these go on counting
            value = (lambda v: (v or "").lower()) if key in ("name", "last_hit") else (lambda v: v)
            assert [value(v) for v in seen] == sorted(map(value, seen), reverse=down), word
        paged, cursor = [], ""
        while cursor is not None and len(paged) <= len(seen):
            page = api.request("GET", f"{path}?sort={word}&limit=1&cursor={cursor}").json
            paged += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        if not key.startswith(("bytes", "rate", "last_seen", "dropped")):
            assert paged == [item["id"] for item in api.request("GET", f"{path}?sort={word}").json["items"]], word
    reply = api.request("GET", path + "?sort=colour")
    assert (reply.status, reply.json["key"]) == (400, "bad_value") and "There are: " in reply.json["hint"]
