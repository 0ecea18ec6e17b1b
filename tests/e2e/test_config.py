# SPDX-License-Identifier: BSD-3-Clause
"""The configuration of a running spin-control: layers, the API's own, and reloads that take all or nothing."""

import os
import signal
import subprocess

import pytest

from harness.gateway import program
from harness.netns import Netns
from test_contract import check_answer, spec  # noqa: F401 (a fixture)


@pytest.fixture
def configured(make_gateway, tmp_path):
    """Control alone: nothing here needs packets."""
    gateway = make_gateway(Netns("gateway"))
    gateway.config = tmp_path / "spin.yaml"
    gateway.config.write_text("# ours, and it stays\nanswers:\n  tcp: reset # so\n")
    gateway.parts = tmp_path / "conf.d"
    gateway.start_control("--config", gateway.config, connected=False)
    return gateway


def key(api, name):
    return next(k for k in api.get("/config?detailed=1")["items"] if k["key"] == name)


def test_values_and_their_sources(spec, configured, monkeypatch):
    api = configured.api
    values = check_answer(spec, "getConfig", api.request("GET", "/config")).json
    assert values["answers"] == {"dns": "pass", "tcp": "reset"} and values["run_dir"] == str(configured.run_dir)
    detailed = check_answer(spec, "getConfig", api.request("GET", "/config?detailed=1")).json
    tcp = next(k for k in detailed["items"] if k["key"] == "answers.tcp")
    assert tcp["source"] == {"layer": "file", "where": str(configured.config), "line": 3}
    assert tcp["modified"] and tcp["default"] == "drop" and tcp["allowed"] == ["drop", "reset"]
    run_dir = next(k for k in detailed["items"] if k["key"] == "run_dir")
    assert run_dir["source"] == {"layer": "option", "where": "--run-dir", "line": None} and not run_dir["writable"]
    assert detailed["files"] == [str(configured.config)] and detailed["error"] is None
    reply = check_answer(spec, "getConfig", api.request("GET", "/config?detailed=maybe"))
    assert (reply.status, reply.json["key"]) == (400, "bad_value")


def test_the_api_has_a_layer_of_its_own(spec, configured):
    api, before = configured.api, configured.config.read_text()
    etag = api.request("GET", "/config").headers["ETag"]

    def patch(body, headers=None):
        return check_answer(spec, "patchConfig", api.request("PATCH", "/config", body, headers=headers or {}))

    reply = patch({"server_names": True, "answers": {"dns": "nxdomain"}, "unix_group": None}, {"If-Match": etag})
    assert (reply.status, reply.json["key"]) == (400, "bad_config")  # one of them is not the API's: none is taken
    assert not configured.parts.exists()
    reply = patch({"server_names": True, "answers": {"dns": "nxdomain"}}, {"If-Match": etag})
    assert reply.status == 200 and reply.json["changed"] == ["answers.dns", "server_names"] and reply.json["restart_needed"] == []
    assert key(api, "answers.dns")["source"] == {"layer": "api", "where": str(configured.parts / "90-api.yaml"), "line": 6}
    told = api.items("/audit?operation=patchConfig")[0]
    assert told["before"] == {"answers.dns": "pass", "server_names": False} and told["after"] == {"answers.dns": "nxdomain", "server_names": True}
    late = patch({"server_names": False}, {"If-Match": etag})
    assert (late.status, late.json["key"]) == (412, "edited_meanwhile") and "tester changed" in late.json["detail"]
    reply = patch({"listen": ["127.0.0.1:14000"]})
    assert (reply.status, reply.json["key"]) == (409, "set_elsewhere") and "--listen" in reply.json["detail"]
    assert api.get("/lists")["items"] == []
    reply = patch({"lists": [{"name": "ads", "file": "/nowhere", "action": "block"}]})
    assert (reply.json["changed"], reply.json["restart_needed"]) == (["lists"], [])
    api.until(lambda: [n["name"] for n in api.get("/lists")["items"]] == ["ads"], 10, "the list is there")
    for body, pointer, says in (
            ({"answers": {"dns": "loud"}}, "/answers/dns", "write pass, nxdomain, zero or silence"),
            ({"answers": {"dsn": "zero"}}, "/answers/dsn", "did you mean 'dns'"),
            ({"colour": "red"}, "/colour", "unknown key"),
            ({"lists": [{"name": "ads", "action": "block"}]}, "/lists/0", "either a file or a url"),
            ({"default_profile": "party"}, None, "there is no profile 'party'"),
            ({"state_dir": "/etc"}, "/state_dir", "on the gateway itself")):
        reply = patch(body)
        assert (reply.status, reply.json["key"]) == (400, "bad_config") and says in reply.json["detail"], reply.body
        assert not pointer or reply.json["errors"][0]["pointer"] == pointer, reply.body
    assert configured.config.read_text() == before
    # It is there after a restart, and gone when it is given back.
    configured.control.signal(signal.SIGTERM)
    assert configured.control.wait_exit() == 0
    configured.start_control("--config", configured.config, connected=False)
    assert configured.api.get("/config")["answers"] == {"dns": "nxdomain", "tcp": "reset"}
    configured.spinctl("config", "unset", "answers.dns")
    assert key(configured.api, "answers.dns")["source"]["layer"] == "default"


def test_a_reload_takes_all_or_nothing(spec, configured, tmp_path):
    api, control = configured.api, configured.control
    kinds = tmp_path / "profiles" / "porch.yaml"
    kinds.parent.mkdir()
    kinds.write_text("description: x\nextends: lerned\n")
    configured.config.write_text("answers: {dns: zero}\nnotifications: [{name: me, command: [/bin/true, secret-word]}]\n")
    control.signal(signal.SIGHUP)
    control.wait_line(r"porch\.yaml:2:10: there is no profile 'lerned'.*everything stays as it was")
    assert api.get("/config")["answers"]["dns"] == "pass"
    health = check_answer(spec, "getHealth", api.request("GET", "/health")).json
    assert not health["configuration"]["ok"] and "porch.yaml:2:10" in health["configuration"]["message"]
    [told] = [n for n in api.items("/notifications") if n["message_key"] == "config_wrong"]
    assert "porch.yaml:2:10" in told["text"] and not told["ended"]
    refused = check_answer(spec, "checkConfig", api.request("POST", "/config:check"))
    assert (refused.status, refused.json["key"]) == (409, "files_wrong") and "porch.yaml:2:10" in refused.json["detail"]
    assert check_answer(spec, "reloadConfig", api.request("POST", "/config:reload")).status == 409
    check = subprocess.run([*map(str, configured.control_argv("--config", configured.config)), "--check"], capture_output=True, text=True)
    assert check.returncode == 1 and "porch.yaml:2:10" in check.stderr
    kinds.unlink()
    assert subprocess.run([*map(str, configured.control_argv("--config", configured.config)), "--check"]).returncode == 0
    done = check_answer(spec, "reloadConfig", api.request("POST", "/config:reload")).json
    assert done["changed"] == ["answers.dns", "answers.tcp", "notifications"] and done["restart_needed"] == []
    assert "secret-word" not in api.request("GET", "/config?detailed=1").body.decode()
    assert [d["name"] for d in api.get("/notifications/deliveries")["items"]] == ["me"]
    assert done["config"]["answers"] == {"dns": "zero", "tcp": "drop"}
    assert api.get("/health")["configuration"] == {"ok": True, "message": None}
    [told] = [n for n in api.items("/notifications") if n["message_key"] == "config_wrong"]
    assert told["ended"]


def test_environment(configured):
    env = {**os.environ, "SPIN_LOG_LEVEL": "debug", "SPIN_UNIX_GRUOP": "x", "SPIN_ANSWERS_TCP": "maybe"}
    argv = [program("spin-control"), "--config", configured.config, "--check"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and "SPIN_ANSWERS_TCP: 'maybe' is not known here: write drop or reset" in done.stderr
    done = subprocess.run(argv, env={**env, "SPIN_ANSWERS_TCP": "drop"}, capture_output=True, text=True)
    assert done.returncode == 0 and "SPIN_UNIX_GRUOP is no key: did you mean SPIN_UNIX_GROUP?" in done.stderr


def test_by_spinctl(configured):
    ctl = configured.spinctl
    assert f"{configured.config}:3" in ctl("config").stdout
    one = ctl("config", "show", "answers.dns").stdout
    assert "nxdomain" in one and "from     default" in one
    assert "changed: server_names" in ctl("config", "set", "server_names", "true").stdout
    assert "it was so already" in ctl("config", "set", "server_names", "true").stdout
    assert "all is right" in ctl("config", "check").stdout
    assert "no key changed" in ctl("config", "reload").stdout
    refused = ctl("config", "set", "answers.tcp", "maybe", check=False)
    assert refused.returncode == 1 and "drop or reset" in refused.stderr
    assert ctl("config", "show", "colour", check=False).returncode == 1
    assert ctl("config", "paint", check=False).returncode == 2


def test_ready_and_log_level(spec, configured):
    api, control = configured.api, configured.control
    reply = check_answer(spec, "getReady", api.request("GET", "/ready"))
    assert reply.status == 503 and [w["key"] for w in reply.json["reasons"]] == ["dataplane_away"]
    assert configured.spinctl("ready", check=False).stdout.startswith("not ready: The dataplane is not running")
    assert check_answer(spec, "putLogLevel", api.request("PUT", "/log-level", {"level": "warn"})).json == {
        "level": "warn", "configured": "info"}
    assert check_answer(spec, "putLogLevel", api.request("PUT", "/log-level", {"level": "loud"})).status == 400
    assert check_answer(spec, "getLogLevel", api.request("GET", "/log-level")).json["level"] == "warn"
    assert "configured is info" in configured.spinctl("log-level").stdout
    api.request("POST", "/config:reload")
    assert configured.spinctl("log-level").stdout == "info\n"
    control.signal(signal.SIGUSR1)
    control.wait_line("log level debug")
    control.signal(signal.SIGUSR1)
    control.wait_line("log level info")
    assert configured.spinctl("log-level", "loud", check=False).returncode == 1
    api.request("PATCH", "/config", {"log_level": "err"})
    assert configured.spinctl("log-level").stdout == "err\n"


def test_ready_at_work(spec, home):
    api = home.gateway.api
    api.until(lambda: not api.get("/health")["policy_pending"], 10, "rules are in force")
    assert check_answer(spec, "getReady", api.request("GET", "/ready")).json == {"ready": True, "reasons": []}
    assert home.gateway.spinctl("ready").stdout == "ready\n"
