# SPDX-License-Identifier: BSD-3-Clause
"""spinctl against the real processes: what it does, what it prints, what it exits with."""

import json
import os
import re
import subprocess

import pytest

from harness.gateway import program
from harness.netns import sh

OK, FAILED, USAGE, NOT_RUNNING, DENIED = range(5)


@pytest.fixture
def talking(home):
    """A home whose devices are known, with a destination that has a name."""
    home.dns = home.names({"www.example.org": ["198.51.100.7"], "other.example.net": ["198.51.100.8"]})
    for device in home.devices:
        assert home.resolve(device, "www.example.org") and home.resolve(device, "other.example.net")
        assert device.ping("198.51.100.7") and device.ping("198.51.100.8")
        home.gateway.api.device(device.mac)
    home.gateway.api.destination("example.org")
    home.gateway.api.destination("example.net")
    return home


def run(home, *argv, code=OK):
    done = home.gateway.spinctl(*argv, check=False)
    assert done.returncode == code, (argv, done.returncode, done.stdout, done.stderr)
    return done


def test_block_by_every_name_of_a_device(talking):
    first, second = talking.devices[:2]
    ident = talking.gateway.api.device(first.mac)["id"]
    api = talking.gateway.api
    assert first.ping(talking.router.ipv6)
    api.until(lambda: first.ipv6 in [a["address"] for a in api.device(first.mac)["addresses"]], 10, "IPv6 address")
    run(talking, "rename", ident, "Kitchen camera")
    for name in (ident, first.mac, first.mac.upper().replace(":", "-"), first.ipv4, first.ipv6,
                 "Kitchen camera", "kitchen CAMERA", "kitchen"):
        done = run(talking, "block", name)
        assert re.fullmatch(r"blocked Kitchen camera: in force after [\d.]+ (ms|µs) \(generation \d+\)\n", done.stdout)
        assert not first.ping("198.51.100.7", 1) and second.ping("198.51.100.7")
        done = run(talking, "unblock", name)
        assert done.stdout.startswith("unblocked Kitchen camera: in force after ")
        assert first.ping("198.51.100.7", 5)


def test_block_a_destination_and_a_pair(talking):
    first, second = talking.devices[:2]
    run(talking, "block", "--destination", "example.org")
    assert not first.ping("198.51.100.7", 1) and not second.ping("198.51.100.7", 1)
    assert first.ping("198.51.100.8")
    run(talking, "unblock", "--destination=example.org")
    assert first.ping("198.51.100.7", 5)
    done = run(talking, "block", first.mac, "www.example.org")
    assert done.stdout.startswith("blocked example.org for ") and ": in force after " in done.stdout
    assert "Note: that is all of example.org; only the name: spinctl block www.example.org for " in done.stdout
    assert not first.ping("198.51.100.7", 1) and second.ping("198.51.100.7")
    table = run(talking, "rules").stdout
    assert re.search(r"block +.*example\.org", table) and "yes" in table
    assert re.match(r"undone, no longer: .* may not reach example\.org: in force after ", run(talking, "undo").stdout)
    assert first.ping("198.51.100.7", 5)
    run(talking, "block", "--destination", "example.org")
    run(talking, "unblock", "--destination", "example.org")
    assert run(talking, "undo").stdout.startswith("undone, again: example.org is blocked for everyone: in force after ")
    assert run(talking, "undo").stdout.startswith("undone, no longer: example.org is blocked for everyone: in force after ")
    run(talking, "rename", first.mac, "Telly")
    assert re.match(r"undone, again: 02:.* has the name that was learned\n", run(talking, "undo").stdout)


def test_lists(talking):
    first = talking.devices[0]
    assert run(talking, "status").stdout.startswith("2 devices")
    assert first.mac in run(talking, "devices").stdout
    assert "example.org" in run(talking, "destinations").stdout
    assert f"{first.ipv4}" in run(talking, "flows", "--device", first.mac).stdout
    assert run(talking, "devices", "--blocked").stdout.count("\n") == 1
    assert f"mac             {first.mac}" in run(talking, "devices", first.mac).stdout
    for verb in ("devices", "destinations", "flows", "rules", "profile"):
        assert "items" in json.loads(run(talking, verb, "--json").stdout)
    status = json.loads(run(talking, "--json", "status").stdout)
    assert status["health"]["status"] == "ok" and status["summary"]["devices"] == 2


def test_rename_profile_ignore(talking):
    first = talking.devices[0]
    assert run(talking, "rename", first.mac, "Telly").stdout.startswith("renamed ")
    assert "Telly" in run(talking, "devices").stdout
    assert "Ours" in run(talking, "rename", "--destination", "example.org", "Ours").stdout
    run(talking, "rename", "--destination", "Ours", "--learned")
    assert "example.org" in run(talking, "destinations").stdout
    assert "block-all" in run(talking, "profile").stdout
    assert "Telly has profile block-all: in force after " in run(talking, "profile", "Telly", "block-all").stdout
    assert not first.ping("198.51.100.7", 1)
    run(talking, "profile", "Telly", "allow-all")
    assert first.ping("198.51.100.7", 5)
    assert "hidden" in run(talking, "ignore", "Telly").stdout
    assert re.search(r"ignore +Telly", run(talking, "rules").stdout)
    run(talking, "unignore", "Telly")
    answer = json.loads(run(talking, "allow", "Telly", "--json").stdout)
    assert answer["rule"]["action"] == "allow" and answer["generation"] and "confirmed_us" in answer
    run(talking, "rename", "Telly", "x" * 65, code=FAILED)
    run(talking, "profile", "Telly", "nonsense", code=FAILED)


def test_which_one(talking):
    for device, name in zip(talking.devices, ("Lamp left", "Lamp right")):
        run(talking, "rename", device.mac, name)
    done = run(talking, "block", "lamp", code=FAILED)
    assert "Lamp left" in done.stderr and "Lamp right" in done.stderr and "fits 2 devices" in done.stderr
    run(talking, "rename", talking.devices[0].mac, "--learned")
    for part in ("ri", "02:00:00:00:01:0", "00"):  # too short, or a part of a MAC
        run(talking, "block", part, code=FAILED)
    done = run(talking, "block", "nobody", code=FAILED)
    assert "nobody" in done.stderr and "spinctl devices" in done.stderr
    done = run(talking, "block", "--destination", "nowhere", code=FAILED)
    assert "spinctl destinations" in done.stderr
    assert not json.loads(run(talking, "rules", "--json").stdout)["items"]


def test_events(talking, spawn):
    lines = spawn([program("spinctl"), "--run-dir", talking.gateway.run_dir, "events"], name="events")
    lines.wait_line(r"now +2 devices", 15)
    run(talking, "block", talking.devices[0].mac)
    lines.wait_line(r"rule +block .* → Everything", 15)
    whole = spawn([program("spinctl"), "events", "--run-dir", talking.gateway.run_dir, "--json", "--types", "stats"],
                  name="events --json")
    found = whole.wait_line(r'(\{"event":"stats".*\})', 15).group(1)
    assert "generation" in json.loads(found)["data"]
    run(talking, "events", "--types", "nonsense", code=FAILED)


def test_dataplane_away(talking):
    talking.gateway.dataplane.kill9()
    talking.gateway.api.until(lambda: not talking.gateway.api.get("/health")["dataplane"]["connected"], 10)
    assert "away" in run(talking, "status", code=FAILED).stdout
    assert "as soon as the dataplane is back" in run(talking, "block", talking.devices[0].mac).stdout


@pytest.mark.parametrize("argv", [
    [], ["nonsense"], ["block"], ["block", "a", "b", "c"], ["block", "--nonsense", "a"], ["status", "--types", "flow"],
    ["rename", "a"], ["profile", "a"], ["status", "extra"], ["devices", "--json=1"], ["events", "--types"], ["analyze"],
    ["block", "a", "b", "--destination", "c"], ["completion", "tcsh"]])
def test_usage(tmp_path, argv):
    done = sh(program("spinctl"), "--run-dir", tmp_path, *argv, check=False)
    assert done.returncode == USAGE and done.stderr.startswith("spinctl: ") and not done.stdout


def test_not_running(tmp_path):
    done = sh(program("spinctl"), "--run-dir", tmp_path, "status", check=False)
    assert done.returncode == NOT_RUNNING
    assert "spin-control is not running" in done.stderr and "start it" in done.stderr


def test_denied(home):
    for folder in (home.gateway.run_dir, *home.gateway.run_dir.parents):
        if folder.stat().st_mode & 0o001 == 0:
            os.chmod(folder, folder.stat().st_mode | 0o001)
    try:
        done = subprocess.run([program("spinctl"), "--run-dir", home.gateway.run_dir, "status"],
                              user=65534, group=65534, extra_groups=[], capture_output=True, text=True, timeout=20)
    except OSError as error:
        pytest.skip(f"cannot become another user here: {error}")
    assert done.returncode == DENIED and "not allowed" in done.stderr


def test_help_and_completion(tmp_path):
    text = sh(program("spinctl"), "help").stdout
    for verb in re.findall(r"^  (\w+) ", text, re.M):
        assert sh(program("spinctl"), "help", verb).stdout.startswith(f"spinctl {verb}")
        if verb != "analyze":  # its arguments are the dataplane's
            assert sh(program("spinctl"), verb, "--help").stdout == sh(program("spinctl"), "help", verb).stdout
    script = sh(program("spinctl"), "completion", "bash").stdout + """
        COMP_WORDS=(spinctl --run-dir /x un); COMP_CWORD=3; _spinctl; echo "${COMPREPLY[*]}"
        COMP_WORDS=(spinctl flows --de); COMP_CWORD=2; _spinctl; echo "${COMPREPLY[*]}" """
    assert sh("bash", "-c", script).stdout == "unblock unallow unignore undo\n--device --destination\n"


def test_analyze(tmp_path):
    from scapy.all import IP, UDP, Ether, wrpcap
    wrpcap(str(tmp_path / "a.pcap"), [Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
                                      / IP(src="192.168.1.2", dst="192.0.2.1") / UDP(sport=1, dport=2) / bytes(20)] * 3)
    report = json.loads(sh(program("spinctl"), "analyze", tmp_path / "a.pcap", "--json", timeout=60).stdout)
    assert report["frames"] == 3 and report["flows"][0]["packets_to_responder"] == 3


def test_a_destination_in_a_devices_place(talking):
    """Whoever forgets --destination is told of it."""
    assert "--destination" in talking.gateway.spinctl("block", "no.such.example", check=False).stderr


def rules(home):
    return [(r["action"], r["subject"]["kind"], r["object"]["kind"], r["object"]["value"], r["sentence"])
            for r in json.loads(run(home, "rules", "--json").stdout)["items"]]


def test_rules_as_sentences(talking):
    first, second = talking.devices[:2]
    run(talking, "rename", first.mac, "camera")
    done = run(talking, "block", "ads.example", "for", "everyone")
    assert done.stdout.startswith("ads.example is blocked for everyone: in force after ")
    cases = [
        ("block --device camera --country CN", "camera may not reach addresses in CN"),
        ("allow camera example.org:443 for 10m", r"camera may reach example\.org over https, until .*"),
        ("block *.example.org for profile guest", "No device with profile guest may reach everything beneath example.org"),
        ("block games.example.net by tcp/80-90 for camera on mon-fri 20:00-07:00",
         "camera may not reach games.example.net over tcp/80-90, mon-fri 20:00-07:00"),
        ("block 192.0.2.0/25 for camera until 23:59", "camera may not reach 192.0.2.0/25, until .*"),
        ("allow [2001:db8::7]:53 for everyone", "2001:db8::7 is allowed for everyone over dns"),
        ("rules add block local for camera", "camera may not reach the home's own network"),
        ("rules add limit everything for camera --up 2Mbit --new-flows 5",
         "camera is held to 2 Mbit/s up and 5 new connections a second"),
        ("block camera --direction in --service tcp", "camera may not be called by anybody over tcp"),
        ("block camera to example.net --comment why", "camera may not reach example.net"),
    ]
    for words, says in cases:
        done = run(talking, *words.split())
        assert re.match(says + ": in force after ", done.stdout), (words, done.stdout)
    assert "not known" in run(talking, "block", "--everyone", "--country", "XX").stdout
    made = json.loads(run(talking, "rules", "--json").stdout)["items"]
    assert len(made) == len(cases) + 2
    table = run(talking, "rules").stdout
    assert made[0]["id"] in table and "matches nothing" in table and "root" in table
    # The same words with "un" take it back, whenever it holds.
    for words, _ in cases:
        if words.split()[0] in ("block", "allow") and "until" not in words:
            assert run(talking, *("un" + words).split()).stdout.startswith("no longer: "), words
    assert run(talking, "unblock", "ads.example", "for", "everyone").stdout.startswith("no longer: ads.example is")
    assert "no such rule" in run(talking, "unblock", "ads.example", "for", "everyone", code=FAILED).stderr


def test_rules_are_switched_and_removed(talking):
    first, _ = talking.devices[:2]
    run(talking, "block", "198.51.100.7", "for", "everyone")
    ident = json.loads(run(talking, "rules", "--json").stdout)["items"][0]["id"]
    assert not first.ping("198.51.100.7", 1)
    assert "(switched off)" in run(talking, "rules", "disable", ident).stdout and first.ping("198.51.100.7")
    assert "off" in run(talking, "rules").stdout
    run(talking, "rules", "enable", ident)
    assert not first.ping("198.51.100.7", 1)
    run(talking, "rules", "remove", ident)
    assert first.ping("198.51.100.7") and rules(talking) == []
    assert run(talking, "undo").stdout.startswith("undone, ")
    assert not first.ping("198.51.100.7", 1)
    for words in ("rules explode", "block x.example for", "block a b c for everyone", "block --country CN",
                  "block x.example for everyone for 10 until 9", "block x.example for everyone --until noon",
                  "block x.example for everyone --for ages", "rules add limit everything for everyone --up fast"):
        assert run(talking, *words.split(), code=USAGE).stderr, words
    refused = run(talking, "block", "co.uk", "for", "everyone", code=FAILED).stderr
    assert "public suffix" in refused and "suffix" in refused


def test_pause_and_resume(talking):
    first, _ = talking.devices[:2]
    run(talking, "rename", first.mac, "console")
    assert re.match(r"console is paused, until .*: in force", run(talking, "pause", "console", "for", "30m").stdout)
    assert not first.ping("198.51.100.7", 1)
    assert run(talking, "resume", "console").stdout.startswith("console goes on: in force")
    assert first.ping("198.51.100.7")
    assert "console is paused, until" in run(talking, "pause", "console", "until", "morning").stdout
    assert "console is paused, until" in run(talking, "pause", "console").stdout
    assert run(talking, "pause", "console", "for", "ages", code=USAGE).stderr


def test_a_profile_that_contradicts_itself_says_so(talking, tmp_path):
    file = tmp_path / "odd.yaml"
    file.write_text("description: x\ndefault: allow\nrules:\n  - block: {domain: a.example}\n"
                    "  - allow: {domain: a.example}\n  - block: {list: none}\n  - allow: {domain: b.example}\n")
    said = run(talking, "profiles", "odd", "--file", file).stdout
    assert said.count("Note: ") == 2 and "The list 'none' is not in force" in said
    assert 'which does nothing: "Every device with profile odd may reach a.example"' in said


def test_profiles_by_spinctl(talking, tmp_path):
    listed = run(talking, "profiles").stdout
    for name in ("allow-all", "block-all", "local-only", "guest", "camera", "television", "printer", "learned"):
        assert name in listed
    text = run(talking, "profiles", "camera").stdout
    assert text.startswith("# A camera films your home")
    file = tmp_path / "mine.yaml"
    file.write_text(text + "  - allow: {domain: example.org}\n")
    for _ in range(2):
        assert run(talking, "profiles", "porch", "--file", file).stdout.startswith("profile porch written: in force")
        file.write_text(file.read_text() + "# again\n")
    assert run(talking, "profiles", "porch").stdout.endswith("# again\n")
    file.write_text("description: x\ndefult: block\n")
    refused = run(talking, "profiles", "porch", "--file", file, code=FAILED).stderr
    assert "porch.yaml:2:1: unknown key 'defult': did you mean 'default'?" in refused
