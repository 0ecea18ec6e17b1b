# SPDX-License-Identifier: BSD-3-Clause
"""What carries the gateway to OpenWrt, under busybox: UCI turned into spin.yaml, the plugin of rpcd against a real
spin-control, events for ubus, and the init script with procd's own calls written down."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.gateway import program

FILES = Path(__file__).resolve().parents[2] / "platform" / "openwrt" / "files"
FAR = "198.51.100.7"
UCI = r"""
package spin
config gateway 'main'
	list lan 'eth1'
	list lan "eth2"
	option wan 0000:02:00.0
	list listen '127.0.0.1:13026' # ours alone
	list listen '192.168.1.1:13026'
	option answers_dns 'nxdomain'
	option answers_tcp reset
	option server_names '1'
	option history_size '64M'
	option unix_group "spin \"x\" 'y'"

config device
	option mac 'MAC'
	option name 'kitchen radio'
	option profile 'local-only'
config rule
	option action 'block'
	option what 'ads.example'
	option comment 'no ads'
"""


@pytest.fixture(scope="module")
def ash(tmp_path_factory):
    """A PATH on which busybox is the shell and awk, and what is found of both processes."""
    busybox = shutil.which("busybox")
    if not busybox:
        pytest.skip("busybox is not installed")
    folder = tmp_path_factory.mktemp("bin")
    for name in ("sh", "awk", "mkdir", "mv", "rm", "sleep", "grep", "cat"):
        (folder / name).symlink_to(busybox)
    (folder / "logger").write_text('#!/bin/sh\necho "logger: $*" >&2\n')
    (folder / "logger").chmod(0o755)

    def run(*argv, text=None, **more):
        env = {"PATH": str(folder), "SPIN_CONTROL": str(program("spin-control")), **more}
        return subprocess.run([busybox, "ash", *map(str, argv)], input=text, capture_output=True, text=True, env=env, timeout=60)

    return run


def test_every_script_is_one_for_ash(ash):
    for file in FILES.iterdir():
        if file.read_bytes().startswith(b"#!/bin/sh"):
            checked = ash("-n", file)
            assert checked.returncode == 0, checked.stderr
    for name in ("acl.json", "menu.json", "ubus-acl.json"):
        json.loads((FILES / name).read_text())


def test_uci_becomes_yaml(ash, tmp_path):
    (tmp_path / "spin").write_text(UCI.replace("MAC", "02:00:00:00:00:0a"))
    made = ash(FILES / "uci2yaml", "yaml", tmp_path / "spin")
    assert made.returncode == 0, made.stderr
    (tmp_path / "spin.yaml").write_text(made.stdout)
    check = subprocess.run([program("spin-control"), "--config", tmp_path / "spin.yaml", "--check"], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr
    assert "answers:\n  dns: nxdomain\n  tcp: reset\n" in made.stdout and 'unix_group: "spin \\"x\\" \'y\'"' in made.stdout
    assert ash(FILES / "uci2yaml", "ports", tmp_path / "spin").stdout == "--lan eth1 --lan eth2 --wan 0000:02:00.0\n"
    assert ash(FILES / "uci2yaml", "commands", tmp_path / "spin").stdout.split("\n") == [
        "rename\t02:00:00:00:00:0a\tkitchen radio", "profile\t02:00:00:00:00:0a\tlocal-only",
        "block\tads.example\tfor\teveryone\t--comment\tno ads", ""]
    shipped = ash(FILES / "uci2yaml", "yaml", FILES / "spin.config")
    assert shipped.returncode == 0 and "default_profile: allow-all" in shipped.stdout


@pytest.mark.parametrize("text,says", [
    ("option x 1", "an option before any section"),
    ("config gateway\noption foo 1", "2: unknown option 'foo'"),
    ("config gateway\nlist answers_dns zero", "is no list: use option"),
    ("config gateway\noption listen 1", "is a list: use list"),
    ("config gateway\noption server_names maybe", "is no switch: write 1 or 0"),
    ("config gateway\noption history_size 'a lot'", "is no size"),
    ("config gateway\noption provider x", "is a mapping: write it into a file"),
    ("config gateway\noption lan 'a; rm -rf b'", "is no port"),
    ("config gateway\noption wan 'eth0", "a quote does not end"),
    ("config gateway\nconfig gateway", "a second gateway"),
    ("config toaster", "unknown section 'toaster'"),
    ("config gateway\noption lan eth0 eth1", "'eth1' is too much"),
    ("optoin lan eth0", "'optoin' is no word of UCI"),
])
def test_what_is_wrong_in_uci(ash, tmp_path, text, says):
    (tmp_path / "spin").write_text(text + "\n")
    made = ash(FILES / "uci2yaml", "yaml", tmp_path / "spin")
    assert made.returncode == 1 and says in made.stderr and re.match(r"\S+/spin:\d+: ", made.stderr), made.stderr
    assert made.stdout == ""


def spinctl(gateway):
    return f"{program('spinctl')} --run-dir {gateway.run_dir}"


def test_devices_and_rules_of_uci(ash, tmp_path, home):
    tv = home.devices[0]
    assert tv.ping(FAR)
    home.gateway.api.device(tv.mac)
    (tmp_path / "spin").write_text(UCI.replace("MAC", tv.mac))
    lines = ash(FILES / "uci2yaml", "commands", tmp_path / "spin").stdout
    for _ in range(2):  # said again, it changes nothing
        done = ash(FILES / "apply-commands", text=lines, SPINCTL=spinctl(home.gateway))
        assert done.returncode == 0, done.stderr
        device = home.gateway.api.device(tv.mac)
        assert (device["name"], device["profile"]) == ("kitchen radio", "local-only")
        assert [r["sentence"] for r in home.gateway.api.items("/rules")] and len(home.gateway.api.items("/rules")) == 1
    assert not tv.ping(FAR, 1)


def test_the_plugin_of_rpcd(ash, home):
    tv, phone = home.devices
    gateway = home.gateway
    assert tv.ping(FAR) and phone.ping(FAR)
    gateway.api.device(tv.mac)

    def plugin(*argv, text=None, offers="false"):
        return ash(FILES / "rpcd-spin", *argv, text=text, SPINCTL=spinctl(gateway), SPIN_OFFERS=offers)

    def call(method, **arguments):
        done = plugin("call", method, text=json.dumps(arguments))
        return json.loads(done.stdout)

    listed = json.loads(plugin("list").stdout)
    assert listed["block"] == {"device": "str", "confirm": True} and listed["status"] == {}
    acl = json.loads((FILES / "acl.json").read_text())["spin"]
    assert set(acl["read"]["ubus"]["spin"]) <= set(listed)
    assert call("status", ubus_rpc_session="0" * 32)["devices"]
    blocked = call("block", device=tv.mac)
    assert blocked["rule"]["action"] == "block" and blocked["confirmed_us"] and not tv.ping(FAR, 1)
    assert call("undo")["generation"] > blocked["generation"] and tv.ping(FAR)
    paused = call("pause", device=tv.mac, minutes=5, confirm=True)
    assert paused["rule"]["action"] == "pause" and call("resume", device=tv.mac)
    assert call("block_pair", device=tv.mac, destination=FAR)["rule"] and not tv.ping(FAR, 1) and phone.ping(FAR)
    assert call("rename", device=tv.mac, name='Größe "<b>"')["generation"]
    assert call("device", device='Größe "<b>"')["mac"] == tv.mac
    assert call("explain", device=tv.mac, to=FAR)["verdict"] == "drop"
    for method, arguments, says in (("block", {}, "Give device"), ("block", {"device": 7}, "Give device"), ("nosuch", {}, "No such method"),
                                    ("status", {"x": 1}, "not known"), ("block", {"device": tv.mac, "confirm": {}}, "Give confirm, a flag"),
                                    ("list_devices", {}, "Switch on spin_compat"), ("block", {"device": "nobody"}, "is called so"),
                                    ("pause", {"device": tv.mac, "minutes": 0}, "minutes"), ("profile", {"device": tv.mac, "profile": "x"}, "x")):
        answer = call(method, **arguments)
        assert says in answer["error"]["message"], (method, answer)
    assert json.loads(plugin("call", "block", text="{").stdout)["error"]
    assert json.loads(plugin("call", "block", text=" " * 70000).stdout)["error"]["message"] == "The arguments are too long"
    back = plugin("list", offers="true")  # spin-control offers the object by itself
    assert back.returncode == 0 and back.stdout == "{}\n"


def test_events_for_ubus(ash, home, tmp_path, spawn):
    tv = home.devices[0]
    (tmp_path / "ubus").write_text('#!/bin/sh\necho "ubus $*"\n')
    (tmp_path / "ubus").chmod(0o755)
    teller = spawn(["/usr/bin/env", f"SPINCTL={spinctl(home.gateway)}", f"UBUS={tmp_path}/ubus", "busybox", "ash", FILES / "ubus-events"])
    assert tv.ping(FAR)
    told = json.loads(teller.wait_line(r"ubus send spin\.device (\{.*\})", 30).group(1))
    assert all(n["message_key"].startswith("new_device") for n in told["data"]["items"])
    device = home.gateway.api.device(tv.mac)["id"]
    rule = home.gateway.api.act(f"/devices/{device}", "block").json["rule"]["id"]
    assert json.loads(teller.wait_line(rf"ubus send spin\.block (\{{.*{rule}.*\}})", 30).group(1))


# procd's own functions, each writing down what it was called with.
PROCD = """
for one in procd_open_instance procd_set_param procd_append_param procd_close_instance procd_send_signal procd_add_reload_trigger; do
	eval "$one() { echo $one \\"\\$@\\"; }"
done
. "$1"
$2
"""


def test_the_init_script(ash, tmp_path):
    (tmp_path / "spin").write_text(UCI.replace("MAC", "02:00:00:00:00:0a"))
    (tmp_path / "procd").write_text(PROCD)
    script = (FILES / "spin.init").read_text().replace("/usr/bin/spin-control", str(program("spin-control")))
    (tmp_path / "init").write_text(script.replace("RUN=/run/spin", f"RUN={tmp_path}/run").replace("/var/lib/spin", f"{tmp_path}/lib"))
    env = {"SPIN_UCI": str(tmp_path / "spin"), "SPIN_YAML": str(tmp_path / "etc" / "spin.yaml"), "SPIN_CONVERT": str(FILES / "uci2yaml")}
    started = ash(tmp_path / "procd", tmp_path / "init", "start_service", **env)
    calls = started.stdout.split("\n")
    assert "procd_open_instance dataplane" in calls and "procd_append_param command eth1" in calls, started.stderr
    assert any(line.endswith(f"--config {tmp_path}/etc/spin.yaml") for line in calls)
    yaml = (tmp_path / "etc" / "spin.yaml").read_text()
    assert "nxdomain" in yaml
    # What is wrong is told and not taken: the file of before is what it starts with.
    (tmp_path / "spin").write_text("config gateway\nlist lan eth1\noption default_profile party\n")
    again = ash(tmp_path / "procd", tmp_path / "init", "start_service", **env)
    assert "party" in again.stderr and "stays as it was" in again.stderr
    assert (tmp_path / "etc" / "spin.yaml").read_text() == yaml and "procd_open_instance control" in again.stdout
    assert ash(tmp_path / "procd", tmp_path / "init", "service_triggers", **env).stdout == "procd_add_reload_trigger spin\n"
    assert os.access(FILES / "spin.init", os.X_OK) and os.access(FILES / "offers-ubus", os.X_OK)


def test_who_offers_the_object_of_ubus(ash, tmp_path):
    """UCI's word makes the plugin and the teller step back, and has rpcd ask its plugin again, once."""
    (tmp_path / "spin").write_text(UCI.replace("MAC", "02:00:00:00:00:0a"))
    (tmp_path / "procd").write_text(PROCD)
    script = (FILES / "spin.init").read_text().replace("/usr/bin/spin-control", str(program("spin-control")))
    (tmp_path / "init").write_text(script.replace("RUN=/run/spin", f"RUN={tmp_path}/run").replace("/var/lib/spin", f"{tmp_path}/lib"))
    (tmp_path / "uci").write_text(f'#!/bin/sh\n[ "$*" = "-q get spin.@gateway[0].ubus_enabled" ] && cat {tmp_path}/says\n')
    (tmp_path / "offers").write_text((FILES / "offers-ubus").read_text().replace("uci -q", f"{tmp_path}/uci -q"))
    for name in ("uci", "offers"):
        (tmp_path / name).chmod(0o755)
    env = {"SPIN_UCI": str(tmp_path / "spin"), "SPIN_YAML": str(tmp_path / "etc" / "spin.yaml"), "SPIN_CONVERT": str(FILES / "uci2yaml"),
           "SPIN_OFFERS": str(tmp_path / "offers"), "SPIN_RPCD": "echo rpcd"}
    for says, native, restarts in (("", False, 0), ("0", False, 0), ("1", True, 1), ("on", True, 0), ("0", False, 1)):
        (tmp_path / "says").write_text(says + "\n")
        started = ash(tmp_path / "procd", tmp_path / "init", "start_service", **env)
        calls = started.stdout.split("\n")
        assert calls.count("rpcd restart") == restarts and ("procd_open_instance events" in calls) is not native, (says, started)
        assert calls.count("procd_close_instance") == 3 - native

