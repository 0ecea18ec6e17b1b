# SPDX-License-Identifier: BSD-3-Clause
"""What head.yaml promises of every operation alike is asked of every operation: who may, how large, which type, what is
unknown; and each refusal is a problem document with a key that the description lists."""

import contextlib
import http.client
import json
import re
from pathlib import Path

import pytest
import yaml

from harness import ask_analyses, ask_incidents, ask_integrations, ask_notifications
from harness.api import Reply
from harness.refusals import BAD
from harness.tls import HERE, TlsConnection, TlsControl
from test_contract import HTTP, METHODS, OPENAPI, check, check_answer, resolve

SPEC = yaml.safe_load(OPENAPI.read_text())
KNOWN = "0000000000001"  # of an id that is well-formed and nobody's
PREFIXES = {"device": "dev", "destination": "dst", "rule": "rule", "change": "chg", "notification": "note", "mute": "mute", "entry": "aud",
            "capture": "cap", "session": "ses", "user": "usr", "token": "tok"}
STREAMS = {"streamEvents", "captureLive"}
SEEN = {(row[0], row[4]) for row in BAD + ask_notifications.BAD + ask_analyses.BAD + ask_incidents.BAD + ask_integrations.BAD}  # asked live by test_contract.py
# What a client cannot bring about, or not within a test: no memory, a full or broken disk (test_limits.py fills one), two
# requests at once with one Idempotency-Key (test_idempotency.py), a dataplane that says no, tables of hundreds of rows, no household authority (getCa, 404).
UNSEEN = {500, 503, 507}
UNSEEN_KEYS = {"dataplane_refused", "dataplane_away", "too_many_accounts", "too_many_rules", "too_many_mutes"}


def operations():
    for path, item in SPEC["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield operation["operationId"], method.upper(), path, operation, item


def unknown(path):
    """The address with ids that are nobody's."""
    for name, prefix in PREFIXES.items():
        path = path.replace("{%s}" % name, f"{prefix}_{'0000000000zzz' if name == 'entry' else KNOWN}")
    return path.replace("{action}", "block").replace("{profile}", "nobodys").replace("{list}", "nobodys").replace("{n}", "99")


@pytest.fixture
def control(make_home):
    gateway = make_home().gateway
    gateway.start_control(connected=False)
    gateway.metrics = gateway.api.request("POST", "/tokens", {"name": "meter", "role": "metrics"}).json["secret"]
    return gateway


def test_every_operation_refuses_alike(control):
    api = control.api
    link = http.client.HTTPConnection(api.host, api.port, timeout=10)
    admin = {"Authorization": f"Bearer {api.token}"}

    def ask(method, path, headers, body=None):
        link.request(method, path, body, headers)
        response = link.getresponse()
        return Reply(response, response.read())

    def refused(operation, reply, statuses, keys=None):
        assert reply.status in statuses, (operation, reply.status, reply.body[:300])
        assert reply.headers["Content-Type"] == "application/problem+json", operation
        check(SPEC, "Problem", reply.json)
        assert reply.json["status"] == reply.status and (not keys or reply.json["key"] in keys), (operation, reply.body)
        assert str(reply.status) in described["responses"], f"{operation} does not list {reply.status}"
        SEEN.add((operation, reply.status))

    count = 0
    for operation, method, path, described, item in operations():
        where = unknown(path)
        roles = described["x-roles"]
        if roles != ["none"]:
            refused(operation, ask(method, where, {}), {401})
            refused(operation, ask(method, where, {"Authorization": "Bearer spin_nobody_nothing"}), {401})
            if "metrics" not in roles:
                refused(operation, ask(method, where, {"Authorization": f"Bearer {control.metrics}"}), {403})
        refused(operation, ask(method, where, {**admin, "Host": "elsewhere.example"}), {421})
        refused(operation, ask(method, where, {**admin, "Origin": "https://elsewhere.example"}), {403}, {"foreign_origin"})
        refused(operation, ask(method, where + "?" + "x" * 8200, admin), {414})
        refused(operation, ask(method, where, {**admin, **{f"X-{n}": "y" * 3000 for n in range(12)}}), {431})
        refused(operation, ask(method, where + "?colour=red", admin), {400}, {"unknown_parameter"})
        if operation in STREAMS:
            continue
        if "422" in described["responses"]:
            once = {**admin, "Content-Type": "application/json", "Idempotency-Key": operation}
            first = ask(method, where, once, b'{"a":1,}')
            assert first.status < 500, (operation, first.body)
            refused(operation, ask(method, where, once, b'{"b":1,}'), {422})
        if method != "GET":
            refused(operation, ask(method, where, {**admin, "Content-Type": "text/plain"}, b"{}"), {415})
            for bad in (b'{"a":1,}', b'{"a":1}{}', b'{"a":1,"a":2}', b"[1 2]", b"\xff", b'{"a":01}'):
                reply = ask(method, where, {**admin, "Content-Type": "application/json"}, bad)
                assert 400 <= reply.status < 500, (operation, bad, reply.status)
        parts = [resolve(SPEC, p)["name"] for p in [*item.get("parameters", []), *described.get("parameters", [])] if resolve(SPEC, p)["in"] == "path"]
        if parts and "404" in described["responses"]:
            body = b"{}" if method not in ("GET", "DELETE") else None
            kind = "application/octet-stream" if operation == "putAnalysisPart" else "application/json"
            refused(operation, ask(method, where, {**admin, "Content-Type": kind} if body else admin, body), {404})
        count += 1
    link.close()
    assert count > 60


def test_large_bodies_are_refused_at_their_head(control):
    large = json.dumps({"x": "a" * (300 << 10)})
    for operation, method, path, _, _ in operations():
        if method != "GET":
            kind = "application/octet-stream" if operation == "putAnalysisPart" else "application/json"
            reply = control.api.request(method, unknown(path), large, {"Content-Type": kind})
            assert reply.status == 413, (operation, reply.status)
            SEEN.add((operation, 413))
            check(SPEC, "Problem", reply.json)


def test_methods_that_an_address_does_not_take(control):
    for path in SPEC["paths"]:
        fits = [item for other, item in SPEC["paths"].items() if re.fullmatch(re.sub(r"\{\w+\}", "[^/:]+", other), unknown(path))]
        takes = {m.upper() for item in fits for m in item if m in METHODS}  # "/notifications/kinds" is one "{notification}", too
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "TRACE"} - takes:
            reply = control.api.request(method, unknown(path))
            assert reply.status == 405 and takes <= set(reply.headers["Allow"].replace(" ", "").split(",")), (method, path, reply.status)


def test_every_operation_makes_the_hasty_wait(clean_up, tmp_path):
    control = TlsControl(tmp_path, requests_per_second=1)
    assert control.api.request("POST", "/users", {"name": "anna", "password": "long enough, this", "role": "admin"}).status == 201
    token = control.api.request("POST", "/tokens", {"name": "hasty", "role": "admin"}).json["secret"]

    link = TlsConnection(control.ns, HERE, control.context(), HERE)

    def status(operation, method, path):
        link.request(method, path, None, {"Authorization": f"Bearer {token}"})
        reply = link.getresponse()
        if reply.status == 200 and operation in STREAMS:
            link.close()
        else:
            reply.read()
        return reply.status

    for _ in range(20):
        status("getHealth", "GET", "/api/v1/health")
    for operation, method, path, described, _ in operations():
        assert 429 in (status(operation, method, unknown(path)) for _ in range(20)) and "429" in described["responses"], operation
        SEEN.add((operation, 429))
    link.close()


def test_what_is_off_or_full_is_told(make_home, tmp_path):
    (tmp_path / "little").mkdir()
    for name in ("organisations.yaml", "profiles"):
        (tmp_path / "little" / name).symlink_to(OPENAPI.parent / name)
    (tmp_path / "spin.yaml").write_text("history: {enabled: false}\nevents_max: 1\n")
    gateway = make_home().gateway
    gateway.start_control("--config", tmp_path / "spin.yaml", "--data-dir", tmp_path / "little", connected=False)
    api, spec = gateway.api, SPEC

    def refused(operation, status, key, path, method="GET", body=None):
        reply = check_answer(spec, operation, api.request(method, path, body))
        assert (reply.status, reply.json["key"]) == (status, key), (operation, reply.body)
        SEEN.add((operation, status))

    refused("getOpenapi", 404, "not_found", "/openapi.yaml")
    refused("getHistory", 409, "history_off", "/history")
    refused("listHistoryFlows", 409, "history_off", "/history/flows")
    refused("getGraph", 409, "history_off", "/graph?from=2026-01-01T00:00:00Z")
    refused("createCapture", 404, "unknown_device", "/captures", "POST", {"device": "dev_" + KNOWN})
    refused("captureLive", 404, "unknown_device", "/capture?device=dev_" + KNOWN)
    with api.events():
        refused("streamEvents", 503, "too_many_streams", "/events")
    check_answer(spec, "grantProvider", api.request("POST", "/provider:grant", {"rights": ["devices"], "minutes": 5, "purpose": "Help"}))
    note = api.get("/notifications")["items"][0]
    assert not note["device"], note
    refused("blockNotification", 409, "nothing_to_block", f"/notifications/{note['id']}:block", "POST")
    for _ in range(16):
        assert check_answer(spec, "createHelp", api.request("POST", "/help-codes", {"rights": ["devices"]})).status == 201
    refused("createHelp", 409, "too_many_helps", "/help-codes", "POST", {"rights": ["devices"]})


def test_every_listed_error_was_seen():
    """Those of an operation's shape above or by test_contract.py; each key of its own by a test that names it."""
    if len({operation for operation, _ in SEEN}) < len(list(operations())):
        pytest.skip("the tests above did not run")
    tests = "".join(file.read_text() for file in Path(__file__).parent.rglob("*.py"))
    status_of = {key: int(status) for status, key in re.findall(r'X\([A-Z_]+, (\d+), "(\w+)"', (HTTP / "problem.h").read_text())}
    never = []
    for operation, _, _, described, _ in operations():
        own = described.get("x-problems", [])
        never += [(operation, key) for key in own if key not in UNSEEN_KEYS and f'"{key}"' not in tests]
        elsewhere = {status_of[key] for key in own} | UNSEEN | {409, 412, 502}
        never += [(operation, s) for s in map(int, described["responses"]) if s >= 400 and s not in elsewhere and (operation, s) not in SEEN]
    assert never == [], f"listed, but no test saw it: {never}"
