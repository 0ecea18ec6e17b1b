# SPDX-License-Identifier: BSD-3-Clause
"""Backup, restore and the support bundle: what comes back is what was saved, all of it or nothing."""

import base64
import hashlib
import io
import json
import sqlite3
import subprocess
import tarfile

import pytest

from harness.netns import Netns
from test_contract import check_answer, spec  # noqa: F401 (a fixture)

PIECE = 150_000


@pytest.fixture
def gateway(make_gateway, tmp_path):
    gateway = make_gateway(Netns("gateway"))
    gateway.config = tmp_path / "spin.yaml"
    gateway.config.write_text("answers: {tcp: reset}\n")
    gateway.profiles_dir.mkdir()
    (gateway.profiles_dir / "porch.yaml").write_text("description: ours\ndefault: allow\n")
    gateway.arguments = ["--config", gateway.config, "--kinds-dir", tmp_path / "kinds", "--organisations", tmp_path / "org.yaml"]
    gateway.start_control(*gateway.arguments, connected=False)
    return gateway


def make(spec, gateway):
    reply = check_answer(spec, "getBackup", gateway.api.request("GET", "/backup"))
    assert reply.status == 200 and "spin-" in reply.headers["Content-Disposition"]
    return reply.body


def upload(spec, gateway, data):
    for at in range(0, max(len(data), 1), PIECE):
        body = {"offset": at, "data": base64.b64encode(data[at:at + PIECE]).decode()}
        reply = check_answer(spec, "uploadBackup", gateway.api.request("PUT", "/restore/upload", body))
        assert reply.json == {"received": min(at + PIECE, len(data))}
    return hashlib.sha256(data).hexdigest()


def restore(spec, gateway, data, **more):
    return check_answer(spec, "restoreBackup", gateway.api.request("POST", "/restore", {"sha256": upload(spec, gateway, data), **more}))


def repack(data, change):
    """The archive with its files changed by `change(files)`; the list in it is left to that, too."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar}
    change(files)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def listed(files, name, content):
    """The file, and its line in the list."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [f for f in manifest["files"] if f["name"] != name]
    manifest["files"].append({"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    files["manifest.json"] = json.dumps(manifest).encode()
    files[name] = content


def test_what_was_saved_comes_back(spec, gateway, tmp_path):
    api = gateway.api
    api.request("POST", "/rules", {"action": "block", "subject": {"everyone": True}, "object": {"domain": "ads.example"}})
    saved_rules = [r["sentence"] for r in api.items("/rules")]
    assert len(saved_rules) == 1
    gateway.spinctl("config", "set", "server_names", "true")
    name = gateway.state_dir / "gateway-name"  # under which brokers know it
    name.write_text("gw-0123456789abcdef\n")
    data = make(spec, gateway)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        names = tar.getnames()
        assert names[0] == "manifest.json" and {"etc/spin.yaml", "etc/conf.d/90-api.yaml", "profiles/porch.yaml", "state/state.db"} <= set(names)
        tar.extract("state/state.db", tmp_path / "out")
        database = sqlite3.connect(tmp_path / "out/state/state.db")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM rules").fetchone() == (1,)
    # Everything is changed…
    api.request("DELETE", f"/rules/{api.items('/rules')[0]['id']}")
    gateway.spinctl("config", "unset", "server_names")
    gateway.config.write_text("answers: {tcp: drop}\n")
    name.unlink()
    (gateway.profiles_dir / "porch.yaml").unlink()
    (gateway.profiles_dir / "late.yaml").write_text("description: later\ndefault: allow\n")
    api.request("POST", "/config:reload")
    told_before = len(api.items("/audit"))
    # …looked at…
    plan = restore(spec, gateway, data).json
    actions = {i["name"]: i["action"] for i in plan["backup"]["items"]}
    assert not plan["applied"] and plan["backup"]["rules"] == 1
    assert (actions["etc/spin.yaml"], actions["profiles/porch.yaml"], actions["profiles/late.yaml"], actions["state/state.db"]) == (
        "replace", "add", "remove", "replace")
    assert api.items("/rules") == [] and not (gateway.profiles_dir / "porch.yaml").exists()
    # …and comes back, by spinctl, which waits.
    path = tmp_path / "backup.tar.gz"
    path.write_bytes(data)
    assert "replace  state/state.db" in gateway.spinctl("restore", path, "--dry-run").stdout
    mark = gateway.control.mark()
    done = gateway.spinctl("restore", path, "--yes")
    assert "what was there before is in" in done.stdout
    gateway.control.wait_line("restored state/state.db", since=mark)
    ctl = lambda *argv: json.loads(gateway.spinctl(*argv, "--json").stdout)  # noqa: E731
    assert [r["sentence"] for r in ctl("rules")["items"]] == saved_rules
    assert gateway.config.read_text() == "answers: {tcp: reset}\n"
    assert (gateway.profiles_dir / "porch.yaml").exists() and not (gateway.profiles_dir / "late.yaml").exists()
    assert ctl("config", "show", "server_names")["value"] is True
    assert name.read_text() == "gw-0123456789abcdef\n"
    # The trail goes on where it was, and is whole.
    assert gateway.spinctl("audit", "verify").returncode == 0
    assert any(e["operation"] == "restoreBackup" for e in ctl("audit")["items"]) and len(ctl("audit")["items"]) >= told_before
    kept = list(gateway.state_dir.glob("before-restore-*.tar.gz"))
    assert len(kept) == 1 and tarfile.open(kept[0]).getnames()[0] == "manifest.json"
    assert not (gateway.state_dir / "restore").exists()


def test_damaged_foreign_and_newer_files_are_refused(spec, gateway):
    data = make(spec, gateway)
    before = sorted(p.name for p in gateway.state_dir.iterdir())

    def newer(files):
        manifest = json.loads(files["manifest.json"])
        manifest.update(version=2, release="9.9.9")
        files["manifest.json"] = json.dumps(manifest).encode()

    def newer_schema(files):
        path = gateway.state_dir.parent / "newer.db"
        path.write_bytes(files["state/state.db"])
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version=999")
        database.commit()
        database.close()
        listed(files, "state/state.db", path.read_bytes())

    cases = [
        (b"", "no backup"), (b"hello" * 1000, "no backup"), (data[:len(data) // 2], "damaged"),
        (repack(data, newer), "newer release (9.9.9"), (repack(data, newer_schema), "newer release (schema 999"),
        (repack(data, lambda f: f.update({"etc/spin.yaml": b"answers: {tcp: drop}\n"})), "'etc/spin.yaml' in it"),
        (repack(data, lambda f: f.pop("profiles/porch.yaml")), "cut off"),
        (repack(data, lambda f: f.update({"extra": b"x"})), "not in its list"),
        (repack(data, lambda f: listed(f, "../../etc/passwd", b"x")), "belongs nowhere"),
        (repack(data, lambda f: listed(f, "profiles/.hidden.yaml", b"x")), "belongs nowhere"),
        (repack(data, lambda f: listed(f, "etc/spin.yaml", b"answers: {tcp: maybe}\n")), "drop or reset"),
        (repack(data, lambda f: listed(f, "state/state.db", b"no database" * 1000)), "damaged"),
    ]
    for archive, says in cases:
        reply = restore(spec, gateway, archive, apply=True)
        assert (reply.status, reply.json["key"]) == (400, "bad_backup") and says in reply.json["detail"], (says, reply.body)
    reply = check_answer(spec, "restoreBackup", gateway.api.request("POST", "/restore", {"sha256": "0" * 64}))
    assert reply.status == 400 and "upload it again" in reply.json["detail"]
    reply = check_answer(spec, "uploadBackup", gateway.api.request("PUT", "/restore/upload", {"offset": 7_000_000, "data": "AAAA"}))
    assert (reply.status, reply.json["key"]) == (400, "bad_backup")
    for body in ({"offset": 0, "data": "*"}, {"offset": -1, "data": ""}, {"offset": 0}, {"offset": 0, "data": "", "x": 1}):
        assert check_answer(spec, "uploadBackup", gateway.api.request("PUT", "/restore/upload", body)).status == 400
    after = sorted(p.name for p in gateway.state_dir.iterdir() if p.name != "restore.upload")
    assert after == before and gateway.config.read_text() == "answers: {tcp: reset}\n"


def test_without_a_running_control(spec, gateway, tmp_path):
    """The database is damaged, so that nothing starts: the backup goes back all the same."""
    path = tmp_path / "backup.tar.gz"
    path.write_bytes(make(spec, gateway))
    gateway.control.signal(15)
    gateway.control.wait_exit()
    database = gateway.state_dir / "state.db"
    database.write_bytes(b"damaged" * 4096)
    argv = [*map(str, gateway.control_argv(*gateway.arguments))]
    failed = subprocess.run(argv, capture_output=True, text=True)
    assert failed.returncode == 1 and "--restore FILE" in failed.stderr
    done = subprocess.run([*argv, "--restore", path], capture_output=True, text=True)
    assert done.returncode == 0 and "restored" in done.stdout, done.stderr
    gateway.start_control(*gateway.arguments, connected=False)
    assert gateway.api.get("/health")["version"]


def test_the_support_bundle_is_nobodys(spec, make_home):
    home = make_home(devices=1)
    gateway = home.gateway.start()
    device = home.devices[0]
    home.names({"www.secret-place.example": ["198.51.100.7"]})
    home.resolve(device, "www.secret-place.example")
    assert device.ping("198.51.100.7")
    dev = gateway.api.device(device.mac)["id"]
    gateway.api.request("PATCH", f"/devices/{dev}", {"name": "Grandma's pump"})
    gateway.api.request("GET", f"/explain?device={dev}&to=www.secret-place.example")
    (gateway.profiles_dir).mkdir(exist_ok=True)
    (gateway.profiles_dir / "x.yaml").write_text("192.0.2.11 at 02:00:00:00:01:0b of Grandma's pump asks www.secret-place.example\n")
    gateway.api.request("POST", "/config:reload")
    preview = check_answer(spec, "getSupportBundle", gateway.api.request("GET", "/support-bundle?preview=1")).json
    texts = {i["name"]: i["text"] for i in preview["items"]}
    assert set(texts) == {"versions.json", "config.json", "health.json", "counts.json", "metrics.txt", "log.txt"}
    reply = check_answer(spec, "getSupportBundle", gateway.api.request("GET", "/support-bundle"))
    with tarfile.open(fileobj=io.BytesIO(reply.body)) as tar:
        packed = {m.name.removeprefix("spin-support/"): tar.extractfile(m).read().decode() for m in tar}
    assert set(packed) == set(texts)
    for name, text in {**packed, **{"preview " + n: t for n, t in texts.items()}}.items():
        for ours in (device.mac, device.ipv4, device.ipv6, "198.51.100.7", "secret-place", "Grandma", home.router.mac, home.router.ipv4):
            assert ours.lower() not in text.lower(), (name, ours)
    assert json.loads(packed["counts.json"])["devices"] >= 1 and "spin_flows_active" in packed["metrics.txt"]
    assert "ready on" in packed["log.txt"] and json.loads(packed["config.json"])["items"]
    shown = gateway.spinctl("support-bundle", "--dry-run").stdout
    assert "log.txt: the end of the log" in shown and "Grandma" not in shown
