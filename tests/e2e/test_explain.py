# SPDX-License-Identifier: BSD-3-Clause
"""Why something passes or not, and what a rule would change: the same as what the packets meet."""

import pytest

TABLE = {"www.ads.example": ["198.51.100.66", "2001:db8:2::66"], "www.news.example": ["198.51.100.67"]}


@pytest.fixture
def known(home):
    """The first device has looked both names up and talked to them."""
    home.names(TABLE)
    tv = home.devices[0]
    for name, addresses in TABLE.items():
        assert home.resolve(tv, name) == addresses[:1]
        assert tv.ping(addresses[0])
    home.tv = home.gateway.api.device(tv.mac)["id"]
    home.gateway.api.until(lambda: len(home.gateway.api.items(f"/flows?device={home.tv}")) >= 2, 10, "both flows")
    return home


def explain(home, to, **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return home.gateway.api.get(f"/explain?device={home.tv}&to={to}{query}")


def deciding(answer):
    return next(step for step in answer["steps"] if step["decides"])


def test_it_passes_by_default(known):
    answer = explain(known, "198.51.100.66:443")
    assert answer["verdict"] == "forward" and answer["to"]["name"] == "www.ads.example"
    assert answer["to"]["protocol"] == "tcp" and answer["to"]["port"] == 443
    assert deciding(answer)["kind"] == "default" and deciding(answer)["name"] == "allow-all"


@pytest.mark.parametrize("to", ["www.ads.example", "198.51.100.66", "WWW.ads.example.:443", "other.ads.example"])
def test_a_rule_about_a_domain(known, to):
    known.gateway.spinctl("block", "ads.example", "for", "everyone")
    answer = explain(known, to)
    assert answer["verdict"] == "drop" and answer["in_force"]
    step = deciding(answer)
    assert step["kind"] == "rule" and "ads.example" in step["text"] and step["rule"].startswith("rule_")
    assert not known.devices[0].ping("198.51.100.66", 1)
    assert explain(known, "www.news.example")["verdict"] == "forward"


def test_an_allow_goes_before_it(known):
    known.gateway.spinctl("block", "ads.example", "for", "everyone")
    known.gateway.spinctl("allow", known.tv, "www.ads.example:443")
    assert explain(known, "www.ads.example:443")["verdict"] == "forward"
    answer = explain(known, "www.ads.example:80")
    assert answer["verdict"] == "drop"
    kinds = [s["text"] for s in explain(known, "www.ads.example:443")["steps"] if s["kind"] == "rule"]
    assert len(kinds) == 2  # the one that decides, and the one that it overrules


def test_an_address_without_a_name(known):
    answer = explain(known, "203.0.113.9")
    assert answer["to"]["name"] is None and "only the address counts" in answer["steps"][0]["text"]


def test_without_a_port_it_is_what_no_service_is_named_for(known):
    """A guest's DNS passes: that does not make the rest pass, and what is said is what the packets meet."""
    assert known.gateway.spinctl("profile", known.tv, "guest").returncode == 0
    answer = explain(known, known.router.ipv4)
    assert answer["verdict"] == "drop" and "Some services pass" in answer["text"]
    assert not known.devices[0].ping(known.router.ipv4, 1)
    assert explain(known, known.router.ipv4 + ":53", protocol="udp")["verdict"] == "forward"
    assert known.gateway.spinctl("profile", known.tv, "allow-all").returncode == 0
    known.gateway.spinctl("block", "by", "https", "for", known.tv)
    answer = explain(known, "198.51.100.67")
    assert answer["verdict"] == "forward" and "Some services do not" in answer["text"]
    assert len([step for step in answer["steps"] if step["kind"] == "rule"]) == 1  # one service, though tcp and udp
    assert explain(known, "198.51.100.67:443")["verdict"] == "drop"


def test_a_rule_about_one_of_the_devices_addresses(known):
    tv, api = known.devices[0], known.gateway.api
    rule = {"action": "block", "subject": {"device": known.tv, "address": tv.ipv4}}
    assert api.request("POST", "/rules:simulate", rule).json["stopped"] >= 2
    assert api.request("POST", "/rules:simulate", {**rule, "subject": {"device": known.tv, "address": "192.0.2.99"}}).json["stopped"] == 0
    assert api.request("POST", "/rules", rule).status == 200
    assert explain(known, "198.51.100.66")["verdict"] == "drop" and not tv.ping("198.51.100.66", 1)
    assert explain(known, "2001:db8:2::66")["verdict"] == "forward" and tv.ping("2001:db8:2::66")


def test_what_nothing_closes(known):
    known.gateway.spinctl("block", known.tv)
    assert explain(known, "198.51.100.66")["verdict"] == "drop"
    answer = explain(known, "192.0.2.1:67", protocol="udp")
    assert answer["verdict"] == "forward" and deciding(answer)["kind"] == "safety"


def test_the_whole_safety_class(known):
    """What no rule closes is said of each, and neighbours are told what is left to them."""
    tv, api = known.devices[0], known.gateway.api
    known.gateway.spinctl("block", known.tv)
    for word in ("arp", "eapol", "nd", "ra", "mld"):
        answer = explain(known, known.router.ipv4, protocol=word)
        assert answer["verdict"] == "forward" and deciding(answer)["kind"] == "safety", word
        assert answer["to"]["protocol"] == word and "clos" in deciding(answer)["text"]
    assert explain(known, "fe80::1", protocol="icmpv6")["verdict"] == "drop", "not all of ICMPv6"
    refused = api.request("GET", f"/explain?device={known.tv}&to={tv.ipv4}:80&protocol=arp")
    assert refused.status == 400 and "arp" in refused.json["hint"]
    assert ": passes." in known.gateway.spinctl("explain", tv.mac, known.router.ipv4, "--protocol", "arp").stdout


@pytest.mark.parametrize("to", ["", "a..b", "[::1", "1.2.3.4:0", "x:99999", "x" * 300])
def test_what_is_neither_name_nor_address(known, to):
    reply = known.gateway.api.request("GET", f"/explain?device={known.tv}&to={to}")
    assert reply.status in (400, 422) and "example.org" in reply.json["hint"]


def test_spinctl_says_it(known):
    known.gateway.spinctl("block", "ads.example", "for", "everyone")
    said = known.gateway.spinctl("explain", known.devices[0].mac, "www.ads.example:443").stdout
    assert ": stopped." in said and "  > " in said
    assert ": passes." in known.gateway.spinctl("explain", known.devices[0].mac, "www.news.example").stdout


def test_simulated_and_nothing_changed(known):
    api = known.gateway.api
    before = api.get("/health")["generation"]
    said = known.gateway.spinctl("simulate", "block", "ads.example", "for", "everyone").stdout
    assert "Nothing was changed" in said and "stopped" in said
    answer = api.request("POST", "/rules:simulate", {"action": "block", "subject": {"everyone": True},
                                                     "object": {"domain": "ads.example"}})
    assert answer.status == 200
    found = answer.json
    assert found["flows"] >= 2 and found["stopped"] >= 1 and found["let_pass"] == 0
    assert [i["destination"]["name"] for i in found["items"]] == ["ads.example"]
    assert found["items"][0]["device"]["id"] == known.tv
    assert api.get("/health")["generation"] == before and not api.items("/rules")
    assert known.devices[0].ping("198.51.100.66")
