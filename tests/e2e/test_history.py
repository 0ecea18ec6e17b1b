# SPDX-License-Identifier: BSD-3-Clause
"""The history holds what the rest of the API shows, to the byte, over restarts and kills of spin-control.

What was gathered is written when control ends, so that no test waits for the ten seconds of a span."""

import signal

COUNTS = ("packets_out", "bytes_out", "packets_in", "bytes_in", "dropped")


def restart(gateway, number=signal.SIGTERM):
    gateway.control.signal(number)
    gateway.control.wait_exit()
    gateway.start_control(connected=gateway.dataplane.running)
    return gateway.api


def end_dataplane(gateway):
    """From here on nothing is counted any more; returns what was."""
    gateway.dataplane.stop()
    api = gateway.api
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
    return {d["id"]: d for d in api.items("/devices")}, api.items("/flows")


def counts(x):
    return {k: x[k] for k in COUNTS}


def from_device(flow, mac):
    """A flow's counters, seen from the device."""
    out, back = ("responder", "initiator") if flow["initiator"]["mac"] == mac else ("initiator", "responder")
    dropped = flow["packets_to_responder"] + flow["packets_to_initiator"] if flow["verdict"] == "drop" else 0
    return {"packets_out": flow[f"packets_to_{out}"], "bytes_out": flow[f"bytes_to_{out}"],
            "packets_in": flow[f"packets_to_{back}"], "bytes_in": flow[f"bytes_to_{back}"], "dropped": dropped}


def add(a, b):
    return {k: a.get(k, 0) + b[k] for k in COUNTS}


def test_the_last_second_is_counted(home):
    """The dataplane is stopped right behind the last packet: what it had not told yet is its last word."""
    device = home.devices[0]
    assert device.ping(home.router.ipv4)
    for _ in range(20):
        assert device.ping("198.51.100.9")
    devices, flows = end_dataplane(home.gateway)
    pings = [f for f in flows if f["responder"]["address"] == "198.51.100.9"]
    assert sum(f["packets_to_responder"] for f in pings) == sum(f["packets_to_initiator"] for f in pings) == 20
    seen = next(d for d in devices.values() if d["mac"] == device.mac)
    assert seen["packets_out"] >= 21 and seen["packets_in"] >= 21


def talk(home):
    for device in home.devices:
        assert device.ping(home.router.ipv4) and device.ping("198.51.100.7") and device.ping(home.router.ipv6)


def courses(api):
    """Of the items that were asked about, what each moved when; the points are the sum of all items."""
    for group in ("device", "destination", "service"):
        got = api.get(f"/history?group={group}&step=60&limit=500&series=32")
        assert 0 < len(got["items"]) <= 32
        for item in got["items"]:
            for way, moved in item["series"].items():
                assert len(moved) == len(got["points"]) and sum(moved) == item[way], group
        for i, point in enumerate(got["points"]):
            assert point["bytes_in"] == sum(item["series"]["bytes_in"][i] for item in got["items"]), group
        first, *others = api.get(f"/history?group={group}&step=60&series=1")["items"]
        assert first == got["items"][0] and not any("series" in item for item in others)


def test_it_holds_what_the_lists_show(home):
    gateway = home.gateway
    home.names({"www.example.org": ["198.51.100.7"], "late.example.net": ["198.51.100.9"]})
    assert home.devices[0].ping("198.51.100.9")
    gateway.api.destination("198.51.100.9")
    assert home.resolve(home.devices[0], "late.example.net")  # and the address has a name
    gateway.api.destination("example.net")
    assert home.resolve(home.devices[0], "www.example.org")
    talk(home)
    gateway.api.destination("example.org")
    blocked = gateway.api.device(home.devices[1].mac)
    gateway.api.act(f"/devices/{blocked['id']}", "block")
    assert not home.devices[1].ping(home.router.ipv4, seconds=1)

    api = restart(gateway)  # what the dataplane counted before is counted once
    home.router.serve()
    download = home.devices[0].fetch(home.router.ipv4)
    download.wait_line("got", times=3)
    download.stop()
    api = restart(gateway, signal.SIGKILL)  # nothing of this span was written
    assert home.devices[0].ping("198.51.100.7")
    api.until(lambda: any(d["dropped"] for d in api.items("/devices")), 15, "the blocked device is known again")

    devices, flows = end_dataplane(gateway)
    api = restart(gateway)
    by_device = {i["device"]["id"]: counts(i) for i in api.get("/history?group=device&limit=500")["items"]}
    assert by_device == {i: counts(d) for i, d in devices.items() if any(counts(d).values())}
    expected = {}
    for f in flows:
        if f["device"]:
            expected[f["device"]] = add(expected.get(f["device"], {}), from_device(f, devices[f["device"]]["mac"]))
    for device, sum_of_flows in expected.items():
        got = api.get(f"/devices/{device}/history?group=destination&limit=500")
        total = {}
        for item in got["items"]:
            total = add(total, item)
        assert total == sum_of_flows
        assert got["total"]["flows"] == sum(f["device"] == device for f in flows)
        by_service = api.get(f"/devices/{device}/history?group=service&step=60")
        assert counts(by_service["total"]) == total
        points = {}
        for point in by_service["points"]:
            points = add(points, point)
        assert points == total
    courses(api)
    whole = api.get("/history?destination=example.org&service=icmp&from=2026-01-01T00:00:00Z")
    pings = [from_device(f, home.devices[0].mac) for f in flows if "www.example.org" in f["names"]]
    assert whole["total"]["packets_out"] == sum(p["packets_out"] for p in pings) > 0
    # The graph of the past, and a rule tried on it.
    past = api.get("/graph?from=2026-01-01T00:00:00Z")
    names = {n["id"]: n["name"] for n in past["nodes"]}
    assert home.devices[0].mac in {devices[n["id"]]["mac"] for n in past["nodes"] if n["kind"] == "device"}
    assert {n["state"] for n in past["nodes"]} <= {"device", "recent", "older", "blocked"}
    assert all(n["rate"] == n["bytes"] // past["window"] for n in past["nodes"])
    assert "example.org" in names.values() and all(e["device"] in names and e["destination"] in names for e in past["edges"])
    assert sum(e["bytes_out"] for e in past["edges"] if names[e["destination"]] == "example.org") == whole["total"]["bytes_out"]
    tried = api.request("POST", "/rules:simulate?window=86400",
                        {"action": "block", "subject": {"everyone": True}, "object": {"domain": "example.org"}}).json
    assert [i["destination"]["name"] for i in tried["items"]] == ["example.org"] and tried["stopped"] >= 1
    met = {i["destination"]["name"] for i in api.get("/history?group=destination&from=2026-01-01T00:00:00Z")["items"]}
    assert "example.net" in met and "198.51.100.9" not in met
    table = gateway.spinctl("history", home.devices[0].mac, "--since", "1h").stdout
    assert "example.org" in table and "STOPPED" in table
    assert "icmp" in gateway.spinctl("history", "--by", "service").stdout


def test_the_hosts_of_a_window_that_is_over(home):
    """Each name beneath a domain by itself, with the id it has in the graph of now, and no byte twice."""
    gateway = home.gateway
    table = {"cdn.lumiplay.example": ["198.51.100.7"], "api.lumiplay.example": ["198.51.100.8"]}
    home.names(table)
    for name, (address,) in table.items():
        assert home.resolve(home.devices[0], name) == [address] and home.devices[0].ping(address)

    def hosts(when):
        return {n["name"]: n["id"] for n in gateway.api.get(f"/graph?group=host{when}")["nodes"] if n["kind"] == "host"}
    now = gateway.api.until(lambda: set(table) <= set(h := hosts("")) and h, 15, "both names in the graph")

    def past():
        by_host, whole = (gateway.api.get(f"/graph?from=2026-01-01T00:00:00Z&group={group}") for group in ("host", "domain"))
        total = lambda graph: sum(e["bytes_out"] + e["bytes_in"] for e in graph["edges"])
        assert total(by_host) == total(whole) > 0
        assert all(n["bytes"] and len(n["members"]) == 1 for n in by_host["nodes"] if n["kind"] == "host")
        return hosts("&from=2026-01-01T00:00:00Z")
    restart(gateway)  # which writes what was counted
    then = gateway.api.until(lambda: set(table) <= set(h := past()) and h, 15, "those that are open still")
    assert {n: then[n] for n in table} == {n: now[n] for n in table}
    gateway.dataplane.kill9()
    gateway.start_dataplane()
    gateway.api.until(lambda: gateway.api.get("/history/flows")["items"], 60, "the connections in the history")
    assert {n: i for n, i in past().items() if n in table} == {n: now[n] for n in table}


def test_wrong_questions_are_explained(home):
    api = home.gateway.api
    for query in ("from=yesterday", "from=2026-11-26T18:00:00Z&to=2026-11-26T17:00:00Z", "step=15", "group=vendor",
                  "service=nonsense", "device=tv", "limit=0", "series=33"):
        reply = api.request("GET", "/history?" + query)
        assert reply.status == 400 and reply.json["detail" if query[:5] in ("limit", "serie") else "hint"], query
    assert api.request("GET", "/devices/dev_0000000000000/history").status == 404
    assert api.request("GET", "/history/flows?cursor=x").status == 400
