# SPDX-License-Identifier: BSD-3-Clause
"""What head.yaml promises of every operation alike is asked of every operation: who may, how large, which type, what is
unknown; and each refusal is a problem document with a key that the description lists."""

import http.client
import json
import re

import pytest
import yaml

from harness.api import Reply
from test_contract import METHODS, OPENAPI, check, resolve

SPEC = yaml.safe_load(OPENAPI.read_text())
KNOWN = "0000000000001"  # of an id that is well-formed and nobody's
PREFIXES = {"device": "dev", "destination": "dst", "rule": "rule", "change": "chg", "notification": "note", "mute": "mute", "entry": "aud",
            "capture": "cap", "session": "ses", "user": "usr", "token": "tok"}
STREAMS = {"streamEvents", "captureLive"}


def operations():
    for path, item in SPEC["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield operation["operationId"], method.upper(), path, operation, item


def unknown(path):
    """The address with ids that are nobody's."""
    for name, prefix in PREFIXES.items():
        path = path.replace("{%s}" % name, f"{prefix}_{KNOWN}")
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

    count = 0
    for operation, method, path, described, item in operations():
        where = unknown(path)
        roles = described["x-roles"]
        if roles != ["none"]:
            refused(operation, ask(method, where, {}), {401})
            refused(operation, ask(method, where, {"Authorization": "Bearer spin_nobody_nothing"}), {401})
            if "metrics" not in roles:
                refused(operation, ask(method, where, {"Authorization": f"Bearer {control.metrics}"}), {403})
        if operation in STREAMS:
            continue
        refused(operation, ask(method, where + "?colour=red", admin), {400}, {"unknown_parameter"})
        if method != "GET":
            refused(operation, ask(method, where, {**admin, "Content-Type": "text/plain"}, b"{}"), {415})
            for bad in (b'{"a":1,}', b'{"a":1}{}', b'{"a":1,"a":2}', b"[1 2]", b"\xff", b'{"a":01}'):
                reply = ask(method, where, {**admin, "Content-Type": "application/json"}, bad)
                assert 400 <= reply.status < 500, (operation, bad, reply.status)
        parts = [resolve(SPEC, p)["name"] for p in [*item.get("parameters", []), *described.get("parameters", [])] if resolve(SPEC, p)["in"] == "path"]
        if parts and method in ("GET", "DELETE"):
            refused(operation, ask(method, where, admin), {404})
        count += 1
    link.close()
    assert count > 60


def test_large_bodies_are_refused_at_their_head(control):
    large = json.dumps({"x": "a" * (300 << 10)})
    for operation, method, path, _, _ in operations():
        if method != "GET" and "analyses" not in path:
            reply = control.api.request(method, unknown(path), large, {"Content-Type": "application/json"})
            assert reply.status == 413, (operation, reply.status)
            check(SPEC, "Problem", reply.json)


def test_methods_that_an_address_does_not_take(control):
    for path in SPEC["paths"]:
        fits = [item for other, item in SPEC["paths"].items() if re.fullmatch(re.sub(r"\{\w+\}", "[^/:]+", other), unknown(path))]
        takes = {m.upper() for item in fits for m in item if m in METHODS}  # "/notifications/kinds" is one "{notification}", too
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "TRACE"} - takes:
            reply = control.api.request(method, unknown(path))
            assert reply.status == 405 and takes <= set(reply.headers["Allow"].replace(" ", "").split(",")), (method, path, reply.status)
