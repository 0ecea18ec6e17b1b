# SPDX-License-Identifier: BSD-3-Clause
"""Home Assistant finds the devices, sees who changed what, and switches them, by what it documents of its discovery."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from harness import mqtt_case
from harness.mqtt_case import ROOT, broker, told, until_state  # noqa: F401

SCHEMA = json.loads((Path(mqtt_case.__file__).with_name("homeassistant.schema.json")).read_text())
OBJECT = "spin_gw-test"


def render(template, state):
    """What Home Assistant's templates make of a state, of those that we write."""
    inner = re.fullmatch(r"\{\{ (.*) \}\}", template).group(1)
    return str(eval(inner.replace("value_json.", "value_json_"), {}, {f"value_json_{k}": v for k, v in state.items()}))  # noqa: S307


def describe(heard, identity, since=0):
    topic = f"homeassistant/device/{identity}/config"
    found = heard.until(topic, lambda d: True, since)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def values(description, state):
    return {key: render(k["value_template"], state) for key, k in description["components"].items() if "value_template" in k}


def test_discovery_and_switch(told, broker):
    stale = "homeassistant/device/spin_gw-test_dev_0000000000000/config"
    foreign = "homeassistant/device/zigbee_lamp/config"
    broker.publish(stale, "{}", "-r")
    broker.publish(foreign, '{"x": 1}', "-r")
    heard = broker.subscribe("spin/#", "homeassistant/#")
    home = told(broker.port, homeassistant=True, commands=True)
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 20)
    device = api.device(home.devices[0].mac)
    gateway = describe(heard, OBJECT)
    assert gateway["device"]["identifiers"] == [OBJECT]
    identity = f"{OBJECT}_{device['id']}"
    found = describe(heard, identity)
    assert found["device"]["connections"] == [["mac", device["mac"]]] and found["device"]["via_device"] == OBJECT
    assert found["availability_topic"] == f"{ROOT}/status" and heard.message(f"{ROOT}/status") == "online"
    state = heard.until(found["state_topic"], lambda s: s["bytes_in"] > 0)
    shown = values(found, state)
    assert shown["online"] == "ON" and shown["presence"] == "home" and shown["internet"] == "ON" and int(shown["bytes_in"]) > 0
    heard.process.wait_line(rf"^> 0 {stale} $")

    # Home Assistant switches it off; somebody else switches it on.
    switch = found["components"]["internet"]["command_topic"]
    mark = heard.mark()
    broker.publish(switch, "OFF")
    state = heard.until(found["state_topic"], lambda s: s["internet"] == "OFF", mark)
    assert values(found, state)["internet"] == "OFF" and api.get(f"/devices/{device['id']}")["blocked"]
    assert not home.devices[0].ping(home.router.ipv4, 1)
    mark = heard.mark()
    api.act(f"/devices/{device['id']}", "unblock")
    heard.until(found["state_topic"], lambda s: s["internet"] == "ON", mark)

    # It starts again, and is told again; what another integration has stays.
    mark = heard.mark()
    broker.publish("homeassistant/status", "online")
    describe(heard, identity, mark)
    describe(heard, OBJECT, mark)
    mark = heard.mark()
    assert api.request("PATCH", f"/devices/{device['id']}", {"name": 'Kitchen "radio" {{ 1 }}'}).status == 200
    heard.until(f"homeassistant/device/{identity}/config", lambda d: d["device"]["name"] == 'Kitchen "radio" {{ 1 }}', mark)

    # Commands off: the switch goes, and what it showed is shown. Home Assistant off: nothing stays.
    mark = heard.mark()
    assert api.request("PATCH", "/config", {"mqtt": {"commands": False}}).status == 200
    found = heard.until(f"homeassistant/device/{identity}/config", lambda d: "unique_id" not in d["components"]["internet"], mark)
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert found["components"]["internet"] == {"platform": "switch"} and "unique_id" in found["components"]["internet_shown"]
    until_state(api, "ok")
    mark = heard.mark()
    assert api.request("PATCH", "/config", {"mqtt": {"homeassistant": False}}).status == 200
    heard.process.wait_line(rf"^> 0 homeassistant/device/{identity}/config $", 20, mark)
    late = broker.subscribe("homeassistant/#")
    assert late.message(foreign) == {"x": 1}
    assert late.process.count(identity) == 0


@pytest.mark.parametrize("reload", [True, False])
def test_another_prefix(told, broker, reload):
    """What was described under the one before goes, also when we were told of it between two runs."""
    heard = broker.subscribe("#")
    home = told(broker.port, homeassistant=True)
    gateway = home.gateway
    assert home.devices[0].ping(home.router.ipv4, 20)
    identity = f"{OBJECT}_{gateway.api.device(home.devices[0].mac)['id']}"
    describe(heard, identity)
    describe(heard, OBJECT)
    kept = gateway.state_dir / "homeassistant-prefix"
    gateway.api.until(kept.exists, 30, "the broker has it all")
    file = broker.file.parent / "spin.yaml"
    config = json.loads(file.read_text())
    config["mqtt"]["homeassistant_prefix"] = "elsewhere"
    mark = heard.mark()
    if reload:
        file.write_text(json.dumps(config))
        assert gateway.api.request("POST", "/config:reload").status == 200
    else:
        gateway.control.kill9()
        file.write_text(json.dumps(config))
        gateway.start_control("--config", file)
    for one in (identity, OBJECT):
        heard.process.wait_line(rf"^> 0 homeassistant/device/{one}/config $", 30, mark)
        heard.until(f"elsewhere/device/{one}/config", lambda d: d, mark)
    gateway.api.until(lambda: kept.read_text() == "elsewhere\n", 30, "nothing is left to clear")
    late = broker.subscribe("#")
    late.message(f"elsewhere/device/{OBJECT}/config")
    assert late.process.count("homeassistant/device") == 0


def test_a_device_that_is_joined_goes(told, broker):
    heard = broker.subscribe("spin/#", "homeassistant/#")
    home = told(broker.port, devices=2, homeassistant=True)
    api = home.gateway.api
    assert home.devices[0].ping(home.devices[1].ipv4, 20)
    one, two = (api.device(d.mac) for d in home.devices)
    describe(heard, f"{OBJECT}_{one['id']}")
    describe(heard, f"{OBJECT}_{two['id']}")
    mark = heard.mark()
    reply = api.request("POST", f"/devices/{one['id']}:join", {"with": two["id"]})
    assert reply.status in (200, 202), reply.body
    heard.process.wait_line(rf"^> 0 homeassistant/device/{OBJECT}_{two['id']}/config $", 20, mark)
    heard.process.wait_line(rf"^> 0 {ROOT}/device/{two['id']}/state $", 20, mark)
    heard.until(f"homeassistant/device/{OBJECT}_{one['id']}/config", lambda d: len(d["device"]["connections"]) == 2, mark)


def test_commands(told, broker):
    heard = broker.subscribe(f"{ROOT}/#")
    home = told(broker.port, commands=True)
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 20)
    device = api.device(home.devices[0].mac)
    until_state(api, "ok")
    topic = f"{ROOT}/device/{device['id']}"

    def ask(what, payload, *options, status=200):
        mark = heard.mark()
        broker.publish(f"{topic}/{what}/set", payload, *options)
        result = heard.until(f"{topic}/{what}/result", lambda r: r["payload"] == payload[:128], mark)
        assert result["status"] == status, result
        return result

    assert ask("blocked", "ON")["answer"]["generation"] > 0
    assert api.get(f"/devices/{device['id']}")["blocked"]
    told_of = next(e for e in api.items("/audit") if e["operation"] == "actOnDevice")
    assert (told_of["who"], told_of["role"], told_of["way"], told_of["source"]) == ("mqtt", "user", "mqtt", "mqtt")
    ask("blocked", "OFF")
    ask("paused", "5")
    assert api.get(f"/devices/{device['id']}")["paused_until"]
    ask("internet", "ON")
    assert not api.get(f"/devices/{device['id']}")["paused_until"]
    ask("profile", "block-all")
    assert api.get(f"/devices/{device['id']}")["profile"] == "block-all"
    assert ask("profile", "nobodys", status=404)["answer"]["key"] == "unknown_profile"
    assert "ON or OFF" in ask("blocked", "maybe", status=400)["error"]
    assert "minutes" in ask("paused", "99999", status=400)["error"]
    ask("blocked", "x" * 500, status=400)
    ask("volume", "11", status=404)
    assert not api.get(f"/devices/{device['id']}")["blocked"]
    mark = heard.mark()
    broker.publish(f"{ROOT}/device/dev_0000000000001/blocked/set", "ON")
    unknown = heard.message(f"{ROOT}/device/dev_0000000000001/blocked/result", mark)
    assert unknown["status"] == 404 and unknown["answer"]["key"] == "unknown_device"
    for bad in ("..%2f..%2fusers", "dev_x", "dev_ 1"):
        broker.publish(f"{ROOT}/device/{bad}/blocked/set", "ON")
    ask("blocked", "OFF")
    assert heard.process.count(r"/device/(dev_x|dev_ 1|\.\.%2f)[^ ]*result") == 0

    # A retained command would be obeyed at each start.
    home.gateway.control.stop()
    broker.publish(f"{topic}/blocked/set", "ON", "-r")
    mark = heard.mark()
    home.gateway.start_control("--config", broker.file.parent / "spin.yaml")
    assert heard.message(f"{topic}/blocked/result", mark)["status"] == 409
    assert not home.gateway.api.get(f"/devices/{device['id']}")["blocked"]


def test_commands_are_off_as_delivered(told, broker):
    home = told(broker.port)
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 20)
    device = api.device(home.devices[0].mac)
    until_state(api, "ok")
    broker.publish(f"{ROOT}/device/{device['id']}/blocked/set", "ON")
    assert api.request("POST", "/integrations/mqtt:test", timeout=20).status == 200
    assert not api.get(f"/devices/{device['id']}")["blocked"]
