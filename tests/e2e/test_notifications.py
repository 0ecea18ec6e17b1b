# SPDX-License-Identifier: BSD-3-Clause
"""What happened is told once, kept over restarts, and settled by its buttons."""

import errno
import signal
import socket
import subprocess

FAR = "198.51.100.7"


def keys(api, query=""):
    return [n["message_key"] for n in api.get("/notifications" + query)["items"]]


def told(events, key):
    """The notification with this key, when the stream tells it."""
    for event, data, _ in events:
        found = [n for n in data.get("items", []) if event == "notification" and n["message_key"] == key]
        if found:
            return found[0], data


def test_a_device_comes(make_home):
    home = make_home(devices=1)
    gateway = home.gateway.start()
    assert home.devices[0].ping(FAR)
    api = gateway.api
    first = api.until(lambda: api.get("/notifications")["items"], 10, "the first device")
    assert [(n["message_key"], n["read"]) for n in first] == [("new_device_random", True)]  # in a new home all are
    assert api.get("/notifications")["unread"] == 0
    gateway.control.stop()
    gateway.start_control()
    api = gateway.api
    with api.events("?types=notification") as events:
        new = home.arrive(12)
        assert new.ping(FAR)
        note, data = told(events, "new_device_random")
    dev = api.device(new.mac)["id"]
    assert (note["device"], note["read"], note["outcome"], data["unread"]) == (dev, False, "open", 1)
    assert note["message_args"] == [new.mac] and note["text"].startswith(new.mac + " is new in the home")
    assert note["confidence"] == "unsure" and note["why"] and note["advice"]
    assert [a["action"] for a in note["actions"]] == ["block", "mute", "expected", "dismiss", "open"]
    assert api.request("GET", next(a["path"] for a in note["actions"] if a["action"] == "open")).json["id"] == dev
    listed = gateway.spinctl("notifications", "--unread").stdout
    assert note["id"] in listed and note["text"] in listed
    assert gateway.spinctl("notifications", "block", note["id"]).stdout.startswith("blocked: in force after")
    assert not new.ping(FAR, 1)
    settled = api.until(lambda: (n := api.get(f"/notifications/{note['id']}"))["outcome"] != "open" and n, 5, "settled")
    assert settled["outcome"] == "blocked" and settled["read"]
    api.request("PATCH", f"/devices/{dev}", {"profile": "guest", "name": "Visitor"})
    set_to = api.get("/notifications?message_key=profile_set")["items"][0]
    assert set_to["text"] == "Visitor has the profile guest now, by tester." and set_to["message_args"][1] == "guest"
    # Muted here for a while: kept, and quiet.
    gateway.spinctl("notifications", "mute", set_to["id"], "for", "1h")
    mute = api.get("/notifications/mutes")["items"][0]
    assert (mute["message_key"], mute["device"], mute["expected"]) == ("profile_set", dev, False) and mute["until"]
    api.request("PATCH", f"/devices/{dev}", {"profile": "camera"})
    again = api.get("/notifications?message_key=profile_set")["items"]
    assert [(n["outcome"], n["read"], n["count"]) for n in again] == [("muted", True, 1)] * 2
    gateway.control.kill9()
    gateway.start_control()
    api = gateway.api
    kept = api.get(f"/notifications/{note['id']}")
    assert (kept["outcome"], kept["text"]) == ("blocked", note["text"])
    assert api.get("/notifications/mutes")["items"] == [mute]
    gateway.spinctl("notifications", "unmute", mute["id"])
    assert api.get("/notifications/mutes")["items"] == []


def test_the_dataplane_goes_and_comes(make_home):
    home = make_home(devices=1)
    gateway = home.gateway.start()
    api = gateway.api
    with api.events("?types=notification") as events:
        gateway.dataplane.kill9()
        lost, data = told(events, "dataplane_lost")
        assert lost["severity"] == "critical" and data["critical"] == 1 and lost["ended"] is None
        gateway.start_dataplane()
        back, _ = told(events, "dataplane_back")
    assert back["severity"] == "info" and api.get(f"/notifications/{lost['id']}")["ended"]
    assert api.request("POST", "/notifications:read").status == 204
    counts = api.get("/notifications?unread=true")
    assert (counts["items"], counts["unread"], counts["critical"]) == ([], 0, 0)
    assert gateway.spinctl("notifications", "dismiss", lost["id"]).stdout.startswith("dismissed: The dataplane is away")
    assert lost["id"] not in [n["id"] for n in api.items("/notifications")]
    assert lost["id"] in [n["id"] for n in api.items("/notifications?outcome=dismissed")]


def test_a_device_that_is_refused_everywhere_scans(make_home):
    home = make_home(devices=2)
    gateway = home.gateway.start()
    api = gateway.api
    scanner = home.devices[1]
    assert scanner.ping(FAR)
    with api.events("?types=notification") as events:
        with scanner.ns.entered():
            for n in range(10, 20):
                with socket.socket() as tried:
                    assert tried.connect_ex((f"198.51.100.{n}", 23)) == errno.ECONNREFUSED
        note, _ = told(events, "scanning")
    assert note["device"] == api.device(scanner.mac)["id"]
    assert note["text"].endswith("tries port 23 of many addresses, and none lets it in.")
    assert gateway.spinctl("notifications", "block", note["id"]).stdout.startswith("blocked: in force after")
    assert not scanner.ping(FAR, 1) and home.devices[0].ping(FAR)


def test_a_wrong_file_is_told_until_it_is_right(make_home):
    home = make_home(devices=1)
    gateway = home.gateway
    gateway.profiles_dir.mkdir()
    gateway.start_control(connected=False)
    api = gateway.api
    bad = gateway.profiles_dir / "mine.yaml"
    bad.write_text("defualt: allow\n")
    with api.events("?types=notification") as events:
        gateway.control.signal(signal.SIGHUP)
        wrong, _ = told(events, "config_wrong")
        assert "mine.yaml:1:1" in wrong["text"] and wrong["advice"]
        bad.unlink()
        gateway.control.signal(signal.SIGHUP)
        right, _ = told(events, "config_wrong")
        assert right["ended"] and right["id"] == wrong["id"]


def test_a_full_disk_is_told_once(make_home, tmp_path):
    home = make_home()
    gateway = home.gateway
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", gateway.state_dir], check=True)
    try:
        gateway.start()
        api = gateway.api
        assert home.devices[0].ping(FAR)
        dev = api.device(home.devices[0].mac)["id"]
        filler = gateway.state_dir / "filler"
        with api.events("?types=notification") as events:
            with open(filler, "wb", buffering=0) as f:
                try:
                    while f.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            # What the write-ahead log has room for already still goes in.
            verbs = ("ignore", "unignore") * 50
            refused = next(r for r in (api.request("POST", f"/devices/{dev}:{v}") for v in verbs) if r.status != 200)
            assert refused.status == 507
            full, _ = told(events, "disk_full")
            assert full["severity"] == "critical" and full["count"] == 1
            assert home.devices[0].ping(FAR)  # forwarding does not mind
            filler.unlink()
            over, _ = told(events, "disk_full")
            assert over["ended"] and over["count"] == 1
        assert api.request("POST", f"/devices/{dev}:block").status == 200
        assert keys(api).count("disk_full") == 1
    finally:
        gateway.control.stop()
        gateway.dataplane.stop()
        subprocess.run(["umount", "-l", gateway.state_dir], check=False)
