# SPDX-License-Identifier: BSD-3-Clause
"""The household's MQTT broker is told what happens, and what stands there is right after every break."""

import json
import signal

import pytest
from harness.broker import Broker, free_port
from harness.mqtt_case import ROOT, broker, status, told, until_state  # noqa: F401


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_own_topics(told, broker, version):
    heard = broker.subscribe(f"{ROOT}/#")
    home = told(broker.port, version=version)
    api = home.gateway.api
    assert heard.message(f"{ROOT}/status") == "online"
    assert home.devices[0].ping(home.router.ipv4, 20)
    new = heard.until(f"{ROOT}/event/device", lambda e: e["what"] == "new" and e["device"]["mac"] == home.devices[0].mac)
    device = api.get(f"/devices/{new['device']['id']}")
    state = heard.until(f"{ROOT}/device/{device['id']}/state", lambda s: s["bytes_out"] > 0 and s["bytes_in"] > 0)
    assert {k: state[k] for k in ("id", "mac", "name", "first_seen")} == {k: device[k] for k in ("id", "mac", "name", "first_seen")}
    assert state["internet"] == "ON" and state["online"] is True
    flow = heard.until(f"{ROOT}/event/flow", lambda f: f["protocol"] == "icmp")
    assert any(f["id"] == flow["id"] and f["first_seen"] == flow["first_seen"] for f in api.items("/flows"))
    mark = heard.mark()
    api.act(f"/devices/{device['id']}", "block")
    assert heard.until(f"{ROOT}/device/{device['id']}/state", lambda s: s["internet"] == "OFF", mark)["blocked"] is True
    heard.until(f"{ROOT}/event/device", lambda e: e["what"] == "blocked", mark)
    tried = api.request("POST", "/integrations/mqtt:test", timeout=20)
    assert tried.status == 200 and tried.json["state"] == "ok" and tried.json["lost"] == 0
    broker.process.wait_line(r"New client connected.* as spin/gw-test \(p%s" % ("5" if version == "5" else "2"))
    home.gateway.control.stop()
    assert heard.message(f"{ROOT}/status", fits="offline") == "offline"


def test_broker_restart_and_will(told, broker):
    home = told(broker.port)
    api = home.gateway.api
    until_state(api, "ok")
    broker.kill9()
    until_state(api, "failed")
    tried = api.request("POST", "/integrations/mqtt:test", timeout=20)
    assert tried.status == 502 and tried.json["key"] == "integration_failed"
    assert home.devices[0].ping(home.router.ipv4, 20), "forwarding does not mind"
    broker.start()
    until_state(api, "ok")
    heard = broker.subscribe(f"{ROOT}/#")
    assert heard.message(f"{ROOT}/status") == "online", "retained values are told again"
    device = api.device(home.devices[0].mac)
    heard.message(f"{ROOT}/device/{device['id']}/state")
    mark = heard.mark()
    home.gateway.control.kill9()
    assert heard.message(f"{ROOT}/status", mark) == "offline", "the will speaks for who died"


def test_what_is_stale_is_cleared(told, broker):
    stale = f"{ROOT}/device/dev_0000000000000/state"
    broker.publish(stale, '{"old": true}', "-r")
    broker.publish("spin/gw-other/status", "online", "-r")
    home = told(broker.port)
    until_state(home.gateway.api, "ok")
    broker.process.wait_line(rf"Received PUBLISH from {ROOT} \(d0, q1, r1, m\d+, '{stale}', \.\.\. \(0 bytes\)\)")
    heard = broker.subscribe("spin/#")
    heard.message(f"{ROOT}/status")
    assert heard.message("spin/gw-other/status") == "online", "what is another's stays"
    assert heard.process.count(stale) == 0
    api = home.gateway.api
    heard.message(f"{ROOT}/state")
    assert api.request("PATCH", "/config", {"mqtt": {"enabled": False}}).status == 200
    heard.process.wait_line(rf"^> 0 {ROOT}/status $")
    heard.process.wait_line(rf"^> 0 {ROOT}/state $")
    broker.process.wait_line(r"Client spin/gw-test disconnected")
    late = broker.subscribe("spin/#")
    late.message("spin/gw-other/status")
    assert late.process.count(ROOT) == 0, "what is switched off leaves nothing behind"
    assert status(api)["state"] == "off"


def test_another_prefix_leaves_nothing_at_the_first(told, broker):
    home = told(broker.port)
    api = home.gateway.api
    until_state(api, "ok")
    file = broker.file.parent / "spin.yaml"
    file.write_text(file.read_text().replace("gw-test", "gw-moved"))
    home.gateway.control.signal(signal.SIGHUP)
    broker.process.wait_line(r"New client connected .* as spin/gw-moved")
    broker.process.wait_line(r"Client spin/gw-test disconnected")
    heard = broker.subscribe("spin/#")
    heard.message("spin/gw-moved/status")
    assert heard.process.count(ROOT) == 0


def test_refused(told, tmp_path):
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    broker = Broker(tmp_path, f"password_file {passwords}", anonymous=False).start()
    home = told(broker.port, username="spin", password="wrong")
    said = until_state(home.gateway.api, "failed")
    assert "refuses" in said["message"] and "wrong" not in json.dumps(said)
    assert "wrong" not in json.dumps(home.gateway.api.get("/config"))
    broker.process.wait_line("Sending CONNACK to .* \\(0, 5\\)", times=2, timeout=60)


def test_no_broker_and_no_name(told):
    home = told(free_port())
    said = until_state(home.gateway.api, "failed")
    assert "refused" in said["message"].lower() and said["last_contact"] is None
    assert home.devices[0].ping(home.router.ipv4, 20)


def test_a_name_without_an_address(told):
    home = told(1883, host="broker.invalid")
    said = until_state(home.gateway.api, "failed")
    assert "name" in said["message"] and said["where"] == "broker.invalid:1883"
    assert home.devices[0].ping(home.router.ipv4, 20), "nobody waits for the resolver"
