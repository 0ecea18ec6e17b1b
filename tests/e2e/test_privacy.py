# SPDX-License-Identifier: BSD-3-Clause
"""What is remembered follows the level; all of it is listed, can be had as one document, and be erased."""

import json
import signal
import socket

from test_contract import check, spec  # noqa: F401  (the fixture)

NAME = "www.secret-shop.example"


def restart(gateway):
    gateway.control.signal(signal.SIGTERM)
    gateway.control.wait_exit()
    gateway.start_control(connected=gateway.dataplane.running)
    return gateway.api


def rows(api):
    return {(r["file"], r["table"]): r for r in api.get("/privacy/inventory")["items"]}


def holds(state_dir, text):
    return [p.name for p in state_dir.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def test_levels(make_home):
    """One gateway: a device of each level, then the home's own level."""
    home = make_home(devices=4)
    gateway = home.gateway.start()
    home.names({NAME: ["198.51.100.7"]})
    api = gateway.api
    for device in home.devices:
        device.ping(home.router.ipv4)
    ids = [api.device(d.mac)["id"] for d in home.devices]
    for level, ident in enumerate(ids):
        edited = api.request("PATCH", f"/devices/{ident}", {"privacy": level})
        assert edited.status == 200 and edited.json["device"]["privacy"] == level
    undo = api.request("PATCH", f"/devices/{ids[0]}", {"privacy": 3}).json["undo"]
    assert api.request(undo["method"], undo["path"], undo["body"]).json["device"]["privacy"] == 0
    assert api.request("PATCH", f"/devices/{ids[0]}", {"privacy": 4}).status == 400
    for device in home.devices:
        assert home.resolve(device, NAME)
        assert device.ping("198.51.100.7")
    gateway.dataplane.stop()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
    api = restart(gateway)
    assert [api.get(f"/devices/{i}")["privacy"] for i in ids] == [0, 1, 2, 3]
    kinds = []
    for ident in ids:
        items = api.get(f"/devices/{ident}/history?group=destination")["items"]
        kinds.append({i["destination"]["kind"] for i in items})
        assert api.get(f"/devices/{ident}/history")["total"]["packets_out"] > 0
    # Before their levels were set all of them were seen with an address.
    assert "domain" in kinds[0] and "domain" in kinds[1] and "domain" not in kinds[2] | kinds[3]
    named = api.get(f"/history?group=device&destination={NAME.partition('.')[2]}")["items"]
    assert {i["device"]["id"] for i in named} == set(ids[:2])

    assert api.get("/privacy")["level"] == 0
    assert api.request("PATCH", "/privacy", {"level": 2}).json["level"] == 2
    assert restart(gateway).get("/privacy") == {**gateway.api.get("/privacy"), "level": 2, "chosen": True}
    assert "organisations" in gateway.spinctl("privacy").stdout.lower()


def test_what_leaves_is_in_the_inventory(make_home, tmp_path):
    """What an adapter writes or tells is held too: the file of EVE, and who was told how much."""
    home = make_home(devices=1)
    collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    collector.bind(("127.0.0.1", 0))
    where, eve, config = f"udp 127.0.0.1:{collector.getsockname()[1]}", tmp_path / "eve.json", tmp_path / "spin.yaml"
    config.write_text(json.dumps({"eve": {"file": str(eve), "stats": "1s", "rotate_size": "4K", "rotate_count": 2}, "ipfix": {
        "enabled": True, "host": "127.0.0.1", "port": collector.getsockname()[1], "active": "1s"}}))
    home.gateway.start_control("--config", config, connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    going = home.devices[0].pinger(home.router.ipv4)
    api.until(lambda: all(api.get(f"/integrations/{a}")["sent"] > 8 for a in ("eve", "ipfix")), 60, "both were told")
    going.stop()
    items = api.get("/privacy/inventory")["items"]
    told = {r["file"]: r for r in items if r["what"].startswith("Left the gateway")}
    assert told[where]["count"] > 8 and told[str(eve)]["count"] > 8 and told["/metrics"]["count"] == 0
    assert "mqtt" not in told and all(r["kept"] for r in told.values())
    file = next(r for r in items if r["what"].startswith("EVE JSON"))
    assert (file["file"], file["count"]) == (str(eve), len(list(tmp_path.glob("eve.json*")))) and file["bytes"] > 0 and file["oldest"]
    assert file["what"] in home.gateway.spinctl("privacy").stdout


def test_inventory_export_and_erase(spec, home):  # noqa: F811
    gateway, (device, other) = home.gateway, home.devices
    home.names({NAME: ["198.51.100.7"], "www.shared.example": ["198.51.100.8"]})
    assert home.resolve(device, NAME) and device.ping("198.51.100.7")
    for host in home.devices:
        assert home.resolve(host, "www.shared.example") and host.ping("198.51.100.8")
    api = gateway.api
    ident = api.device(device.mac)["id"]
    assert api.request("PATCH", f"/devices/{ident}", {"name": "Somebody's phone"}).status == 200
    api.destination("secret-shop.example")
    gateway.dataplane.stop()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
    api = restart(gateway)

    held = rows(api)
    assert held["history.db", "tier0"]["count"] > 0 and held["history.db", "tier0"]["oldest"]
    assert held["state.db", "devices"]["count"] >= 2 and held["state.db", "peers"]["bytes"] > 0
    assert all(r["what"] and r["kept"] for r in held.values())
    whole = api.request("GET", f"/devices/{ident}/export").json
    check(spec, "DeviceExport", whole)
    assert whole["device"]["name"] == "Somebody's phone" and NAME in {n["name"] for n in whole["names"]}
    met = {e["destination"] for s in whole["history"] for e in s["destinations"]}
    assert "secret-shop.example" in met
    assert sum(s["bytes_out"] for s in whole["history"] if s["span"] == "10s") \
        == api.get(f"/devices/{ident}/history")["total"]["bytes_out"]
    assert holds(gateway.state_dir, "secret-shop")

    erased = api.request("POST", f"/devices/{ident}:erase", {"rules": True})
    assert erased.status == 200, erased.body
    removed = erased.json["removed"]
    assert removed["spans"] > 0 and removed["names"] > 0 and removed["destinations"] > 0 and removed["changes"] == 1
    assert api.get(f"/devices/{ident}/history")["total"]["packets_out"] == 0
    assert api.get(f"/devices/{ident}")["name"] != "Somebody's phone"
    mine = api.device(other.mac)["id"]
    assert "shared.example" in {i["destination"]["name"] for i in api.get(f"/devices/{mine}/history?group=destination")["items"]}
    restart(gateway)
    assert rows(gateway.api)["history.db", "tier0"]["count"] > 0
    # Not a byte of it is left in the files; destinations the gateway itself knows are not the device's.
    assert [f for f in holds(gateway.state_dir, "secret-shop") if f.startswith("history")] == []
    assert [f for f in holds(gateway.state_dir, NAME) if f.startswith("state.db")] == []
