# SPDX-License-Identifier: BSD-3-Clause
"""One trail of everything anybody does: told with the change, kept over kill -9, undone from it,
and whatever a hand alters, removes or puts in is named by `spinctl audit verify`."""

import hashlib
import json
import sqlite3

import pytest

from harness.api import Api

FAR = "198.51.100.7"
TAIL = len(',"previous":"","hash":""}') + 2 * 64


@pytest.fixture
def device(home):
    assert home.devices[0].ping(FAR)
    return home.gateway.api.device(home.devices[0].mac)["id"]


def entries(api, query=""):
    return api.get("/audit" + query)["items"]


def verify(home, *argv):
    return home.gateway.spinctl("audit", "verify", *argv, check=False)


def check_lines(text):
    """By the recipe of openapi.yaml alone, as a stranger would."""
    previous = "0" * 64
    lines = text.splitlines()
    for line in lines:
        entry = json.loads(line)
        assert entry["previous"] == previous
        previous = hashlib.sha256(f"{previous}\n{line[:-TAIL]}}}".encode()).hexdigest()
        assert entry["hash"] == previous
    return len(lines)


def test_who_did_what_and_back(home, device):
    api = home.gateway.api
    assert [e["operation"] for e in entries(api)] == ["createToken", "applyConfiguration"]  # the first start
    with api.events("?types=audit,stats") as events:
        api.act(f"/devices/{device}", "block")
        told = next(data for event, data, _ in events if event == "audit")
    newest = entries(api)[0]
    assert newest == told
    assert newest["operation"] == "actOnDevice" and newest["outcome"] == "done" and newest["source"] == "127.0.0.1"
    assert newest["who"] == api.get("/changes")["items"][0]["author"]
    assert newest["objects"][0] == {"id": device, "name": api.get(f"/devices/{device}")["name"]}
    assert newest["before"] is None and newest["after"]["action"] == "block"
    assert not home.devices[0].ping(FAR, 1)
    # As often as it is asked, there is nothing new to tell but that it was asked.
    api.act(f"/devices/{device}", "block")
    assert entries(api)[0]["change"] is None
    assert api.request("POST", f"/audit/{newest['id']}:undo").status == 200
    assert home.devices[0].ping(FAR)
    undone = entries(api)[0]
    assert undone["operation"] == "undoAudited" and undone["undoes"] == newest["change"]
    assert undone["before"]["action"] == "block" and undone["after"] is None
    again = api.request("POST", f"/audit/{newest['id']}:undo")
    assert (again.status, again.json["key"]) == (409, "nothing_to_undo")
    # What is no change of rules and names is told as well.
    assert api.request("POST", f"/devices/{device}:learn", {"minutes": 5}).status == 200
    assert entries(api)[0]["operation"] == "learnDevice" and entries(api)[0]["objects"][0]["id"] == device
    api.request("PATCH", f"/devices/{device}", {"name": "TV"})
    assert entries(api)[0]["after"] == {"name": "TV"} and entries(api)[0]["before"] == {"name": None}
    count = len(entries(api))
    api.request("POST", "/rules:simulate", {"action": "block", "subject": {"everyone": True}, "object": {"domain": "a.example"}})
    assert len(entries(api)) == count  # a question is no deed
    # Filters and pages.
    assert {e["operation"] for e in entries(api, f"?object={device}&operation=editDevice")} == {"editDevice"}
    assert entries(api, "?who=nobody-else") == [] and entries(api, "?until=2001-01-01T00:00:00Z") == []
    page = api.get("/audit?limit=2&order=oldest")
    rest = api.get(f"/audit?limit=500&order=oldest&cursor={page['next_cursor']}")
    assert [e["seq"] for e in page["items"] + rest["items"]] == list(range(1, count + 1))
    export = api.request("GET", "/audit/export")
    assert export.headers["Content-Disposition"].startswith("attachment;")
    assert check_lines(export.body.decode()) >= count
    assert verify(home).returncode == 0
    listed = home.gateway.spinctl("audit", "--operation", "editDevice")
    assert "TV" in listed.stdout


def test_what_the_gateway_does_by_itself(home, device):
    api = home.gateway.api
    api.request("POST", f"/devices/{device}:pause", {"minutes": 60})
    rule = api.items("/rules")[0]["id"]
    import datetime
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    api.request("PATCH", f"/rules/{rule}", {"until": soon.isoformat()})
    api.until(lambda: entries(api)[0]["operation"] == "endRule", 10, "the end of the pause")
    assert (entries(api)[0]["who"], entries(api)[0]["way"]) == ("clock", "gateway")
    made = api.request("POST", f"/devices/{device}:block?confirm_within=10").json
    api.until(lambda: entries(api)[0]["operation"] == "revertChange", 20, "taken back")
    assert entries(api)[0]["undoes"] == made["confirm"]["change"]
    assert verify(home).returncode == 0


def test_killed_and_altered(home, device, tmp_path):
    """No acknowledged entry is lost by kill -9; then one row is altered, removed, and the end cut off."""
    gateway, api = home.gateway, home.gateway.api
    told = []
    for n in range(5):
        for i in range(6):
            reply = gateway.api.request("PATCH", f"/devices/{device}", {"name": f"TV {n}-{i}"})
            assert reply.status == 200
            told.append({"name": f"TV {n}-{i}"})
        gateway.control.kill9()
        gateway.start_control()
    api = gateway.api
    kept = [e["after"] for e in entries(api, "?order=oldest") if e["operation"] == "editDevice"]
    assert kept == told and verify(home).returncode == 0
    export = tmp_path / "audit.ndjson"
    gateway.spinctl("audit", "export", "--file", export)
    assert verify(home, "--file", export).returncode == 0
    gateway.control.stop()
    database = gateway.state_dir / "state.db"
    assert verify(home, "--db", database).returncode == 0

    def sql(*statements):
        with sqlite3.connect(database) as db:
            for statement in statements:
                db.execute(statement)
        db.close()

    sql("""UPDATE audit SET who='somebody else' WHERE seq=7""")
    found = verify(home, "--db", database)
    assert found.returncode == 1 and "Row 7 was altered" in found.stderr and "Row 6" not in found.stderr
    report = json.loads(verify(home, "--db", database, "--json").stdout)
    assert report["intact"] is False and report["faults"] == ["Row 7 was altered after it was written."]
    sql("DELETE FROM audit WHERE seq=12")
    assert "Row 12 was removed" in verify(home, "--db", database).stderr
    sql("DELETE FROM audit WHERE seq>28")
    assert "Rows 29 to 32, the end, were removed" in verify(home, "--db", database).stderr
    # The running gateway says the same, and goes on without hiding it.
    gateway.start_control()
    api = gateway.api
    assert api.request("PATCH", f"/devices/{device}", {"name": "TV"}).status == 200
    said = verify(home).stderr
    assert "Row 7 was altered" in said and "Row 12 was removed" in said and "Rows 29 to 32 were removed" in said
    # So does a file, of which a line was altered or put in twice.
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join(lines[:3] + [lines[3].replace("TV", "VT")] + lines[4:]))
    assert "Row 4 was altered" in verify(home, "--file", export).stderr
    export.write_text("".join(lines[:9] + lines[7:]))
    assert "A row 8 stands after row 9: it was inserted." in verify(home, "--file", export).stderr
    export.write_text("no line\n")
    assert verify(home, "--file", export).returncode == 1


def test_accounts_are_named(home):
    """Whose token it was, and that a login came and failed, without a secret of it."""
    api, root = home.gateway.api, Api("", unix=home.gateway.run_dir / "api.sock")
    secret = root.request("POST", "/tokens", {"name": "grafana", "role": "viewer"}).json["secret"]
    made = entries(api, "?operation=createToken")[0]
    assert made["objects"] == [{"id": "grafana", "name": "grafana"}] and made["who"] == "root" and made["way"] == "unix"
    viewer = Api(api.url, token=secret)
    assert viewer.request("POST", "/undo").status == 403
    for _ in range(3):
        assert viewer.request("POST", "/undo").status == 403
    refused = [e for e in entries(api) if e["outcome"] == "refused"]
    assert len(refused) == 1 and (refused[0]["who"], refused[0]["reason"]) == ("grafana", "denied")  # the rest is counted
    assert all(e["objects"] and e["objects"][0]["id"][:4] in ("dev_", "dst_", "rule") for e in viewer.get("/audit")["items"])
    assert viewer.request("GET", "/audit/export").status == 403
    text = api.request("GET", "/audit/export").body.decode()
    assert secret not in text and secret.rsplit("_", 1)[1] not in text
