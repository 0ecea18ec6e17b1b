# SPDX-License-Identifier: BSD-3-Clause
"""SPIN's topics over Debian's mosquitto, as mosquitto_sub and as the original's page read them: key by key, in their
order, and without the original's defects."""

import json
import re
import subprocess
import time

import pytest
from harness.broker import Broker, ShippedBroker, free_port
from harness.mqtt_page import MqttPage
from harness.spin_client import SpinClient, start


def stale(broker):
    """What a run of the original left behind, in other meanings."""
    broker.publish("SPIN/traffic/node/7", json.dumps({"command": "nodeInfo", "result": {"id": 7, "ips": [], "domains": []}}), "-r")
    broker.publish("SPIN/traffic/node/4000", json.dumps({"command": "nodeInfo", "result": {"id": 4000, "ips": [], "domains": []}}), "-r")


@pytest.fixture
def spin(make_home, tmp_path):
    home = make_home()
    home.web = free_port()
    home.broker = Broker(tmp_path, f"listener {home.web} 127.0.0.1", "protocol websockets").start()
    stale(home.broker)
    home.ear = home.broker.subscribe("SPIN/#")
    start(home, more=f"mqtt: {{enabled: true, host: 127.0.0.1, port: {home.broker.port}}}\n")
    home.spin = SpinClient(home.gateway.api)
    return home


def lines(home, topic="SPIN/traffic"):
    """Every message so far on a topic, parsed, in its order."""
    return [json.loads(m) for m in re.findall(rf"^> 0 {topic} (\{{.*)$", home.ear.process.text, re.M)]


def test_messages_key_by_key_and_in_their_order(spin):
    home, device = spin, spin.devices[0]
    home.ear.message("SPIN/traffic", fits=r'\{"command":"serverRestart"\}')
    for name in ("block", "ignore", "allow"):
        assert home.ear.until("SPIN/traffic", lambda m, n=name: m["command"] == n) == {"command": name, "result": []}
    assert [m["command"] for m in lines(home)[:4]] == ["serverRestart", "block", "ignore", "allow"]
    home.names({"www.example.org": ["198.51.100.7"]})
    home.resolve(device, "www.example.org")
    query = home.ear.until("SPIN/traffic", lambda m: m["command"] == "dnsquery")
    assert set(query) == {"command", "result"} and set(query["result"]) == {"from", "queriednode", "query"}
    assert query["result"]["query"] == "www.example.org."
    assert device.ping("198.51.100.7")
    site, own = query["result"]["queriednode"], query["result"]["from"]

    def has(m):
        return m["command"] == "traffic" and any(f["to"] == site for f in m["result"]["flows"])
    traffic = home.ear.until("SPIN/traffic", has)
    assert set(traffic) == {"command", "argument", "result"} and traffic["argument"] == ""
    result = traffic["result"]
    assert set(result) == {"flows", "timestamp", "total_size", "total_count"} and abs(result["timestamp"] - time.time()) < 60
    assert all(set(f) == {"from", "to", "protocol", "from_port", "to_port", "size", "count"} and all(isinstance(v, int) for v in f.values())
               for f in result["flows"])
    assert result["total_size"] == sum(f["size"] for f in result["flows"])
    assert result["total_count"] == sum(f["count"] for f in result["flows"])
    flow = next(f for f in result["flows"] if f["to"] == site)
    assert (flow["from"], flow["protocol"], flow["to_port"]) == (own, 1, 0) and flow["count"] >= 1 and flow["size"] >= 84
    # Nodes before what names them.
    text = home.ear.process.text
    for m in re.finditer(r'^> 0 SPIN/traffic (\{"command":"(?:traffic|dnsquery|blocked)".*)$', text, re.M):
        r = json.loads(m[1])["result"]
        for number in {n for f in r.get("flows", [r]) for k, n in f.items() if k in ("from", "to", "queriednode")}:
            assert f"> 0 SPIN/traffic/node/{number} " in text[:m.start()], (number, m[1])
    info = home.ear.until(f"SPIN/traffic/node/{site}", lambda m: m["result"]["ips"] == ["198.51.100.7"])
    assert set(info["result"]) == {"id", "lastseen", "ips", "domains"} and info["result"]["domains"] == ["www.example.org."]
    assert info["result"]["lastseen"] > time.time() - 600 and info["command"] == "nodeInfo"
    node = home.ear.until(f"SPIN/traffic/node/{own}", lambda m: device.ipv4 in m["result"]["ips"])["result"]
    assert node["id"] == own and node["mac"] == device.mac and node == {**node, "domains": []}
    # The same through the calls.
    assert home.spin.rpc("get_device_data", node=site)["domains"] == ["www.example.org."]
    # A question that was refused is one too, and its name a node, which the API does not show: nothing was ever sent there.
    home.resolve(device, "nobody.example.net")
    vain = home.ear.until("SPIN/traffic", lambda m: m["command"] == "dnsquery" and m["result"]["query"] == "nobody.example.net.")["result"]
    assert vain["from"] == own and vain["queriednode"] not in (own, site)
    asked = home.ear.until(f"SPIN/traffic/node/{vain['queriednode']}", lambda m: m["result"]["domains"])["result"]
    assert (asked["ips"], asked["domains"]) == ([], ["nobody.example.net."])
    assert "example.net" not in {d["name"] for d in home.gateway.api.items("/destinations")}
    # Blocked: told, summed, with a list of it, and at once in the node.
    home.spin.rpc("add_iplist_node", list="block", node=own)
    assert not device.ping("198.51.100.7", 2)
    blocked = home.ear.until("SPIN/traffic", lambda m: m["command"] == "blocked" and m["result"]["from"] == own)
    assert set(blocked["result"]) == {"from", "to", "protocol", "from_port", "to_port", "size", "count"}
    listed = home.ear.until("SPIN/traffic", lambda m: m["command"] == "block" and m["result"])
    assert device.ipv4 in listed["result"]
    home.ear.until(f"SPIN/traffic/node/{own}", lambda m: m["result"].get("is_blocked") is True)
    home.spin.rpc("remove_iplist_node", list="block", node=own)
    # Stale numbers of another run went: the retained topics are empty, and what is retained is ours.
    home.ear.message("SPIN/traffic/node/4000", fits="", timeout=20)
    late = home.broker.subscribe("SPIN/traffic/#")
    late.until(f"SPIN/traffic/node/{own}", lambda m: m["result"]["mac"] == device.mac)
    assert "node/4000" not in late.process.text and "serverRestart" not in late.process.text
    # Ignored: hidden from traffic, and it says so in a list.
    home.spin.rpc("add_iplist_node", list="ignore", node=own)
    home.ear.until("SPIN/traffic", lambda m: m["command"] == "ignore" and device.ipv4 in m["result"])
    stat = home.ear.until("SPIN/stat/dns/answer", lambda m: m["count"] >= 1, timeout=40)
    assert set(stat) == {"module", "name", "type", "value", "count"} and (stat["module"], stat["name"], stat["type"]) == ("dns", "answer", 0)


def test_whole_nodes_for_older_programs(spin, tmp_path):
    """Up to 0.9 a flow carried its nodes; a program of then adds up by MAC, address and name, and knows no numbers."""
    home, device = spin, spin.devices[0]
    (tmp_path / "spin.yaml").write_text((tmp_path / "spin.yaml").read_text().replace("  auth:", "  flows: nodes\n  auth:"))
    assert home.gateway.api.request("POST", "/config:reload").status == 200
    home.names({"www.example.org": ["198.51.100.7"]})
    home.resolve(device, "www.example.org")
    pings = device.pinger("198.51.100.7", 0.2)
    query = home.ear.until("SPIN/traffic", lambda m: m["command"] == "dnsquery" and isinstance(m["result"]["from"], dict))["result"]
    assert query["from"]["mac"] == device.mac and query["queriednode"]["domains"] == ["www.example.org."]

    def ends(m, command):
        return m["command"] == command and [(f["from"], f["to"]) for f in m["result"].get("flows", [m["result"]])
                                            if isinstance(f["to"], dict) and "198.51.100.7" in f["to"]["ips"]]
    (own, site), = ends(home.ear.until("SPIN/traffic", lambda m: ends(m, "traffic")), "traffic")
    assert (own["id"], own["mac"]) == (query["from"]["id"], device.mac) and device.ipv4 in own["ips"] and own["domains"] == []
    assert set(site) == {"id", "lastseen", "ips", "domains"} and site["domains"] == ["www.example.org."]
    home.spin.rpc("add_iplist_node", list="block", node=site["id"])
    (own, site), = ends(home.ear.until("SPIN/traffic", lambda m: ends(m, "blocked")), "blocked")
    assert site["is_blocked"] and own["mac"] == device.mac
    pings.stop()


def test_merging_deleting_and_peaks(spin):
    home, (one, other) = spin, spin.devices
    one.ping(home.router.ipv4), other.ping(home.router.ipv4)
    api = home.gateway.api
    ids = {d.mac: api.device(d.mac)["id"] for d in home.devices}
    nodes = {d.mac: home.spin.node(d.mac)["id"] for d in home.devices}
    for number in nodes.values():
        home.ear.message(f"SPIN/traffic/node/{number}")
    mark = home.ear.mark()
    assert api.request("POST", f"/devices/{ids[one.mac]}:join", {"with": ids[other.mac]}).status == 200
    merged = home.ear.until("SPIN/traffic/admin", lambda m: m["command"] == "nodeMerged", timeout=30)
    assert merged == {"command": "nodeMerged", "result": {"id": nodes[other.mac], "merged-to": nodes[one.mac]}}
    home.ear.message(f"SPIN/traffic/node/{nodes[other.mac]}", mark, fits="")
    assert set(home.spin.node(one.mac)["ips"]) >= {one.ipv4, other.ipv4}
    # An address that turns out to have a name is the name's node from then on: its own is deleted.
    site = "198.51.100.7"
    assert one.ping(site)
    bare = home.gateway.api.destination(site)["id"]
    number = home.ear.until(r"SPIN/traffic/node/\d+", lambda m: m["result"]["ips"] == [site] and not m["result"]["domains"])["result"]["id"]
    mark = home.ear.mark()
    home.names({"www.example.org": [site]})
    home.resolve(one, "www.example.org")
    assert one.ping(site)
    deleted = home.ear.until("SPIN/traffic/admin", lambda m: m["command"] == "nodeDeleted", mark, timeout=30)
    assert deleted == {"command": "nodeDeleted", "result": {"id": number}}
    home.ear.message(f"SPIN/traffic/node/{number}", mark, fits="")
    assert api.request("GET", f"/destinations/{bare}").status == 404
    named = home.ear.until(r"SPIN/traffic/node/\d+", lambda m: site in m["result"]["ips"] and m["result"]["domains"] == ["www.example.org."], mark)
    assert named["result"]["id"] != number  # a number is never given again
    # Peaks, as the page asks for them: the number as it stands or in quotes; nothing of who is no device.
    for argument in (nodes[one.mac], str(nodes[one.mac])):
        mark = home.ear.mark()
        home.broker.publish("SPIN/commands", json.dumps({"command": "get_peak_info", "argument": argument}))
        peak = home.ear.until("SPIN/traffic", lambda m: m["command"] == "peakinfo", mark)
        assert peak["argument"] == str(nodes[one.mac]) and set(peak["result"]) == {"items", "maxbytes", "maxpackets", "enforcing"}
        assert set(peak["result"]["items"]) == {"0", *(f"-{i}" for i in range(1, 60))} and peak["result"]["enforcing"] is False
        assert all(set(v) == {"bytes", "packets"} for v in peak["result"]["items"].values())
    mark = home.ear.mark()
    home.broker.publish("SPIN/commands", json.dumps({"command": "get_peak_info", "argument": 123456}))
    assert home.ear.until("SPIN/traffic", lambda m: m["command"] == "peakinfo", mark) == {"command": "peakinfo", "argument": "123456"}
    for junk in ("", "nonsense", "[]", '{"command":7}', '{"command":"add_block_node","argument":1}', "x" * 70_000):
        home.broker.publish("SPIN/commands", junk)
        home.broker.publish("SPIN/jsonrpc/q", junk)
    assert home.spin.rpc("list_iplist", list="block") == []


def test_calls_over_mqtt(spin, tmp_path):
    home, device = spin, spin.devices[0]
    device.ping(home.router.ipv4)
    home.gateway.api.device(device.mac)
    ask = {"jsonrpc": "2.0", "id": "a1", "method": "list_devices"}
    home.broker.publish("SPIN/jsonrpc/q", json.dumps(ask))
    answer = home.ear.until("SPIN/jsonrpc/a", lambda m: m.get("id") == "a1")
    node = next(n for n in answer["result"] if n["mac"] == device.mac)["id"]
    # Who may publish at the broker is the broker's affair: without mqtt.commands nobody acts that way.
    block = {"jsonrpc": "2.0", "id": "a2", "method": "add_iplist_node", "params": {"list": "block", "node": node}}
    home.broker.publish("SPIN/jsonrpc/q", json.dumps(block))
    answer = home.ear.until("SPIN/jsonrpc/a", lambda m: m.get("id") == "a2")
    assert answer["error"]["code"] == -1 and "is_blocked" not in home.spin.node(device.mac)
    text = (tmp_path / "spin.yaml").read_text().replace("mqtt: {", "mqtt: {commands: true, ")
    (tmp_path / "spin.yaml").write_text(text)
    assert home.gateway.api.request("POST", "/config:reload").status == 200
    home.gateway.api.until(lambda: home.gateway.api.get("/integrations/mqtt")["state"] == "ok", 20, "connected again")
    home.broker.publish("SPIN/jsonrpc/q", json.dumps({**block, "id": "a3"}))
    assert home.ear.until("SPIN/jsonrpc/a", lambda m: m.get("id") == "a3") == {"jsonrpc": "2.0", "id": "a3"}
    assert home.spin.node(device.mac)["is_blocked"]
    entry = home.gateway.api.get("/audit?operation=actOnDevice")["items"][0]
    assert (entry["who"], entry["way"]) == ("MQTT client", "spin")
    # A flood of calls is cut, counted, and holds nobody up.
    flood = "\n".join(json.dumps({**ask, "id": n}) for n in range(2000))
    subprocess.run(["mosquitto_pub", "-p", str(home.broker.port), "-t", "SPIN/jsonrpc/q", "-l"], input=flood, text=True, check=True, timeout=60)
    api = home.gateway.api
    api.until(lambda: api.get("/integrations/spin_compat")["lost"] > 0, 20, "calls that were too many")
    assert home.spin.rpc("list_iplist", list="block")


def test_privacy(spin):
    """Of a device with a privacy level of its own nothing goes to the broker but that it is there."""
    home, device = spin, spin.devices[0]
    device.ping(home.router.ipv4)
    api = home.gateway.api
    one = api.device(device.mac)["id"]
    assert api.request("PATCH", f"/devices/{one}", {"privacy": 1}).status == 200
    home.names({"secret.example.org": ["198.51.100.9"], "public.example.net": ["198.51.100.10"]})
    home.resolve(device, "secret.example.org")
    device.ping("198.51.100.9")
    home.resolve(home.devices[1], "public.example.net")
    home.ear.until("SPIN/traffic", lambda m: m["command"] == "dnsquery" and m["result"]["query"] == "public.example.net.")
    assert home.devices[1].ping("198.51.100.10")
    home.ear.until("SPIN/traffic", lambda m: m["command"] == "traffic" and any(f["protocol"] == 1 for f in m["result"]["flows"]))
    assert "secret" not in home.ear.process.text and "198.51.100.9" not in home.ear.process.text


def test_the_page_and_its_capture_window(spin):
    """Over a websocket, in the page's own order: connect, subscribe, the three lists, a bubble, a capture."""
    home, device = spin, spin.devices[0]
    device.ping(home.router.ipv4)
    home.gateway.api.device(device.mac)
    home.ear.message("SPIN/traffic", fits=r'\{"command":"serverRestart"\}')
    page = MqttPage(home.web)
    assert page.refused == 0
    for name in ("ignore", "block", "allow"):
        assert home.spin.rpc("list_iplist", list=name) == []
    node = page.until(lambda topic, m: topic.startswith("SPIN/traffic/node/") and m and m["result"].get("mac") == device.mac)[1]["result"]
    device.ping(home.router.ipv4)
    page.command("traffic", lambda m: any(node["id"] in (f["from"], f["to"]) for f in m["result"]["flows"]))
    assert home.spin.rpc("get_device_data", node=node["id"])["mac"] == device.mac
    page.publish("SPIN/commands", json.dumps({"command": "get_peak_info", "argument": node["id"]}))
    page.command("peakinfo")
    page.ping()
    assert not any(m and m.get("command") == "serverRestart" for _, m in page.seen)  # never retained
    page.close()
    window = MqttPage(home.web)
    window.subscribe(f"SPIN/capture/{device.mac}", 2)
    query = f"?device={device.mac}"
    assert home.spin.ask("GET", "/spin_api/capture_start" + query)[:3:2] == (200, b"")
    assert b"Running" in home.spin.ask("GET", "/spin_api/tcpdump_status" + query)[2]
    device.ping(home.router.ipv4)

    def pieces():
        return [m for topic, m in window.seen if topic == f"SPIN/capture/{device.mac}"]
    window.until(lambda topic, m: topic.startswith("SPIN/capture/") and len(pieces()) > 1)
    hexes = [m if isinstance(m, str) else str(m) for m in pieces()]
    assert re.fullmatch("[0-9A-F]{48}", hexes[0]) and all(re.fullmatch("[0-9A-F]{2,2048}", h) and len(h) % 2 == 0 for h in hexes)
    assert bytes.fromhex(hexes[0])[:4] in (bytes.fromhex("d4c3b2a1"), bytes.fromhex("4d3cb2a1"))
    assert bytes.fromhex(device.mac.replace(":", "")) in bytes.fromhex("".join(hexes))
    assert home.spin.ask("GET", "/spin_api/capture_stop" + query)[0] == 200
    assert b"Not running" in home.spin.ask("GET", "/spin_api/tcpdump_status" + query)[2]
    window.close()


def test_the_broker_goes_and_comes(spin):
    home, device = spin, spin.devices[0]
    device.ping(home.router.ipv4)
    number = home.spin.node(device.mac)["id"]
    home.ear.message(f"SPIN/traffic/node/{number}")
    home.broker.kill9()
    api = home.gateway.api
    api.until(lambda: api.get("/integrations/mqtt")["state"] != "ok", 20, "the broker is missed")
    assert device.ping(home.router.ipv4) and home.spin.rpc("list_devices")
    assert home.spin.ask("GET", f"/spin_api/capture_start?device={device.mac}")[::2] == (500, b"error")
    home.broker.start()
    ear = home.broker.subscribe("SPIN/#")
    ear.until(f"SPIN/traffic/node/{number}", lambda m: m["result"]["mac"] == device.mac, timeout=60)
    device.ping(home.router.ipv4)
    ear.until("SPIN/traffic", lambda m: m["command"] == "traffic", timeout=30)
    # Switched off, nothing of it stays at the broker.
    folder = home.gateway.state_dir.parent
    (folder / "spin.yaml").write_text((folder / "spin.yaml").read_text().replace("enabled: true\n  auth", "enabled: false\n  auth"))
    assert api.request("POST", "/config:reload").status == 200
    ear.message(f"SPIN/traffic/node/{number}", fits="", timeout=20)


def test_the_shipped_configuration_of_the_broker(tmp_path):
    broker = ShippedBroker(tmp_path, {"spin": "gateway password", "sidn": "reader password"}).start()
    assert MqttPage(broker.web).refused == 5  # nobody without a name
    page = MqttPage(broker.web, user="sidn", password="reader password")
    assert page.refused == 0
    broker.publish("SPIN/traffic", '{"command":"x"}', "-u", "sidn", "-P", "reader password")  # not taken
    broker.publish("SPIN/traffic", '{"command":"y"}', "-u", "spin", "-P", "gateway password")
    assert page.until(lambda topic, m: topic == "SPIN/traffic")[1] == {"command": "y"}
    page.close()
