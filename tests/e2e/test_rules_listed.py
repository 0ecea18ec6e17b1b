# SPDX-License-Identifier: BSD-3-Clause
"""Rules about a list and about a country: in force when the list is, and told when they match nothing."""

import pytest

from harness import mmdb

FAR, OTHER, FAR6 = "198.51.100.7", "198.51.100.8", "2001:db8:2::7"


@pytest.fixture
def listed(make_home, tmp_path):
    home = make_home()
    (tmp_path / "games.txt").write_text("198.51.100.7\nplay.example.org\n")
    mmdb.write(tmp_path / "country.mmdb", {"198.51.100.8/32": {"country": {"iso_code": "NL"}},
                                           "2001:db8:2::/48": {"country": {"iso_code": "NL"}}})
    config = tmp_path / "spin.yaml"
    config.write_text(f"lists:\n  - {{name: games, file: {tmp_path}/games.txt, action: none}}\n"
                      f"geo: {{country: {tmp_path}/country.mmdb}}\n")
    home.gateway.start_control("--config", config, connected=False)
    home.gateway.start_dataplane()
    home.gateway.control.wait_line(r"lists \d+ are in force")
    for host in home.devices:
        assert host.ping(FAR) and host.ping(OTHER) and host.ping(FAR6)
        home.gateway.api.device(host.mac)
    return home


def make(home, subject, what, action="block"):
    reply = home.gateway.api.request("POST", "/rules", {"action": action, "subject": subject, "object": what})
    assert reply.status == 200, reply.body
    return reply.json["rule"]


def test_list(listed):
    tv, phone = listed.devices
    api = listed.gateway.api
    rule = make(listed, {"device": api.device(tv.mac)["id"]}, {"list": "games"})
    assert rule["note"] is None and rule["sentence"].endswith("may not reach what the list games names")
    assert not tv.ping(FAR, 1) and tv.ping(OTHER) and phone.ping(FAR)
    listed.names({"play.example.org": [OTHER]})
    assert listed.resolve(tv, "play.example.org")
    assert not tv.ping(OTHER, 1)
    assert api.request("DELETE", "/rules/" + rule["id"]).status == 200
    assert tv.ping(FAR)


def test_country(listed):
    """Its prefixes come into the lists' image for the first rule that names it."""
    tv, phone = listed.devices
    api = listed.gateway.api
    rule = make(listed, {"device": api.device(tv.mac)["id"]}, {"country": "nl"})
    assert rule["object"]["value"] == "NL"
    api.until(lambda: api.get("/rules/" + rule["id"])["note"] is None, 15, "the country is in force")
    api.until(lambda: not tv.ping(OTHER, 1), 10, "it holds")
    assert not tv.ping(FAR6, 1) and tv.ping(FAR) and phone.ping(OTHER)
    # It is there again at once after both are started anew.
    listed.gateway.dataplane.kill9()
    listed.gateway.start_dataplane()
    assert not tv.ping(OTHER, 1) and tv.ping(FAR)


def test_country_that_no_file_knows(home):
    reply = home.gateway.api.request(
        "POST", "/rules", {"action": "block", "subject": {"everyone": True}, "object": {"country": "NL"}})
    assert reply.status == 200
    assert reply.json["warnings"][0]["key"] == "matches_nothing" and "MMDB" in reply.json["rule"]["note"]
