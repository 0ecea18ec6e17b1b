# SPDX-License-Identifier: BSD-3-Clause
"""Two people edit the same thing: the second is told who was first, when and what, and nothing is lost."""

import yaml

from test_contract import OPENAPI


def edited(spec):
    """Addresses of things with a GET and an edit that takes If-Match."""
    for path, item in spec["paths"].items():
        edits = [m for m in ("put", "patch", "delete") if m in item and "if_match" in str(item[m].get("parameters", ""))]
        if edits and "get" in item:
            yield path, edits


def test_what_can_be_edited_has_a_version(home):
    api = home.gateway.api
    home.names({"www.example.org": ["198.51.100.7"]})
    tv = home.devices[0]
    home.resolve(tv, "www.example.org")
    assert tv.ping("198.51.100.7")
    rule = api.request("POST", "/rules", {"action": "block", "subject": {"everyone": True}, "object": {"domain": "a.example"}}).json["rule"]["id"]
    assert api.request("POST", "/users", {"name": "anna", "password": "long enough, this", "role": "user"}).status == 201
    note = api.until(lambda: api.items("/notifications"), 15, "a notification")[0]
    things = {"/api/v1/devices/{device}": ("/devices/" + api.device(tv.mac)["id"], {"name": "TV"}, {"name": "Telly"}),
              "/api/v1/destinations/{destination}": ("/destinations/" + api.destination("example.org")["id"], {"name": "One"}, {"name": "Two"}),
              "/api/v1/rules/{rule}": (f"/rules/{rule}", {"comment": "one"}, {"comment": "two"}),
              "/api/v1/notifications/{notification}": ("/notifications/" + note["id"], {"read": not note["read"]}, {"read": note["read"]}),
              "/api/v1/users/{user}": ("/users/anna", {"role": "viewer"}, {"role": "user"}),
              "/api/v1/privacy": ("/privacy", {"level": 2}, {"level": 1}),
              "/api/v1/profiles/{profile}": ("/profiles/camera", *({"yaml": f"description: {n}\ndefault: block\n"} for n in ("one", "two")))}
    spec = yaml.safe_load(OPENAPI.read_text())
    assert {path for path, _ in edited(spec)} == {*things, "/api/v1/tokens/{token}", "/api/v1/config"}
    for pattern, (path, first, second) in things.items():
        edit = "PUT" if "put" in spec["paths"][pattern] else "PATCH"
        old = api.request("GET", path).headers["ETag"]
        assert old and api.request("GET", path).headers["ETag"] == old, "counters are no edit"
        done = api.request(edit, path, first, {"If-Match": old})
        assert done.status == 200, done.body
        new = api.request("GET", path).headers["ETag"]
        assert new != old and done.headers.get("ETag", new) == new, pattern
        late = api.request(edit, path, second, {"If-Match": old})
        assert (late.status, late.json["key"]) == (412, "edited_meanwhile"), late.body
        if "notifications" not in path:
            assert " changed it at 20" in late.json["detail"] and "Somebody" not in late.json["detail"], late.json["detail"]
        assert api.request("GET", path).headers["ETag"] == new, "nothing was done"
        assert api.request(edit, path, second, {"If-Match": f'"0000", {new}'}).status == 200, "one of several"
        assert api.request(edit, path, first, {"If-Match": "*"}).status == 200
    for path in (f"/rules/{rule}", "/users/anna"):
        assert api.request("DELETE", path, headers={"If-Match": '"0"'}).status == 412
    assert api.request("POST", "/tokens", {"name": "reader", "role": "viewer"}).status == 201
    first = api.request("GET", "/tokens/reader").headers["ETag"]
    assert api.request("DELETE", "/tokens/reader", headers={"If-Match": first}).status == 204
    assert api.request("POST", "/tokens", {"name": "reader", "role": "user"}).status == 201
    assert api.request("DELETE", "/tokens/reader", headers={"If-Match": first}).status == 412, "another of the same name"
    # A merge patch, by its own type: what is absent stays, null is what was there before.
    path = things["/api/v1/devices/{device}"][0]
    assert api.request("PATCH", path, {"name": "Box", "profile": "guest"}).status == 200
    patched = api.request("PATCH", path, '{"name": null}', {"Content-Type": "application/merge-patch+json"})
    assert patched.status == 200 and patched.json["device"]["profile"] == "guest" and patched.json["device"]["name"] != "Box"
    assert api.request("POST", path + ":block", "{}", {"Content-Type": "application/merge-patch+json"}).status == 415
