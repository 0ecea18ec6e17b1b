# SPDX-License-Identifier: BSD-3-Clause
"""Names are there from the start: destinations by DNS, devices by DHCP, else by who made them."""

TABLE = {"cdn.lumiplay.example": ["198.51.100.7", "2001:db8:2::7"], "api.lumiplay.example": ["198.51.100.8"],
         "www.example.org": ["198.51.100.9"]}


def test_destination_has_its_domain(home):
    tv, phone = home.devices
    home.names(TABLE)
    assert home.resolve(tv, "cdn.lumiplay.example") == ["198.51.100.7"]
    assert home.resolve(tv, "cdn.lumiplay.example", "AAAA") == ["2001:db8:2::7"]
    assert home.resolve(phone, "api.lumiplay.example") == ["198.51.100.8"]
    assert tv.ping("198.51.100.7") and tv.ping("2001:db8:2::7") and phone.ping("198.51.100.8")
    api = home.gateway.api

    def complete():
        found = next((d for d in api.items("/destinations") if d["name"] == "lumiplay.example"), None)
        return found and len(found["addresses"]) == 3 and len(found["devices"]) == 2 and found["bytes_out"] and found["bytes_in"] and found
    destination = api.until(complete, 15, "lumiplay.example with three addresses and two devices")
    assert destination["kind"] == "domain" and not destination["dns_only"]
    assert {"cdn.lumiplay.example", "api.lumiplay.example"} <= set(destination["names"])
    # By hosts each of its names is a node, and all are beneath the one that rules are about.
    def hosts():
        named = {n["name"]: n for n in api.get("/graph?group=host")["nodes"] if n["kind"] == "host"}
        return named if {"cdn.lumiplay.example", "api.lumiplay.example"} <= set(named) else None
    both = api.until(hosts, 10, "both names in the graph")
    assert both["cdn.lumiplay.example"]["members"] == both["api.lumiplay.example"]["members"] == [destination["id"]]
    few = api.get("/graph?group=host&limit=3")
    assert len(few["nodes"]) == 3 and few["folded"]["nodes"] > 0


def test_name_seen_only_in_dns(home):
    tv, _ = home.devices
    home.names(TABLE)
    home.resolve(tv, "www.example.org")
    api = home.gateway.api
    assert api.destination("example.org")["dns_only"] is True
    node = api.until(lambda: next((n for n in api.get("/graph?window=600&group=domain")["nodes"]
                                   if n["name"] == "example.org"), None), 10, "example.org in the graph")
    assert node["state"] == "dns"
    assert tv.ping("198.51.100.9")
    api.until(lambda: api.destination("example.org")["dns_only"] is False, 10, "example.org with traffic")


def test_device_is_known(home):
    """By its addresses, both versions, and what it sent and got, to the byte as its flows say."""
    tv, _ = home.devices
    assert tv.ping(home.router.ipv4) and tv.ping(home.router.ipv6)
    api = home.gateway.api

    def complete():
        device = api.device(tv.mac)
        return {tv.ipv4, tv.ipv6} <= {a["address"] for a in device["addresses"]} and device["packets_in"] and device
    device = api.until(complete, 15, "the device's two addresses")
    assert device["online"] and device["side"] == "lan" and device["name_source"] in ("mac", "vendor")
    flows = [f for f in api.items(f"/flows?device={device['id']}") if f["protocol"] in ("icmp", "icmpv6", "ipv6-icmp")]
    assert flows and all(f["device"] == device["id"] for f in flows)


def test_rename(home):
    tv, _ = home.devices
    assert tv.ping(home.router.ipv4)
    api = home.gateway.api
    path = "/devices/" + api.device(tv.mac)["id"]
    learned = api.get(path)["name"]
    reply = api.request("PATCH", path, {"name": "Living room TV"})
    assert reply.status == 200 and reply.json["device"]["name"] == "Living room TV"
    assert "Living room TV" in home.gateway.spinctl("devices").stdout
    home.gateway.spinctl("block", "living room tv", check=False)
    home.gateway.spinctl("unblock", "Living room TV")
    assert api.request("PATCH", path, {"name": None}).json["device"]["name"] == learned


def test_ignored_is_hidden_but_counted(home):
    tv, _ = home.devices
    assert tv.ping("198.51.100.7")
    api = home.gateway.api
    device, destination = api.device(tv.mac)["id"], api.destination("198.51.100.7")["id"]
    nodes = lambda query="": [n["id"] for n in api.get("/graph?window=600&group=domain" + query)["nodes"]]  # noqa: E731
    api.until(lambda: destination in nodes(), 10, "destination in the graph")
    generation = api.get("/health")["generation"]
    assert api.act(f"/destinations/{destination}", "ignore").json["generation"] == generation
    assert destination not in nodes() and device in nodes() and destination in nodes("&ignored=1")
    before = api.get(f"/destinations/{destination}")["packets_out"]
    assert tv.ping("198.51.100.7")
    api.until(lambda: api.get(f"/destinations/{destination}")["packets_out"] > before, 10, "still counted")
    api.act(f"/destinations/{destination}", "unignore")
    api.until(lambda: destination in nodes(), 10, "shown again")


def test_a_flow_keeps_the_name_it_was_judged_by(home):
    """Two names share an address: a flow is called as it was when it began, and counts for that name's destination."""
    tv, _ = home.devices
    api = home.gateway.api
    home.names({"one.shared.example": ["198.51.100.7"], "two.other.example": ["198.51.100.7"]})

    def flows():
        return [(f["names"][:1], f["destination"]) for f in api.items("/flows") if f["responder"]["address"] == "198.51.100.7"]

    for name, count in (("one.shared.example", 1), ("two.other.example", 2)):
        assert home.resolve(tv, name) == ["198.51.100.7"]
        assert tv.ping("198.51.100.7")
        api.until(lambda: len(flows()) == count, 10, "the flow")
    found = dict((names[0], destination) for names, destination in flows())
    assert found == {"one.shared.example": api.destination("shared.example")["id"], "two.other.example": api.destination("other.example")["id"]}
