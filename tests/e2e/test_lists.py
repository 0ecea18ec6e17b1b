# SPDX-License-Identifier: BSD-3-Clause
"""Lists of the configuration: what they name is dropped as list_blocked, and nothing else is lost."""

import os
import re
import signal
import subprocess

import pytest

from harness.gateway import PROBE, PYTHON

FAR, OTHER, THIRD = "198.51.100.7", "198.51.100.8", "198.51.100.9"


class Listed:
    """A home whose spin.yaml has one list; `write` replaces its file as a feed's program would."""

    def __init__(self, home, folder):
        self.home, self.gateway = home, home.gateway
        self.file, self.config = folder / "ads.txt", folder / "spin.yaml"
        self.config.write_text(f"lists:\n  - {{name: ads, file: {self.file}, action: block}}\n")

    def write(self, *lines):
        new = self.file.with_suffix(".new")
        new.write_text("".join(line + "\n" for line in lines))
        os.rename(new, self.file)

    def start(self):
        self.gateway.start_control("--config", self.config, connected=False)
        self.gateway.start_dataplane()
        self.in_force()

    def in_force(self, since=0):
        self.gateway.control.wait_line(r"lists \d+ are in force", since=since)

    def reload(self, *lines):
        """The file may be noticed before the signal, and an image of the old one be on its way still."""
        control, read = self.gateway.control, rf"list 'ads': {len(lines)} entries"
        mark = control.mark()
        self.write(*lines)
        control.signal(signal.SIGHUP)
        control.wait_line(read, since=mark)
        self.in_force(next(i for i, (_, line) in enumerate(control.lines) if i >= mark and re.search(read, line)))

    def dropped(self):
        text = self.gateway.api.request("GET", "/metrics").body.decode()
        return int(re.search(r'spin_packets_dropped_total\{reason="list_blocked"\} (\d+)', text)[1])


@pytest.fixture
def listed(make_home, tmp_path):
    return Listed(make_home(), tmp_path)


def test_a_listed_domain_is_blocked(listed):
    home, (tv, phone) = listed.home, listed.home.devices
    listed.write("# ads and worse", "0.0.0.0 lumiplay.example", "not a name!", "198.51.100.9 # an address")
    listed.start()
    listed.gateway.control.wait_line(r"ads.txt:3:5: expected one name a line")
    listed.gateway.control.wait_line(r"list 'ads': 2 entries")
    home.names({"video.lumiplay.example": [FAR], "www.example.org": [OTHER]})
    for host in (tv, phone):
        assert home.resolve(host, "www.example.org") == [OTHER]
    assert home.resolve(tv, "video.lumiplay.example") == [FAR]
    assert not tv.ping(FAR, 1)
    assert tv.ping(OTHER) and not tv.ping(THIRD, 1)
    assert phone.ping(FAR)  # which never asked for the name
    listed.gateway.api.until(lambda: listed.dropped() > 0, 10, "drops counted as list_blocked")

    api = listed.gateway.api
    named = {name: api.get("/destinations/" + api.destination(name)["id"])["lists"] for name in ("lumiplay.example", "example.org", THIRD)}
    assert named == {
        "lumiplay.example": [{"name": "ads", "action": "block", "named": ["video.lumiplay.example"]}],
        "example.org": [],
        THIRD: [{"name": "ads", "action": "block", "named": [THIRD]}],
    }
    assert api.act("/destinations/" + api.destination("lumiplay.example")["id"], "allow").status == 200
    assert tv.ping(FAR)  # a rule that allows goes before every list


def test_a_list_outlives_the_dataplane_and_control(listed):
    home, (tv, _) = listed.home, listed.home.devices
    listed.write(FAR)
    listed.start()
    image = listed.gateway.state_dir / "lists.image"
    listed.gateway.api.until(image.exists, 10, "the image stored")
    assert tv.ping(OTHER) and not tv.ping(FAR, 1)
    listed.gateway.control.kill9()
    listed.gateway.dataplane.kill9()
    listed.gateway.start_dataplane()
    assert tv.ping(OTHER) and not tv.ping(FAR, 1)


def test_a_damaged_image_keeps_the_ports_closed_until_control_comes(listed):
    tv = listed.home.devices[0]
    listed.write(FAR)
    (listed.gateway.state_dir / "lists.image").write_bytes(b"no image at all")
    listed.gateway.start_dataplane(ready=False)
    listed.gateway.dataplane.wait_line("lists.image is damaged.*ports stay closed")
    listed.gateway.start_control("--config", listed.config)
    listed.gateway.dataplane.wait_line("dataplane: ready")
    assert tv.ping(OTHER) and not tv.ping(FAR, 1)


def test_a_changed_file_is_read_again_and_loses_nothing(listed):
    """Blocks and lets go what is open; and swaps under a flood of pings lose none of them."""
    tv, phone = listed.home.devices
    listed.write(FAR)
    listed.start()
    assert not tv.ping(FAR, 1)
    going = phone.ns.popen("ping", "-n", "-O", "-i", "0.002", "-c", "3000", OTHER, name="flood")
    going.wait_line("bytes from")
    listed.reload("203.0.113.0/24", *(f"feed-{i}.example" for i in range(20000)))
    assert tv.ping(FAR)
    open_one = tv.pinger(FAR)
    open_one.wait_line("bytes from", times=3)
    for n in range(4):
        listed.reload(*([FAR] if n % 2 == 0 else []), *(f"feed-{n}-{i}.example" for i in range(20000)))
    listed.reload(FAR)
    mark = open_one.mark()
    open_one.wait_line("no answer yet", since=mark, times=10)
    assert open_one.count("bytes from", since=mark + 1) == 0
    assert going.wait_exit(60) == 0
    assert "3000 packets transmitted, 3000 received, 0% packet loss" in going.text


def test_a_million_entries_are_swapped_under_load_without_loss(listed, tmp_path):
    """Numbered datagrams cross the bridge while lists of a million addresses and names come and go."""
    tv, phone = listed.home.devices
    rows = [f"{a}.{b}.{c}.{d}\n{a}-{b}-{c}-{d}.feed.example" for a in range(20, 24) for b in range(0, 250, 5)
            for c in range(100) for d in range(50)]
    assert len(rows) == 1_000_000
    big, small = tmp_path / "big", tmp_path / "small"
    big.write_text(FAR + "\n" + "\n".join(rows) + "\n")
    small.write_text(OTHER + "\n")
    os.link(big, listed.file)
    listed.start()
    listed.gateway.control.wait_line(r"list 'ads': 2000001 entries")
    assert tv.ping(listed.home.router.ipv4) and not tv.ping(FAR, 1)
    counting = listed.home.router.ns.popen(PYTHON, PROBE, "count", "7000", name="count")
    counting.wait_line("counting")
    sender = phone.ns.popen(PYTHON, PROBE, "number", listed.home.router.ipv4, "7000", "5000", name="number", stdin=subprocess.PIPE)
    for n in range(6):
        mark = listed.gateway.control.mark()
        other = tmp_path / "other"
        os.link(big if n % 2 else small, other)
        os.rename(other, listed.file)
        listed.gateway.control.signal(signal.SIGHUP)
        listed.in_force(mark)
    sender._child.stdin.close()
    told = counting.wait_line(r"sent (\d+) lost (\d+)")
    assert int(told[1]) > 1000 and int(told[2]) == 0
    assert tv.ping(OTHER) and not tv.ping(FAR, 1)


def test_a_file_that_goes_away_leaves_its_list_in_force(listed):
    tv = listed.home.devices[0]
    listed.write(FAR)
    listed.start()
    mark = listed.gateway.control.mark()
    listed.file.unlink()
    listed.gateway.control.signal(signal.SIGHUP)
    listed.gateway.control.wait_line("list 'ads' cannot be read", since=mark)
    assert not tv.ping(FAR, 1)
    health = listed.gateway.api.get("/health")
    assert health["status"] == "degraded" and "'ads' cannot be read" in health["dataplane"]["message"]


def test_faults_of_the_configuration_have_a_place(listed, spawn):
    text = listed.config.read_text()
    for broken, told in (
        (text.replace("action: block", "action: drop"), r"spin.yaml:2:\d+: 'drop' is no action of a list: write block"),
        (text.replace(str(listed.file), "ads.txt"), r"spin.yaml:2:\d+: 'ads.txt' is no whole path"),
        (text + text.split("\n", 1)[1], r"spin.yaml:3:\d+: there is a list 'ads' already"),
        (text.replace(", action: block", ""), r"spin.yaml:2:\d+: .*action"),
    ):
        listed.config.write_text(broken)
        control = spawn(listed.gateway.control_argv("--config", listed.config))
        control.wait_line(told)
        assert control.wait_exit() == 1
