# SPDX-License-Identifier: BSD-3-Clause
"""Where the other end is and whose it is: files of countries and networks, and the list of organisations."""

import json
import os
import signal

import pytest

from harness import mmdb

FAR, OTHER, SIX = "198.51.100.7", "198.51.100.200", "2001:db8:2::7"
NL, US = {"country": {"iso_code": "NL"}}, {"country": {"iso_code": "US"}}
NETWORK = {"autonomous_system_number": mmdb.U32(64496), "autonomous_system_organization": "EXAMPLE-NET"}


class Placed:
    """A home with files of places; `start` as often as the configuration changes."""

    def __init__(self, home, folder):
        self.home, self.gateway, self.folder = home, home.gateway, folder
        self.country, self.network, self.own = folder / "country.mmdb", folder / "network.mmdb", folder / "own.yaml"
        mmdb.write(self.country, {"198.51.100.0/25": NL, "198.51.100.128/25": US, "2001:db8:2::/64": NL})
        mmdb.write(self.network, {"198.51.100.0/24": NETWORK})

    def start(self, **more):
        config = {"geo": {"country": str(self.country), "network": str(self.network)}, "organisations": str(self.own), **more}
        (self.folder / "spin.yaml").write_text(json.dumps(config))
        self.gateway.start_control("--config", self.folder / "spin.yaml", connected=False)
        if not self.gateway.dataplane:
            self.gateway.start_dataplane()
        self.gateway.api.until(lambda: self.gateway.api.get("/health")["dataplane"]["connected"], 15, "connected")
        return self.gateway.api


@pytest.fixture
def placed(make_home, tmp_path):
    return Placed(make_home(), tmp_path)


def test_destinations_have_country_network_and_organisation(placed):
    home, tv = placed.home, placed.home.devices[0]
    api = placed.start()
    home.names({"www.youtube.com": [FAR], "yt3.ggpht.com": [OTHER], "www.example.org": ["192.0.2.1"]})
    for name in ("www.youtube.com", "yt3.ggpht.com", "www.example.org"):
        assert home.resolve(tv, name)
    assert tv.ping(FAR) and tv.ping(OTHER) and tv.ping(SIX)
    one = api.destination("youtube.com")
    assert (one["country"], one["organisation"]) == ("NL", "Google")
    assert one["network"] == {"number": 64496, "name": "EXAMPLE-NET"}
    one = api.destination("ggpht.com")
    assert (one["country"], one["organisation"]) == ("US", "Google")
    one = api.destination(SIX)
    assert (one["country"], one["network"], one["organisation"]) == ("NL", None, None)
    one = api.destination("example.org")
    assert (one["country"], one["network"], one["organisation"]) == (None, None, None)
    table = placed.gateway.spinctl("destinations").stdout
    assert "ORGANISATION" in table and "Google" in table and "NL, EXAMPLE-NET" in table

    def names(group):
        return {n["name"]: n for n in api.get("/graph?group=" + group)["nodes"]}

    assert {"youtube.com", "ggpht.com"} <= set(names("domain"))
    nodes = names("organisation")
    assert "youtube.com" not in nodes and nodes["Google"]["kind"] == "organisation"
    assert sorted(nodes["Google"]["members"]) == sorted(api.destination(d)["id"] for d in ("youtube.com", "ggpht.com"))
    graph = api.get("/graph?group=organisation")
    edges = [e for e in graph["edges"] if e["destination"] == nodes["Google"]["id"]]
    assert len(edges) == 1 and edges[0]["bytes_out"] > 0
    assert edges[0]["bytes_out"] == sum(e["bytes_out"] for e in api.get("/graph")["edges"] if e["destination"] in nodes["Google"]["members"])


def test_the_household_says_whose_a_domain_is(placed):
    home, tv = placed.home, placed.home.devices[0]
    placed.own.write_text("Our video:\n  - youtube.com\nThe club: [example.org]\n")
    api = placed.start()
    home.names({"www.youtube.com": [FAR], "www.example.org": [OTHER]})
    assert home.resolve(tv, "www.youtube.com") and home.resolve(tv, "www.example.org")
    assert api.destination("youtube.com")["organisation"] == "Our video"
    assert api.destination("example.org")["organisation"] == "The club"


@pytest.mark.parametrize("text, told", [
    ("Google: google.com\n", r"own.yaml:1:9: expected the domains of Google: \[example.org"),
    ("Google:\n  - www.google.com\n", r"own.yaml:2:5: 'www.google.com' is no domain as it is registered"),
    ("Google:\n  - Google.com\n", r"own.yaml:2:5: 'Google.com' is no domain as it is registered"),
    ("A: [example.org]\nB: [example.org]\n", r"own.yaml:2:5: 'example.org' is in this file already, of A"),
    ("A: [com]\n", r"own.yaml:1:5: 'com' is no domain"),
    ("A: [example.org\n", r"own.yaml:"),
])
def test_faults_of_the_list_have_a_place(placed, spawn, text, told):
    placed.own.write_text(text)
    control = spawn(placed.gateway.control_argv("--organisations", placed.own))
    control.wait_line(told)
    assert control.wait_exit() == 1


def test_files_that_are_no_databases(placed):
    placed.country.write_bytes(b"<html>Sign in</html>" * 100)
    placed.network.unlink()
    api = placed.start()
    placed.gateway.control.wait_line(r"country.mmdb: is no MaxMind DB that can be read \(.*\): fetch it again")
    placed.gateway.control.wait_line(r"network.mmdb: No such file")
    health = api.get("/health")
    assert health["status"] == "degraded" and "country.mmdb: is no MaxMind DB" in health["dataplane"]["message"]
    mmdb.write(placed.country, {"198.51.100.0/24": NL})
    mmdb.write(placed.network, {"198.51.100.0/24": NETWORK})
    placed.gateway.control.signal(signal.SIGHUP)
    api.until(lambda: api.get("/health")["status"] == "ok", 10, "well again")


def test_a_country_is_blocked_by_a_rule(placed):
    """Its prefixes are in the lists image, keep their bit over restarts, and follow the file."""
    tv, phone = placed.home.devices
    api = placed.start()
    assert tv.ping(FAR) and tv.ping(OTHER)
    reply = api.request("POST", "/rules", {"action": "block", "subject": {"everyone": True}, "object": {"country": "NL"}})
    assert reply.status in (200, 201, 202), reply.body
    api.until(lambda: not tv.ping(FAR, 1), 15, "NL blocked")
    assert not tv.ping(SIX, 1) and tv.ping(OTHER)
    made = "/rules/" + reply.json["rule"]["id"]
    assert api.until(lambda: api.get(made)["hits"], 10, "hits of the rule") and api.get(made)["last_hit"]
    placed.gateway.control.kill9()
    assert not phone.ping(FAR, 1)
    api = placed.start()
    for _ in range(3):
        assert not tv.ping(FAR, 1) and tv.ping(OTHER)
    mark = placed.gateway.control.mark()
    mmdb.write(placed.folder / "new", {"198.51.100.0/25": US, "198.51.100.128/25": NL})
    os.rename(placed.folder / "new", placed.country)
    placed.gateway.control.wait_line(r"lists \d+ are in force", since=mark)
    assert tv.ping(FAR) and not tv.ping(OTHER, 1)
    mark = placed.gateway.control.mark()
    (placed.folder / "new").write_bytes(b"moon")
    os.rename(placed.folder / "new", placed.country)
    placed.gateway.control.wait_line("the lists stay as they were: .*country.mmdb: is no MaxMind DB", since=mark)
    assert tv.ping(FAR) and not tv.ping(OTHER, 1)
