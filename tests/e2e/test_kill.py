# SPDX-License-Identifier: BSD-3-Clause
"""spin-control is killed, its power is cut, its disk fails: the databases open, nothing acknowledged is missing.

SPIN_KILLS=200 and SPIN_POWERCUTS=1000 for the whole of it; SPIN_SEED repeats a run. The power cut needs
../shared/tools/powercut beside the checkout."""

import contextlib
import http.client
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from harness.gateway import ROOT
from harness.netns import sh

KILLS = int(os.environ.get("SPIN_KILLS", "20"))
POWERCUTS = int(os.environ.get("SPIN_POWERCUTS", "60"))
SEED = int(os.environ.get("SPIN_SEED", time.time_ns() & 0xFFFFFFFF))
POWERCUT = next((p for p in (ROOT.parent / "shared/tools/powercut",) if p.is_dir()), None)
HERE = os.path.dirname(os.path.abspath(__file__))


class Writer:
    """Makes rules and gives names, one after the other, and remembers what was acknowledged."""

    def __init__(self, device):
        self.device, self.rules, self.names, self.turn = device, {}, [], 2  # a name first: with it the device is kept
        self.unsure = None  # what was asked for when the answer did not come

    def one(self, api, on_ack=lambda token: None):
        self.turn += 1
        if self.turn % 3:
            body = {"action": "block", "subject": {"everyone": True}, "object": {"domain": f"d{self.turn}.example"}}
            self.unsure = ("rule", body["object"]["domain"])
            reply = api.request("POST", "/rules", body)
            assert reply.status in (200, 202), reply.body
            self.rules[reply.json["rule"]["id"]] = body["object"]["domain"]
            on_ack(f"rule:{body['object']['domain']}")
        else:
            self.unsure = ("name", f"name {self.turn}")
            reply = api.request("PATCH", f"/devices/{self.device}", {"name": f"name {self.turn}"})
            assert reply.status in (200, 202), reply.body
            self.names.append(f"name {self.turn}")
            on_ack(f"name:{self.turn}")
        self.unsure = None

    def until_killed(self, api, first):
        with contextlib.suppress(OSError, http.client.HTTPException, TimeoutError):
            while True:
                self.one(api)
                first.set()

    def check(self, api):
        rules = {r["id"]: r["object"]["value"] for r in api.items("/rules")}
        missing = {i: d for i, d in self.rules.items() if rules.get(i) != d}
        assert not missing, f"acknowledged, and gone: {missing}"
        more = set(rules) - set(self.rules)
        assert {rules[i] for i in more} <= ({self.unsure[1]} if self.unsure and self.unsure[0] == "rule" else set())
        name = api.get(f"/devices/{self.device}")["name"]
        allowed = self.names[-1:] + ([self.unsure[1]] if self.unsure and self.unsure[0] == "name" else [])
        assert not self.names or name in allowed
        for i in more:
            self.rules[i] = rules[i]
        if name not in self.names:
            self.names.append(name)
        self.unsure = None


def often(folder):
    """A spin.yaml that has the history written after every span, so that a test need not wait for three."""
    (folder / "spin.yaml").write_text("history: {write: 10s}\n")
    return folder / "spin.yaml"


def whole(folder):
    """Both databases as they lie there, in a copy, so that the log is not touched."""
    for name in ("state.db", "history.db"):
        if (folder / name).exists():
            copy = folder.parent / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            for part in folder.glob(name + "*"):
                if not part.name.endswith("-shm"):
                    shutil.copy(part, copy)
            with contextlib.closing(sqlite3.connect(copy / name)) as db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], name


def test_kill_nine(home):
    gateway, dice = home.gateway, random.Random(SEED)
    print(f"SPIN_SEED={SEED}, {KILLS} kills")
    assert home.devices[0].ping(home.router.ipv4)
    writer = Writer(gateway.api.device(home.devices[0].mac)["id"])
    going = home.devices[0].pinger(home.router.ipv4)
    for kill in range(KILLS):
        first = threading.Event()
        thread = threading.Thread(target=writer.until_killed, args=(gateway.api, first))
        thread.start()
        assert first.wait(15)
        time.sleep(dice.random() * 0.05)  # the moment is the point
        gateway.control.kill9()
        gateway.control.wait_exit()
        thread.join()
        if kill % 5 == 0:
            whole(gateway.state_dir)
        gateway.start_control(connected=False)
        writer.check(gateway.api)
        for rule in list(writer.rules)[:-20]:  # so that there is room for more
            reply = gateway.api.request("DELETE", f"/rules/{rule}")
            assert reply.status in (200, 202)
            del writer.rules[rule]
    whole(gateway.state_dir)
    assert writer.turn > KILLS
    going.wait_line("bytes from", since=going.mark(), times=3)
    # The history of before all that, and of all that.
    home.gateway.control.signal(signal.SIGTERM)
    home.gateway.control.wait_exit()
    gateway.start_control()
    sent = gateway.api.get(f"/devices/{writer.device}/history?service=icmp")["total"]["packets_out"]
    assert sent >= going.count("bytes from") - 20


CHECK = """
import sqlite3, sys
tokens = [line.strip() for line in open("../acks.txt") if line.strip()]
try:
    db = sqlite3.connect("state.db")
    if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        sys.exit(2)
    import os
    if os.path.exists("history.db") and os.path.getsize("history.db"):
        if sqlite3.connect("history.db").execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            sys.exit(2)
    bodies = " ".join(row[0] for row in db.execute("SELECT body FROM rules"))
    names = [row[0] for row in db.execute("SELECT user_name FROM devices") if row[0]]
    audited = " ".join(str(row[0]) for row in db.execute("SELECT after FROM audit"))
except sqlite3.DatabaseError as e:
    if tokens or "no such table" not in str(e):
        sys.exit(2)
    sys.exit(0)
last = 0
for token in tokens:
    kind, what = token.split(":", 1)
    if kind == "rule" and f'"{what}"' not in bodies:
        sys.exit(1)
    if kind == "rule" and what not in audited:
        sys.exit(1)
    if kind == "name":
        last = int(what)
if last and not any(n.startswith("name ") and int(n[5:]) >= last for n in names):
    sys.exit(1)
"""


@pytest.mark.skipif(not POWERCUT or not shutil.which("cc"), reason="../shared/tools/powercut is not there, or no cc")
def test_power_cut(make_home, tmp_path):
    """Any moment of a run, with any part of what was not synced: what was acknowledged is there."""
    shim, log, acks = tmp_path / "shim.so", tmp_path / "log", tmp_path / "acks"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", POWERCUT / "shim.c", "-o", shim, "-ldl"], check=True)
    home = make_home()
    gateway = home.gateway
    gateway.start_dataplane(ready=False)
    gateway.start_control(connected=False, env={"LD_PRELOAD": str(shim), "SHIM_DIR": str(gateway.state_dir), "SHIM_LOG": str(log)})
    api = gateway.api
    gateway.dataplane.wait_line(r"dataplane: ready", 30)
    assert home.devices[0].ping(home.router.ipv4)
    writer = Writer(api.device(home.devices[0].mac)["id"])
    with open(acks, "w", buffering=1) as f:
        for _ in range(120):
            writer.one(api, lambda token: f.write(f"{time.clock_gettime_ns(time.CLOCK_MONOTONIC)} {token}\n"))
    gateway.control.signal(signal.SIGTERM)
    gateway.control.wait_exit()
    check = tmp_path / "check.py"
    check.write_text(CHECK)
    done = subprocess.run([sys.executable, POWERCUT / "powercut.py", "states", log, gateway.state_dir, tmp_path / "out" / "state",
                           "--acks", acks, "--count", str(POWERCUTS), "--seed", str(SEED), "--", sys.executable, check],
                          capture_output=True, text=True, timeout=3600)
    print(done.stdout[-400:], done.stderr[-400:])
    assert done.returncode == 0, (SEED, done.stdout[-2000:], done.stderr[-2000:])


@pytest.mark.skipif(not shutil.which("cc"), reason="no cc")
@pytest.mark.parametrize("how", ["readonly", "sync"])
def test_a_failing_disk(make_home, tmp_path, how):
    """Forwarding and blocks go on, one notification says so, and all is well again without a restart."""
    shim, flag = tmp_path / "disk.so", tmp_path / "flag"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"{HERE}/harness/disk.c", "-o", shim, "-ldl"], check=True)
    home = make_home()
    gateway, (tv, phone) = home.gateway, home.devices
    gateway.start_control("--config", often(tmp_path), connected=False,
                          env={"LD_PRELOAD": str(shim), "DISK_DIR": str(gateway.state_dir), "DISK_FLAG": str(flag)})
    api = gateway.api
    gateway.start_dataplane()
    assert tv.ping(home.router.ipv4) and phone.ping(home.router.ipv4)
    path = "/devices/" + api.device(phone.mac)["id"]
    assert api.act("/devices/" + api.device(tv.mac)["id"], "block").status in (200, 202)
    blocked, going = tv.pinger(home.router.ipv4), phone.pinger(home.router.ipv4)
    blocked.wait_line("no answer yet", times=3)

    flag.write_text(how)
    refused = api.request("PATCH", path, {"name": "not kept"})
    assert refused.status == 500 and refused.json["key"] == "storage_failed"
    assert api.get(path)["name"] != "not kept"
    api.until(lambda: not api.get("/health")["storage"]["ok"], 15, "health tells of it")
    if how == "readonly":
        api.until(lambda: not api.get("/health")["history"]["ok"], 25, "the history is paused")
    api.until(lambda: [n for n in api.items("/notifications") if n["message_key"] == "disk_full"], 15, "people are told")
    going.wait_line("bytes from", since=going.mark(), times=5)
    blocked.wait_line("no answer yet", since=blocked.mark(), times=5)

    flag.unlink()
    api.until(lambda: api.request("PATCH", path, {"name": "kept again"}).status == 200, 15, "it can be written again")
    api.until(lambda: api.get("/health")["history"]["ok"] and api.get("/health")["storage"]["ok"], 25, "all is well")
    told = [n for n in api.items("/notifications") if n["message_key"] == "disk_full"]
    assert len(told) == 1 and told[0]["count"] == 1
    api.until(lambda: all(n["ended"] for n in api.items("/notifications") if n["message_key"] == "disk_full"), 15, "it is over")
    assert blocked.count("bytes from") == 0
    gateway.control.kill9()
    gateway.control.wait_exit()
    gateway.start_control()
    assert gateway.api.get(path)["name"] == "kept again"
    whole(gateway.state_dir)


def test_a_full_disk_pauses_the_history(make_home, tmp_path):
    home = make_home()
    gateway, phone = home.gateway, home.devices[0]
    sh("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", gateway.state_dir)
    try:
        gateway.start_control("--config", often(tmp_path), connected=False)
        gateway.start_dataplane()
        api = gateway.api
        assert phone.ping(home.router.ipv4)
        device = api.device(phone.mac)["id"]
        going = phone.pinger(home.router.ipv4)
        filler = gateway.state_dir / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as f:
            while f.write(bytes(512)):
                pass
        api.until(lambda: not api.get("/health")["history"]["ok"], 40, "the history is paused")
        assert "goes on by itself" in api.get("/health")["history"]["message"]
        going.wait_line("bytes from", since=going.mark(), times=5)
        api.until(lambda: [n["count"] for n in api.items("/notifications") if n["message_key"] == "disk_full"] == [1], 15,
                  "people are told once")
        filler.unlink()
        api.until(lambda: api.get("/health")["history"]["ok"], 40, "the history goes on")
        going.stop()
        gateway.dataplane.stop()
        api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
        counted = api.get(f"/devices/{device}")
        gateway.control.signal(signal.SIGTERM)
        gateway.control.wait_exit()
        gateway.start_control(connected=False)
        total = gateway.api.get(f"/devices/{device}/history")["total"]
        assert total["bytes_out"] == counted["bytes_out"] and total["packets_in"] == counted["packets_in"]
    finally:
        for process in (gateway.control, gateway.dataplane):
            if process:
                process.stop()
        sh("umount", "-l", gateway.state_dir)
