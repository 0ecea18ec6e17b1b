# SPDX-License-Identifier: BSD-3-Clause
"""The access provider asks over its own broker: as long as the household lets it in, and no more than over HTTPS."""

import itertools
import json

import pytest
from harness.broker import Broker
from harness.provider_case import Case, hidden

ROOT = "spin/gw-test"


class Asker:
    """What a provider runs beside its broker."""

    def __init__(self, broker):
        self.broker, self.heard, self.ids = broker, broker.subscribe(f"{ROOT}/#"), itertools.count(1)

    def send(self, text, *options):
        mark = self.heard.mark()
        self.broker.publish(f"{ROOT}/api/q", text if isinstance(text, str) else json.dumps(text), *options)
        return mark

    def ask(self, method, path, body=None, **more):
        number = next(self.ids)
        mark = self.send({"id": f"q-{number}", "method": method, "path": path, **({"body": body} if body else {}), **more})
        return self.heard.until(f"{ROOT}/api/a", lambda a: a["id"] == f"q-{number}", mark)


@pytest.fixture
def broker(tmp_path):
    return Broker(tmp_path).start()


@pytest.fixture
def case(make_home, tmp_path, broker):
    home = make_home()
    keys = {"enabled": True, "host": "127.0.0.1", "port": broker.port, "tls": False, "gateway": "gw-test"}
    (tmp_path / "spin.yaml").write_text(json.dumps({"provider_mqtt": keys}))
    home.gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    home.gateway.api.until(lambda: home.gateway.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    return Case(home)


def integration(case):
    return case.house.get("/integrations/provider_mqtt")


def test_asked_over_the_provider_s_broker(case, broker):
    provider = Asker(broker)
    before = integration(case)
    assert before["enabled"] and before["state"] == "off" and "household" in before["message"]
    assert broker.process.count("spin/gw-test") == 0 or broker.process.count(r"as spin/gw-test") == 0
    assert case.house.request("POST", "/integrations/provider_mqtt:test").json["key"] == "integration_failed"

    case.grant("devices", "act")
    assert provider.heard.message(f"{ROOT}/status") == "online"
    answer = provider.ask("GET", "/api/v1/devices?limit=10")
    assert answer["status"] == 200 and answer["headers"]["content-type"] == "application/json"
    over_http = case.provider.request("GET", "/devices?limit=10").json
    assert [d["id"] for d in answer["body"]["items"]] == [d["id"] for d in over_http["items"]] != []
    assert [d["name"] for d in answer["body"]["items"]] == [d["name"] for d in over_http["items"]]
    assert not any(word in json.dumps(answer) for word in hidden(case))
    assert provider.ask("GET", "/api/v1/flows")["body"]["key"] == "not_granted"
    assert provider.ask("GET", "/api/v1/tokens")["status"] == 403

    path = f"/api/v1/devices/{case.devices[0]}"
    done = provider.ask("POST", path + ":block")
    assert done["status"] == 200 and case.house.get(f"/devices/{case.devices[0]}")["blocked"]
    entry = next(e for e in case.house.items("/audit") if e["operation"] == "actOnDevice")
    assert (entry["who"], entry["role"], entry["way"], entry["source"]) == ("provider", "provider", "provider", "provider's broker")
    assert case.house.request("POST", f"/audit/{entry['id']}:undo").status == 200
    assert not case.house.get(f"/devices/{case.devices[0]}")["blocked"]

    # MQTT may bring a message twice: it is one act.
    mark = provider.send({"id": "once", "method": "POST", "path": path + ":block"})
    first = provider.heard.until(f"{ROOT}/api/a", lambda a: a["id"] == "once", mark)
    mark = provider.send({"id": "once", "method": "POST", "path": path + ":block"})
    assert provider.heard.until(f"{ROOT}/api/a", lambda a: a["id"] == "once", mark)["body"] == first["body"]
    etag = provider.ask("GET", path)["headers"]["etag"]
    assert provider.ask("GET", path, headers={"If-None-Match": etag})["status"] in (200, 304)

    # The household ends it: at once, whatever is under way.
    mark = provider.heard.mark()
    assert case.house.request("POST", "/provider:end").status == 200
    assert provider.heard.message(f"{ROOT}/status", mark, fits="offline") == "offline"
    broker.process.wait_line("Client spin/gw-test disconnected")
    provider.send({"id": "late", "method": "GET", "path": "/api/v1/devices"})
    assert integration(case)["state"] == "off"
    case.grant("devices", minutes=5)
    assert provider.ask("GET", "/api/v1/devices")["status"] == 200
    assert provider.heard.process.count('"id":"late"') == 0, "what was asked meanwhile is not answered later"

    # What the household allowed holds over a restart, and no longer than it said.
    mark = provider.heard.mark()
    case.home.gateway.control.stop()
    assert provider.heard.message(f"{ROOT}/status", mark, fits="offline") == "offline"
    case.home.gateway.start_control("--config", broker.file.parent / "spin.yaml")
    provider.heard.message(f"{ROOT}/status", mark, fits="online")
    assert provider.ask("GET", "/api/v1/devices")["status"] == 200


def test_what_is_no_request(case, broker):
    provider = Asker(broker)
    case.grant("devices")
    provider.heard.message(f"{ROOT}/status", fits="online")
    bad = [
        ("garbage", None), ("[1]", None), ("{}", None), ('{"id": ""}', None), ('{"id": "a b"}', None),
        ('{"id": "a\\u0022b", "method": "GET", "path": "/api/v1/devices"}', None),
        ('{"id": 1}', "method"), ('{"id": 1, "method": "GET"}', "path"),
        ('{"id": 1, "method": "GET", "path": "http://x/"}', "/api/v1/"),
        ('{"id": 1, "method": "GET", "path": "/api/v1/devices HTTP/1.1\\r\\nhost: x"}', "visible"),
        ('{"id": 1, "method": "TRACE", "path": "/api/v1/devices"}', "method"),
        ('{"id": 1, "method": "GET", "path": "/api/v1/devices", "headers": {"authorization": "Bearer x"}}', "headers"),
        ('{"id": 1, "method": "GET", "path": "/api/v1/devices", "headers": {"accept": "a\\r\\nb: c"}}', "headers"),
        ('{"id": 1, "method": "POST", "path": "/api/v1/devices", "body": "x"}', "object"),
    ]
    for text, says in bad:
        mark = provider.send(text)
        answer = provider.heard.until(f"{ROOT}/api/a", lambda a: True, mark)
        assert answer["status"] == 400 and answer["id"] == (1 if says else None), (text, answer)
        assert not says or says in answer["error"], (text, answer)
    assert provider.ask("GET", "/api/v1/nothing")["body"]["key"] == "not_found"
    assert provider.ask("GET", "/api/v1/events")["status"] in (403, 502)
    mark = provider.send({"id": "kept", "method": "GET", "path": "/api/v1/devices"}, "-r")
    answer = provider.heard.until(f"{ROOT}/api/a", lambda a: a["id"] == "kept", mark)
    assert answer["status"] == 200, "told as it comes, it is not retained"

    # Very many at once: answered, or told to wait; and the gateway goes on.
    broker.publish(f"{ROOT}/api/q", json.dumps({"id": 7, "method": "GET", "path": "/api/v1/devices"}), "--repeat", "500", "-q", "1")
    assert provider.ask("GET", "/api/v1/devices")["status"] in (200, 429)
    assert case.house.get("/health")["dataplane"]["connected"]
