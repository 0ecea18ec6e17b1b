# SPDX-License-Identifier: BSD-3-Clause
"""Several gateways report to one broker under names of their own, which they keep; nobody is in another's way."""

import json
import re

import pytest
from harness.api import Api
from harness.broker import Broker
from harness.gateway import program
from harness.process import Process

COUNT = 4


class Control:
    """spin-control alone: a gateway as the broker sees it."""

    def __init__(self, folder, port, **keys):
        self.folder, self.port = folder, port
        (folder / "run").mkdir(parents=True)
        keys = {"enabled": True, "host": "127.0.0.1", "port": port, **keys}
        (folder / "spin.yaml").write_text(json.dumps({"mqtt": keys}))
        self.process = self.api = None

    def start(self):
        self.process = Process([program("spin-control"), "--config", self.folder / "spin.yaml", "--run-dir", self.folder / "run",
                                "--state-dir", self.folder / "state", "--listen", "127.0.0.1:0"], name=f"control {self.folder.name}")
        self.process.wait_line(r"control: ready on /", 20)
        self.api = Api("", unix=self.folder / "run" / "api.sock")
        return self

    def until_ok(self):
        self.api.until(lambda: self.api.get("/integrations/mqtt")["state"] == "ok", 60, "connected")


@pytest.fixture
def broker(tmp_path):
    return Broker(tmp_path).start()


def online(heard, since=0):
    """Whose status was told last as online."""
    last = {}
    for _, line in heard.process.lines[since:]:
        found = re.match(r"> [01] spin/([^/]+)/status (\w+)", line)
        if found:
            last[found.group(1)] = found.group(2)
    return {name for name, word in last.items() if word == "online"}


def wait_online(broker, heard, names, since=0):
    for name in names:
        heard.process.wait_line(rf"^> [01] spin/{name}/status online$", 60, since)
    assert online(heard, since) == set(names)


def test_many_at_one_broker(tmp_path, broker):
    heard = broker.subscribe("spin/+/status")
    fleet = [Control(tmp_path / f"gateway{n}", broker.port).start() for n in range(COUNT)]
    for one in fleet:
        one.until_ok()
    names = [(one.folder / "state" / "gateway-name").read_text().strip() for one in fleet]
    assert len(set(names)) == COUNT and all(re.fullmatch(r"gw-[0-9a-f]{16}", name) for name in names)
    wait_online(broker, heard, names)

    # The broker is gone, and back: all of them come by themselves, and say who they are.
    broker.kill9()
    for one in fleet:
        one.api.until(lambda one=one: one.api.get("/integrations/mqtt")["state"] != "ok", 30, "the broker is gone")
    broker.start()
    heard = broker.subscribe("spin/+/status")
    for one in fleet:
        one.until_ok()
    wait_online(broker, heard, names)

    # One dies: the broker tells by its will. It comes back under its own name.
    mark = heard.mark()
    fleet[0].process.kill9()
    heard.process.wait_line(rf"^> [01] spin/{names[0]}/status offline$", 30, mark)
    fleet[0].start().until_ok()
    heard.process.wait_line(rf"^> [01] spin/{names[0]}/status online$", 30, mark)
    assert online(heard) == set(names)


def test_two_with_one_name_are_told_apart_by_nobody(tmp_path, broker):
    """A broker lets only one of them in at a time: they do not fight for it without a pause, and it is shown."""
    fleet = [Control(tmp_path / f"gateway{n}", broker.port, gateway="same").start() for n in range(2)]
    fleet[0].process.wait_line("mqtt: .* closed the connection", 60)
    broker.process.wait_line("already connected, closing old connection", 60, times=3)
    tries = broker.process.count("New client connected .* as spin/same")
    assert tries < 40, "each waits longer than before"
    assert all(one.api.get("/health")["status"] for one in fleet)
