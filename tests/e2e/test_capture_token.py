# SPDX-License-Identifier: BSD-3-Clause
"""A token for one capture: what it opens, and when it ends."""

import contextlib
import http.client
import re

import yaml

from harness.api import Api, token_of
from harness.gateway import BUILD


def start(api):
    return api.until(lambda: (r := api.request("POST", "/captures", {})).status == 201 and r.json["id"], 10, "ports are there")


def test_a_token_for_one_capture(home):
    """It reads what its maker may read, that alone, and until the capture ends or its maker may not."""
    api = home.gateway.api
    user = Api(api.url, token=token_of(home.gateway.run_dir, "user"))
    first = start(user)
    other = start(api)
    assert user.request("POST", f"/captures/{other}:token").json["key"] == "unknown_capture"
    made = user.request("POST", f"/captures/{first}:token")
    assert made.status == 201 and made.json["path"] == f"/api/v1/captures/{first}/download", made.body
    one = Api(api.url, token=made.json["token"])

    # It streams while the capture runs.
    link = one._connection(30)
    link.request("GET", made.json["path"], headers=one.credentials)
    response = link.getresponse()
    assert response.status == 200
    head = response.read1(1 << 16)
    assert head[:4] == b"\x0a\x0d\x0d\x0a"  # pcapng, section header

    # Every other operation is closed to it, but for what is open to everybody.
    spec = yaml.safe_load((BUILD / "control" / "openapi.yaml").read_text())
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method not in ("get", "put", "post", "patch", "delete") or "none" in operation["x-roles"]:
                continue
            at = path.replace("{capture}", other if operation["operationId"] == "downloadCapture" else first)
            at = re.sub(r"\{\w+\}", "block", at)
            reply = one.request(method.upper(), at)
            assert (reply.status, reply.json["key"]) == (403, "denied"), (operation["operationId"], reply.body)
    assert one.get("/health").keys() == Api(api.url).get("/health").keys()

    # A newer one takes its place; a wrong one is none; who reads stays.
    again = Api(api.url, token=user.request("POST", f"/captures/{first}:token").json["token"])
    assert one.request("GET", made.json["path"]).json["key"] == "bad_token"
    assert Api(api.url, token=again.token[:-1]).request("GET", made.json["path"]).status == 401
    assert one.request("HEAD", made.json["path"]).status == 401 and again.request("HEAD", made.json["path"]).status == 200

    # As spinctl says it, whose root may read all.
    said = home.gateway.spinctl("captures", "token", other)
    assert Api(api.url, token=said.stdout.strip()).request("HEAD", f"/captures/{other}/download").status == 200, said

    # With the capture it ends, and there is no other.
    assert user.request("POST", f"/captures/{first}:stop").json["state"] == "ended"
    assert (head + response.read())[:4] == b"\x0a\x0d\x0d\x0a"
    link.close()
    assert again.request("GET", made.json["path"]).json["key"] == "bad_token"
    assert user.request("POST", f"/captures/{first}:token").json["key"] == "capture_ended"
    assert user.request("DELETE", f"/captures/{first}").status == 204

    # With its maker's access, too, and so does who reads.
    name = api.request("POST", "/tokens", {"name": "short", "role": "admin"}).json
    kept = Api(api.url, token=Api(api.url, token=name["secret"]).request("POST", f"/captures/{other}:token").json["token"])
    link = kept._connection(30)
    link.request("GET", f"/api/v1/captures/{other}/download", headers=kept.credentials)
    response = link.getresponse()
    assert response.status == 200
    assert api.request("DELETE", f"/tokens/{name['id']}").status == 204
    with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
        response.read()
    link.close()
    assert kept.request("GET", f"/captures/{other}/download").json["key"] == "bad_token"
    trail = [e["objects"][0]["id"] for e in api.get("/audit?operation=makeCaptureToken&limit=50")["items"] if e["outcome"] == "done"]
    assert set(trail) == {first, other}
