# SPDX-License-Identifier: BSD-3-Clause
"""Why something passes or not, and what a rule would change: the same as what the packets meet."""

import pytest

PYTHON = "/usr/bin/python3"
# A resolver that says why: the first label of a name is the RCODE, the INFO-CODE (RFC 8914) or "none", and perhaps
# "address": there is one.
RESOLVER = """
import socket, struct
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind(("", 53))
print("ready", flush=True)
while True:
    asked, who = link.recvfrom(1500)
    words = asked[13:13 + asked[12]].decode().split("-")
    rcode, code, address = int(words[0]), words[1], len(words) > 2
    end = asked.index(0, 12) + 5
    answer = asked[:2] + struct.pack(">HHHHH", 0x8180 | rcode, 1, address, 0, code != "none") + asked[12:end]
    if address:
        answer += struct.pack(">HHHIH4B", 0xC00C, 1, 1, 60, 4, 0, 0, 0, 0)
    if code != "none":
        text = b"<b>no</b>"
        answer += struct.pack(">BHHIHHHH", 0, 41, 1232, 0, 6 + len(text), 15, 2 + len(text), int(code)) + text
    link.sendto(answer, who)
"""
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


@pytest.fixture
def resolver(home):
    server = home.router.ns.popen(PYTHON, "-u", "-c", RESOLVER, name="router: a resolver that says why")
    server.wait_line("ready")
    home.devices[0].ping(home.router.ipv4)
    home.tv = home.gateway.api.device(home.devices[0].mac)["id"]

    def look(name):
        home.ask(home.devices[0], name)
        return home.gateway.api

    home.look = look
    return home


def said(home, name):
    """What the chain tells of the resolver, and where that is."""
    answer = explain(home, name)
    steps = [step for step in answer["steps"] if step["kind"] == "resolver"]
    assert bool(steps) == (answer["resolver"] is not None) and not any(step["decides"] for step in steps)
    return answer, steps[0] if steps else None


def test_the_resolver_says_why(resolver):
    api = resolver.look("3-15.ads.example")
    api.until(lambda: said(resolver, "3-15.ads.example")[1], 10, "that it blocks")
    answer, step = said(resolver, "3-15.ads.example")
    assert step["text"] == "The resolver says: Blocked (15). Whoever runs the resolver blocks this name."
    assert step["name"] == "Blocked" and answer["verdict"] == "forward", "nothing here decides it"
    assert (answer["resolver"]["code"], answer["resolver"]["name"], answer["resolver"]["rcode"]) == (15, "Blocked", "NXDOMAIN")
    assert "in vain" in answer["steps"][0]["text"] and answer["steps"].index(step) == 1
    assert "<b>" not in str(answer), "its own text is not read"
    dutch = api.request("GET", f"/explain?device={resolver.tv}&to=3-15.ads.example", headers={"Accept-Language": "nl"}).json
    assert "De resolver zegt: Blocked (15)." in dutch["steps"][1]["text"]
    told = resolver.gateway.spinctl("explain", resolver.devices[0].mac, "3-15.ads.example").stdout
    assert "The resolver says: Blocked (15)." in told


@pytest.mark.parametrize("name, code, registered, text", [
    ("2-6.bogus.example", 6, "DNSSEC Bogus", "signatures"),
    ("2-22.gone.example", 22, "No Reachable Authority", "not at home"),
    ("0-3-address.old.example", 3, "Stale Answer", "old one"),
    ("0-15-address.ads.example", 15, "Blocked", "blocks this name"),
    ("2-0.other.example", 0, "Other Error", "Other Error (0)."),
    ("2-49152.own.example", 49152, None, "49152"),
])
def test_what_resolvers_say(resolver, name, code, registered, text):
    resolver.look(name).until(lambda: said(resolver, name)[1], 10, "what it says")
    answer, step = said(resolver, name)
    assert answer["resolver"]["code"] == code and answer["resolver"]["name"] == step["name"] == registered
    assert text in step["text"] and answer["to"]["address"] == ("0.0.0.0" if "address" in name else None)


def test_a_resolver_of_today(home):
    """dnsmasq, which has nobody to ask, says so: to who speaks EDNS, and of its own names nothing."""
    home.names(TABLE)
    home.tv = home.gateway.api.device(home.devices[0].mac)["id"] if home.devices[0].ping(home.router.ipv4) else None
    for name in ("www.elsewhere.example", "www.news.example"):
        home.ask(home.devices[0], name)
    home.gateway.api.until(lambda: said(home, "www.elsewhere.example")[1], 10, "that it is not ready")
    answer, step = said(home, "www.elsewhere.example")
    assert answer["resolver"]["name"] == "Not Ready" and answer["resolver"]["rcode"] == "REFUSED"
    assert said(home, "www.news.example")[1] is None
