# SPDX-License-Identifier: BSD-3-Clause
"""A client that a stock generator made of openapi.yaml drives the whole story; then one row is altered by hand."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from harness.gateway import BUILD
from harness.process import Process

CLIENT = Path(__file__).resolve().parents[1] / "client"


@pytest.fixture
def story(tmp_path):
    """The generated client and the story, as one file for node."""
    if not (CLIENT / "node_modules").is_dir():
        pytest.skip("the generator is not installed: run `scripts/setup --test`")
    if "operationId: createCapture" not in (BUILD / "control" / "openapi.yaml").read_text():
        pytest.skip("this build has no captures")
    tool = CLIENT / "node_modules" / ".bin"
    subprocess.run([tool / "openapi", "--input", BUILD / "control" / "openapi.yaml", "--output", tmp_path / "client", "--client", "fetch",
                    "--useOptions", "--useUnionTypes"], check=True, capture_output=True, timeout=60)
    subprocess.run([tool / "esbuild", CLIENT / "story.mjs", "--bundle", "--platform=node", "--format=esm", "--log-level=error",
                    f"--alias:spin-client={tmp_path}/client/index.ts", f"--outfile={tmp_path}/story.mjs"], check=True, timeout=60)
    return tmp_path / "story.mjs"


def test_the_whole_story(story, make_home):
    home = make_home()
    gateway, tv = home.gateway, home.devices[0]
    gateway.start()
    code = re.search(r"with the code (\S+)", gateway.control.text).group(1)
    assert tv.ping(home.router.ipv4)
    client = Process(["node", story], name="story", env={**os.environ, "SPIN_URL": gateway.api.url, "SPIN_CODE": code, "SPIN_MAC": tv.mac})
    client.wait_line("capturing", 30)
    pings = tv.pinger(home.router.ipv4)
    told = json.loads(client.wait_line(r"^(\{.*\})$", 60).group(1))
    pings.stop()
    assert client.wait_exit() == 0

    assert told["stranger"]["status"] == told["out"]["status"] == 401
    assert (told["setUp"]["name"], told["setUp"]["role"], told["logIn"]["role"]) == ("anna", "admin", "admin")
    assert told["named"] == "Telly" and told["blocked"] == "Telly may not reach ads.example"
    assert told["unblocked"] is None and told["rules"] == 0
    assert told["captured"]["device_name"] == "Telly" and told["file"] > 0
    assert told["before"]["status"] == 403 == told["after"]["status"] and told["more"]["status"] == 403
    assert told["grant"]["active"] and told["grant"]["granted_by"] == "anna" and not told["ended"]
    assert told["seen"] >= 1 and told["acted"] == "Telly is blocked" and told["undone"] is None
    who = [(name, operation) for name, operation, _ in told["trail"]]
    story = [("anna", "setUp"), ("anna", "editDevice"), ("anna", "createRule"), ("anna", "undo"), ("anna", "createCapture"),
             ("anna", "grantProvider"), ("isp", "actOnDevice"), ("anna", "undoChange"), ("anna", "endProvider")]
    assert [entry for entry in who if entry in story] == story, who
    assert ("isp", "listDevices") in who, "a refusal stands there, too"

    assert gateway.spinctl("audit", "verify").returncode == 0
    gateway.control.stop()
    database = gateway.state_dir / "state.db"
    with contextlib.closing(sqlite3.connect(database)) as db:
        seq = db.execute("SELECT seq FROM audit WHERE who='isp' AND operation='actOnDevice'").fetchone()[0]
        db.execute("UPDATE audit SET who='anna' WHERE seq=?", (seq,))
        db.commit()
    said = gateway.spinctl("audit", "verify", "--db", database, check=False)
    assert said.returncode == 1 and f"Row {seq} was altered" in said.stderr, said.stderr
    gateway.start_control()
    assert f"Row {seq} was altered" in gateway.spinctl("audit", "verify", check=False).stderr
