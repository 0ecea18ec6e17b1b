# SPDX-License-Identifier: BSD-3-Clause
"""All adapters at once, and whoever they speak with away, slow, silent, lying or refusing: nobody else notices."""

import contextlib
import json
import re

import pytest
from harness.broker import Broker
from harness.collector import Collector, free_port
from harness.door import Door
from harness.gateway import PYTHON
from harness.netns import sh

NAMES = ("mqtt", "ipfix", "eve")
# Six thousand connections, each of which moves every second.
MANY_FLOWS = """
import contextlib, itertools, socket, sys, time
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in itertools.cycle(range(20000, 26000)):
    with contextlib.suppress(OSError):
        link.sendto(b"x", (sys.argv[1], port))
    if port % 60 == 0:
        time.sleep(0.01)  # the pace
"""


class Case:
    def __init__(self, home, folder, disk):
        self.home, self.disk = home, disk
        self.broker = Broker(folder).start()
        self.heard = self.broker.subscribe("spin/#")
        port = free_port()
        self.collector = Collector(folder, port)
        self.doors = {"mqtt": Door(self.broker.port), "ipfix": Door(port)}
        config = {
            "eve": {"file": str(disk / "eve.json"), "types": ["stats", "flow"], "stats": "1s", "rotate_size": "64K", "rotate_count": 2},
            "ipfix": {"enabled": True, "host": "127.0.0.1", "port": self.doors["ipfix"].port, "transport": "tcp", "active": "1s"},
            "mqtt": {"enabled": True, "host": "127.0.0.1", "port": self.doors["mqtt"].port, "gateway": "gw-test", "every": "1s",
                     "keepalive": "5s", "homeassistant": True},
            "spin_compat": {"enabled": True},
        }
        file = folder / "spin.yaml"
        file.write_text(json.dumps(config))
        home.gateway.start_control("--config", file, connected=False)
        home.gateway.start_dataplane()
        self.api = home.gateway.api
        self.server = home.router.serve()
        self.stream = home.devices[0].fetch(home.router.ipv4)

    def status(self, name):
        return self.api.get(f"/integrations/{name}")

    def is_well(self, name):
        return self.api.until(lambda: self.status(name)["state"] == "ok", 90, f"{name} is well")

    def is_ill(self, name):
        return self.api.until(lambda: (s := self.status(name))["state"] != "ok" and s, 60, f"{name} is ill")

    def lost(self, name):
        """As Prometheus has it."""
        text = self.api.request("GET", "/metrics").body.decode()
        return int(re.search(rf'^spin_integration_lost_total\{{integration="{name}"\}} (\d+)$', text, re.M)[1])

    def fill(self):
        with contextlib.suppress(OSError), open(self.disk / "filler", "wb", buffering=0) as f:
            while f.write(bytes(512)):
                pass

    def goes_on(self):
        """Forwarding, and the API with a block that is in force and taken back."""
        self.stream.wait_line("got", 20, self.stream.mark())
        camera = self.home.devices[1]
        device = f"/devices/{self.api.device(camera.mac)['id']}"
        assert camera.ping(self.home.router.ipv4, 20)
        assert self.api.act(device, "block").status == 200 and not camera.ping(self.home.router.ipv4, 1)
        assert self.api.act(device, "unblock").status == 200 and camera.ping(self.home.router.ipv4, 20)

    def delivers(self, name):
        """Something new arrives at the other end."""
        before = self.status(name)["sent"]
        self.stream.wait_line("got", 20, self.stream.mark())
        if name == "mqtt":
            mark = self.heard.mark()
            self.heard.process.wait_line(r"^> . spin/gw-test/\S+ \{", 30, mark)
        self.api.until(lambda: self.status(name)["sent"] > before, 30, f"{name} delivers")


@pytest.fixture
def case(make_home, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    sh("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
    case = None
    try:
        case = Case(make_home(), tmp_path, disk)
        for name in NAMES:
            case.is_well(name)
        yield case
    finally:
        if case:
            case.home.gateway.control.stop()
        sh("umount", disk)


@pytest.mark.parametrize("name, hows", [("mqtt", ("shut", "refusing", "silent", "lying")), ("ipfix", ("shut", "refusing", "lying"))])
def test_one_is_in_trouble(case, name, hows):
    for how in hows:
        case.doors[name].turn(how)
        if name == "mqtt" or how == "shut":
            assert case.is_ill(name)["message"]
        case.goes_on()
        for other in NAMES:
            if other != name:
                case.delivers(other)
        case.doors[name].turn("open")
        case.is_well(name)
        case.delivers(name)


def test_slow_ones(case):
    """They get what they can take, and hold nobody up."""
    for door in case.doors.values():
        door.turn("slow")
    case.goes_on()
    case.delivers("eve")
    for door in case.doors.values():
        door.turn("open")
    for name in NAMES:
        case.is_well(name)
        case.delivers(name)


def test_all_are_in_trouble(case):
    case.doors["mqtt"].turn("silent")
    case.doors["ipfix"].turn("silent")
    case.fill()
    flows = case.home.devices[0].ns.popen(PYTHON, "-u", "-c", MANY_FLOWS, case.home.router.ipv4, name="a device with many connections")
    for name in NAMES:
        assert case.is_ill(name)["message"]
        case.api.until(lambda name=name: case.lost(name) > 0, 90, f"the loss of {name} is counted")
        case.goes_on()
    assert all(case.status(name)["waiting"] <= 40_000 for name in NAMES), "what waits is bounded"
    assert case.home.gateway.spinctl("status").returncode == 0
    flows.stop()
    (case.disk / "filler").unlink()
    for door in case.doors.values():
        door.turn("open")
    for name in NAMES:
        case.is_well(name)
        case.delivers(name)
    case.goes_on()
