# SPDX-License-Identifier: BSD-3-Clause
"""A change that can cut people off asks, or goes back by itself unless it is confirmed; also when
control was killed in between, and when it came from the configuration."""

import contextlib
import json
import signal
import sqlite3

import pytest

FAR = "198.51.100.7"
ALL = {"action": "block", "subject": {"everyone": True}}


@pytest.fixture
def known(home):
    home.names({"www.example.org": [FAR]})
    for host in home.devices:
        assert host.ping(FAR)
        assert home.resolve(host, "www.example.org")
        home.gateway.api.device(host.mac)
    return home


def asks(reply, says):
    assert (reply.status, reply.json["key"]) == (409, "needs_confirmation"), reply.body
    assert says in reply.json["detail"] and "confirm_within=90" in reply.json["hint"]


def overdue(gateway):
    """As if the 90 seconds had passed while control was away."""
    with contextlib.closing(sqlite3.connect(gateway.state_dir / "state.db")) as db:
        db.execute("UPDATE pending SET deadline=1")
        db.commit()


def test_what_asks_and_what_does_not(known):
    api = known.gateway.api
    tv, _ = known.devices
    asks(api.request("POST", "/rules", ALL), "Nobody would reach anything")
    asks(api.request("POST", "/rules", {**ALL, "object": {"gateway": True}}), "The gateway")
    asks(api.request("POST", "/rules", {**ALL, "object": {"local": True}}), "The home's own network")
    asks(api.request("POST", "/rules", {**ALL, "service": {"name": "dns"}}), "DNS")
    router = api.destination(known.router.ipv4)
    api.until(lambda: any(f["service"] == "dns" for f in api.items("/flows")), 10, "the questions")
    asks(api.request("POST", f"/destinations/{router['id']}:block"), "DNS questions")
    asks(api.request("POST", "/rules", {**ALL, "object": {"prefix": "192.0.2.0/24"}}), "192.0.2.0/24")
    assert api.items("/rules") == [] and tv.ping(FAR)
    # What harms nobody else is done at once.
    assert api.request("POST", "/rules", {**ALL, "object": {"address": FAR}}).status == 200
    assert api.request("POST", "/devices/" + api.device(tv.mac)["id"] + ":block").status == 200
    # And what was said twice, too.
    assert api.request("POST", f"/destinations/{router['id']}:block?confirm=true").status == 200
    assert not api.get("/changes?pending=true")["items"]


def test_unconfirmed_goes_back(known):
    api = known.gateway.api
    tv, _ = known.devices
    made = api.request("POST", "/rules?confirm_within=10", ALL).json
    assert not tv.ping(FAR, 1)
    assert [c["id"] for c in api.get("/changes?pending=true")["items"]] == [made["confirm"]["change"]]
    api.until(lambda: api.items("/rules") == [], 15, "it is taken back")
    assert tv.ping(FAR)
    reply = api.request("POST", made["confirm"]["path"])
    assert (reply.status, reply.json["key"]) == (409, "nothing_to_confirm")


def test_many_changes_and_another_choice_in_between(known):
    api = known.gateway.api
    tv, phone = known.devices
    path = "/devices/" + api.device(phone.mac)["id"]
    api.request("POST", "/rules?confirm_within=14", ALL)
    assert api.request("PATCH", path + "?confirm_within=14", {"profile": "block-all"}).status == 200
    assert api.request("PATCH", path, {"profile": "guest"}).status == 200
    for n in range(300):
        assert api.request("PATCH", path, {"name": f"name {n}"}).status == 200
    api.until(lambda: api.items("/rules") == [], 25, "it is taken back")
    api.until(lambda: not api.get("/changes?pending=true")["items"], 5, "nothing waits")
    assert tv.ping(FAR) and api.get(path)["profile"] == "guest"


def test_confirmed_stays(known):
    api = known.gateway.api
    made = api.request("POST", "/rules?confirm_within=10", ALL).json
    assert api.request("POST", made["confirm"]["path"]).json["confirm_until"] is None
    assert api.get("/changes?pending=true")["items"] == []
    known.gateway.control.kill9()
    known.gateway.start_control()
    assert [r["id"] for r in known.gateway.api.items("/rules")] == [made["rule"]["id"]]


def test_killed_in_between(known):
    """Before the deadline it waits on; after it, it is gone before the first image."""
    gateway = known.gateway
    tv, _ = known.devices
    gateway.api.request("POST", "/rules?confirm_within=12", ALL)
    gateway.control.kill9()
    assert not tv.ping(FAR, 1)
    gateway.start_control()
    assert len(gateway.api.get("/changes?pending=true")["items"]) == 1 and not tv.ping(FAR, 1)
    gateway.control.kill9()
    gateway.api = None
    # Nobody runs until the time is over; the pinger tells when that is.
    ping = tv.pinger(FAR, interval=0.2)
    ping.wait_line("no answer yet", times=60, timeout=30)
    control = gateway.start_control()
    assert "nobody confirmed" in control.text
    assert gateway.api.items("/rules") == []
    ping.wait_line("bytes from", timeout=10)
    assert gateway.api.get("/changes")["items"][0]["author"] == "clock"


def test_profile_that_turns_to_block(known):
    api = known.gateway.api
    tv, _ = known.devices
    text = "description: x\ndefault: block\n"
    etag = api.request("GET", "/profiles/allow-all").headers["ETag"]
    asks(api.request("PUT", "/profiles/allow-all", {"yaml": text}, {"If-Match": etag}), "'allow-all' does not name")
    made = api.request("PUT", "/profiles/allow-all?confirm_within=10", {"yaml": text}, {"If-Match": etag})
    assert made.status == 200 and not tv.ping(FAR, 1)
    api.until(lambda: api.get("/profiles/allow-all")["shipped"], 15, "it is taken back")
    assert tv.ping(FAR)
    assert not list(known.gateway.profiles_dir.glob("*.yaml"))


def test_default_profile_of_the_configuration(make_home, tmp_path):
    """Asked for by a signal or at a start, there is nobody to ask: it goes back after 90 seconds."""
    home = make_home()
    gateway = home.gateway
    config = tmp_path / "spin.yaml"
    config.write_text("default_profile: allow-all\n")
    gateway.start_control("--config", config, connected=False)
    gateway.start_dataplane()
    tv, _ = home.devices
    gateway.api.until(lambda: tv.ping(FAR, 1), 15, "connected")
    config.write_text("default_profile: block-all\n")
    gateway.control.signal(signal.SIGHUP)
    gateway.control.wait_line("taken back after 90 seconds", 5)
    gateway.api.until(lambda: not tv.ping(FAR, 1), 10, "in force")
    pending = gateway.api.get("/changes?pending=true")["items"]
    assert [(c["kind"], c["author"]) for c in pending] == [("default_profile", "configuration")]
    gateway.control.kill9()
    # The file still says so, and it was refused: the default that was accepted last holds.
    overdue(gateway)
    gateway.start_control("--config", config)
    profiles = {p["name"]: p for p in gateway.api.items("/profiles")}
    assert profiles["allow-all"]["is_default"]
    gateway.api.until(lambda: tv.ping(FAR, 1), 10, "back again")


def test_profile_file_that_turns_to_block(known):
    """Written with an editor and read at SIGHUP: in force, and back again when nobody confirms it."""
    gateway = known.gateway
    tv, _ = known.devices
    gateway.profiles_dir.mkdir()
    mine = gateway.profiles_dir / "allow-all.yaml"
    mine.write_text("description: x\ndefault: block\n")
    other = gateway.profiles_dir / "other.yaml"
    other.write_text("description: taken at once\ndefault: block\n")
    gateway.control.signal(signal.SIGHUP)
    gateway.control.wait_line("as before after 90 seconds", 5)
    gateway.api.until(lambda: not tv.ping(FAR, 1), 10, "in force")
    assert gateway.api.get("/profiles/other")["description"] == "taken at once"
    pending = gateway.api.get("/changes?pending=true")["items"]
    assert [(c["kind"], c["author"]) for c in pending] == [("profile", "configuration")]
    gateway.control.kill9()
    overdue(gateway)
    gateway.start_control()
    gateway.api.until(lambda: tv.ping(FAR, 1), 10, "back again")
    assert not mine.exists() and mine.with_suffix(".yaml.unconfirmed").read_text().endswith("default: block\n")
    assert gateway.api.get("/profiles/allow-all")["shipped"]


def test_profile_file_edited_while_nobody_ran(known):
    """What an editor wrote while control was away is in force from its start, and goes back like any other."""
    gateway = known.gateway
    tv, _ = known.devices
    version = {"If-Match": gateway.api.request("GET", "/profiles/allow-all").headers["etag"]}
    mine = {"yaml": "description: mine\ndefault: allow\n"}
    assert gateway.api.request("PUT", "/profiles/allow-all", mine, version).status == 200
    gateway.control.kill9()
    gateway.start_control()
    assert not gateway.api.get("/changes?pending=true")["items"], "what was written here was accepted"
    gateway.control.kill9()
    mine = gateway.profiles_dir / "allow-all.yaml"
    mine.write_text("description: edited\ndefault: block\n")
    gateway.start_control()
    gateway.control.wait_line("was edited while spin-control was away", 5)
    pending = gateway.api.until(lambda: gateway.api.get("/changes?pending=true")["items"], 5, "it waits for a word")
    assert [(c["kind"], c["author"]) for c in pending] == [("profile", "configuration")]
    gateway.api.until(lambda: not tv.ping(FAR, 1), 10, "in force")
    gateway.control.kill9()
    overdue(gateway)
    gateway.start_control()
    gateway.api.until(lambda: tv.ping(FAR, 1), 10, "back again")
    assert mine.read_text().startswith("description: mine")


def test_what_a_reload_leaves_for_the_next_start_is_said(make_home, tmp_path):
    gateway = make_home().gateway
    config = tmp_path / "spin.yaml"
    config.write_text("unix_group: spin-admin\n")
    gateway.start_control("--config", config, connected=False)
    config.write_text("unix_group: friends\nanswers: {tcp: reset}\n")
    gateway.control.signal(signal.SIGHUP)
    gateway.control.wait_line("what changed of unix_group holds when control is started again", 5)


def test_by_spinctl(known):
    ctl = known.gateway.spinctl
    refused = ctl("block", "everything", "for", "everyone", check=False)
    assert refused.returncode == 1 and "cut people off" in refused.stderr and "--yes" in refused.stderr
    done = ctl("block", "everything", "for", "everyone", "--confirm-within", "60")
    assert "spinctl confirm" in done.stdout
    status = ctl("status").stdout
    assert "1 block in force" in status and "unconfirmed  Everyone is blocked; it is taken back at" in status
    assert "is blocked" in ctl("confirm").stdout
    assert "nothing" in ctl("confirm", check=False).stderr.lower()
    assert "unconfirmed" not in ctl("status").stdout
    ctl("undo")
    ctl("profile", known.devices[0].mac, "guest")
    assert "Nothing is blocked" in ctl("status").stdout
    ctl("profile", known.devices[0].mac, "local-only")
    assert "1 device held to what the profile names" in ctl("status").stdout
    assert ctl("block", "everything", "for", "everyone", "--yes").returncode == 0
    assert json.loads(ctl("rules", "--json").stdout)["items"][0]["object"]["kind"] == "everything"
