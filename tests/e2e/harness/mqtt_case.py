# SPDX-License-Identifier: BSD-3-Clause
"""A home whose gateway speaks with a broker: what the MQTT tests share."""

import json

import pytest

from .broker import Broker

GATEWAY = "gw-test"
ROOT = f"spin/{GATEWAY}"


def configure(folder, port, **keys):
    file = folder / "spin.yaml"
    keys = {"enabled": True, "host": "127.0.0.1", "port": port, "gateway": GATEWAY, "every": "1s", **keys}
    file.write_text(json.dumps({"mqtt": keys}))
    return file


def status(api):
    return api.get("/integrations/mqtt")


def until_state(api, state, timeout=40):
    return api.until(lambda: (s := status(api))["state"] == state and s, timeout, f"mqtt is {state}")


@pytest.fixture
def broker(tmp_path):
    return Broker(tmp_path).start()


@pytest.fixture
def told(make_home, tmp_path):
    """home, started with these keys of mqtt."""

    def start(port, devices=1, **keys):
        home = make_home(devices=devices)
        home.gateway.start_control("--config", configure(tmp_path, port, **keys), connected=False)
        home.gateway.start_dataplane()
        return home

    return start
