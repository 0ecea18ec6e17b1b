# SPDX-License-Identifier: BSD-3-Clause
"""Profiles: their rules hold for real packets, they are written over the API with comments kept, and
a wrong text changes nothing."""

import signal

FAR, OTHER = "198.51.100.7", "198.51.100.8"
CAMERA = """\
# Mine, with a remark.
description: The camera of the porch.
extends: learned
rules:
  # Its cloud.
  - allow: {domain: cloud.example.org}  # so it says
"""


def give(home, host, name):
    api = home.gateway.api
    path = "/devices/" + api.device(host.mac)["id"]
    reply = api.request("PATCH", path, {"profile": name})
    assert reply.status == 200, reply.body


def put(home, name, text, **headers):
    return home.gateway.api.request("PUT", "/profiles/" + name, {"yaml": text}, headers)


def test_camera_reaches_only_what_it_may(home):
    tv, phone = home.devices
    home.names({"www.cloud.example.org": [FAR], "elsewhere.example.net": [OTHER]})
    assert tv.ping(FAR) and phone.ping(FAR)
    made = put(home, "porch", CAMERA)
    assert made.status == 200 and made.json["profile"]["default"] == "block", made.body
    give(home, tv, "porch")
    assert home.resolve(tv, "www.cloud.example.org") == [FAR], "the home's own DNS stays"
    assert tv.ping(FAR) and not tv.ping(OTHER, 1) and phone.ping(OTHER)
    # An address that is new to the name is let pass with the next answer.
    api = home.gateway.api
    hit = next(r for r in api.get("/profiles/porch")["rules"] if r["object"]["kind"] == "domain")
    api.until(lambda: next(r for r in api.get("/profiles/porch")["rules"] if r["n"] == 1)["hits"], 10, "hits")
    assert hit["sentence"] == "Every device with profile porch may reach cloud.example.org"


def test_guest_sees_nobody_at_home(home):
    tv, phone = home.devices
    router = home.router.ipv4  # the switch joins the two devices without us; the router is at home, too
    assert tv.ping(router) and tv.ping(FAR)
    give(home, tv, "guest")
    # Public addresses are at home as soon as the dataplane told that a device showed one.
    home.gateway.api.until(lambda: not tv.ping(router, 1), 5, "what is at home is known")
    assert tv.ping(FAR) and phone.ping(router)
    give(home, tv, "local-only")
    assert tv.ping(router) and not tv.ping(FAR, 1)
    give(home, tv, "allow-all")
    assert tv.ping(FAR)


def test_edit_keeps_comments_and_undo_gives_them_back(home):
    api = home.gateway.api
    assert put(home, "porch", CAMERA).status == 200
    added = api.request("POST", "/profiles/porch/rules",
                        {"action": "block", "object": {"country": "XX"}, "comment": 'say "no"'})
    assert added.status == 200, added.body
    text = added.json["profile"]["yaml"]
    assert text == CAMERA + '  - block: {country: "XX", comment: "say \\"no\\""}\n'
    assert (home.gateway.profiles_dir / "porch.yaml").read_text() == text
    assert "not known" in next(r for r in added.json["profile"]["rules"] if r["n"] == 2)["note"]
    gone = api.request("DELETE", "/profiles/porch/rules/1").json["profile"]["yaml"]
    assert "# Its cloud." in gone and "cloud.example.org" not in gone
    api.request("POST", "/undo")
    api.request("POST", "/undo")
    assert (home.gateway.profiles_dir / "porch.yaml").read_text() == CAMERA
    api.request("POST", "/undo")
    assert not (home.gateway.profiles_dir / "porch.yaml").exists()
    assert api.request("GET", "/profiles/porch").status == 404


def test_a_wrong_text_changes_nothing(home):
    tv, _ = home.devices
    api = home.gateway.api
    assert tv.ping(FAR) and put(home, "porch", CAMERA).status == 200
    give(home, tv, "porch")
    etag = api.request("GET", "/profiles/porch").headers["ETag"]
    cases = [
        ("description: x\ndefault: allow\nrules:\n  - alow: local\n", "porch.yaml:4:5: unknown key 'alow': did you mean 'allow'?"),
        ("description: x\nextends: lerned\n", "porch.yaml:2:10: there is no profile 'lerned': did you mean 'learned'?"),
        ("description: x\nextends: porch\n", "would inherit from itself"),
        ("\tx", "porch.yaml:1:"),
        ("", "the file is empty"),
    ]
    for text, says in cases:
        reply = put(home, "porch", text, **{"If-Match": etag})
        assert (reply.status, reply.json["key"]) == (400, "bad_profile") and says in reply.json["detail"], reply.body
        assert reply.json["detail"].startswith("porch.yaml:"), "where its file lies is told"
    assert api.get("/profiles/porch")["yaml"] == CAMERA and not tv.ping(OTHER, 1)
    # A profile that others extend cannot be broken from behind.
    reply = put(home, "learned", "description: x\nextends: porch\n", **{"If-Match": "*"})
    assert (reply.status, reply.json["key"]) == (400, "bad_profile"), reply.body


def test_if_match(home):
    assert put(home, "porch", CAMERA).status == 200
    etag = home.gateway.api.request("GET", "/profiles/porch").headers["ETag"]
    assert put(home, "porch", CAMERA + "# a\n").json["key"] == "if_match_required"
    assert put(home, "porch", CAMERA + "# a\n", **{"If-Match": etag}).status == 200
    reply = put(home, "porch", CAMERA + "# b\n", **{"If-Match": etag})
    assert (reply.status, reply.json["key"]) == (412, "edited_meanwhile")


def test_files_are_read_again(home):
    """By SIGHUP; what was in force stays while one of them is wrong."""
    tv, _ = home.devices
    gateway = home.gateway
    assert tv.ping(FAR) and put(home, "porch", CAMERA).status == 200
    give(home, tv, "porch")
    assert not tv.ping(OTHER, 1)
    file = gateway.profiles_dir / "porch.yaml"
    file.write_text(CAMERA + "  - allow: {address: 198.51.100.8}\n")
    gateway.control.signal(signal.SIGHUP)
    gateway.api.until(lambda: tv.ping(OTHER, 1), 10, "the new rule")
    file.write_text(CAMERA + "  - alow: {address: 198.51.100.9}\n")
    gateway.control.signal(signal.SIGHUP)
    gateway.control.wait_line(r"porch\.yaml:7:5: unknown key 'alow'.*stays as it was", 5)
    assert tv.ping(OTHER) and gateway.api.get("/profiles/porch")["rule_count"] == 6


def test_a_full_or_closed_directory(home):
    gateway = home.gateway
    gateway.profiles_dir.write_text("in the way")  # no directory can be made there
    reply = put(home, "porch", CAMERA)
    assert reply.status == 500 and reply.json["key"] == "storage_failed" and "porch.yaml" in reply.json["detail"]
    assert gateway.api.request("GET", "/profiles/porch").status == 404
    assert gateway.api.get("/changes")["items"] == []
