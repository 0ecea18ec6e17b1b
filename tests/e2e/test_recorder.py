# SPDX-License-Identifier: BSD-3-Clause
"""The flight recorder: the newest headers of a device, frozen by a person and by an alert."""

from harness.netns import sh
from test_capture import arrived, begin, end, fetch, frames, inject, opens, packets


def test_the_flight_recorder(make_home, tmp_path):
    home = make_home()
    gateway = home.gateway
    (tmp_path / "spin.yaml").write_text("flight_recorder: {on: true, packets: 256, devices: 8}\n")
    gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    gateway.start_dataplane()
    api = gateway.api
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    device = home.devices[0]
    assert device.ping(home.router.ipv4)
    camera = api.device(device.mac)["id"]
    file = begin(api, device=camera)
    for _ in range(12):
        inject(device, frames())  # more than there is room for
    arrived(api, file, 12 * (len(frames()) - 1))
    frozen = api.request("POST", f"/devices/{camera}:freeze")
    assert frozen.status == 201, frozen.body
    assert (frozen.json["kind"], frozen.json["state"], frozen.json["headers_only"]) == ("recorder", "ended", True)
    assert 150 <= frozen.json["packets"] <= 256
    path = fetch(api, frozen.json["id"], tmp_path / "frozen")
    opens(path)
    mac = bytes.fromhex(device.mac.replace(":", ""))
    got = packets(path)
    assert all(mac in (one[:6], one[6:12]) and b"xxxx" not in one for one in got)
    headers = {one[:14 + 20 + 8] for one in frames() if one[12:14] == b"\x08\x00"}
    assert headers & set(got), "headers of what was sent last"
    gateway.spinctl("recorder", device.mac, "--write", tmp_path / "again")
    opens(tmp_path / "again")
    state = api.get("/health")["flight_recorder"]
    assert state["bytes"] == 8 * (64 + 256 * 160) and 1 <= state["devices"] <= 8
    # What is erased of a device takes its captures along.
    of_device = [c["id"] for c in api.get("/captures")["items"] if c["device"] == camera]
    assert len(of_device) == 3
    assert api.request("POST", f"/devices/{camera}:erase", {}).status == 200
    api.until(lambda: not [c for c in api.get("/captures")["items"] if c["device"] == camera], 10, "the captures are gone")
    left = {c["id"] for c in api.get("/captures")["items"]}  # an alert's, of all devices
    assert {path.stem for path in (gateway.state_dir / "captures").iterdir()} == left
    # A warning freezes by itself.
    gateway.dataplane.kill9()

    def frozen_by_alert():
        for one in api.get("/captures")["items"]:
            if one["by"] == "alert" and api.request("GET", f"/captures/{one['id']}/download", timeout=30).status == 200:
                return one["id"]
        return None

    opens(fetch(api, api.until(frozen_by_alert, 15, "an alert freezes"), tmp_path / "alert"))


def test_a_full_disk_ends_a_capture_and_nothing_else(make_home, tmp_path):
    home = make_home()
    state = home.gateway.state_dir
    sh("mount", "-t", "tmpfs", "-o", "size=70m", "tmpfs", state)
    try:
        home.gateway.start()
        api = home.gateway.api
        api.until(lambda: api.get("/health")["dataplane"]["ports"], 10, "ports")
        one = begin(api)
        (state / "ballast").write_bytes(bytes(10 << 20))  # less than 64 MiB are left: they are the database's
        inject(home.devices[0], frames())
        api.until(lambda: api.get(f"/captures/{one}")["state"] == "ended", 15, "it ends")
        assert api.get(f"/captures/{one}")["end"] == "disk_full"
        opens(fetch(api, one, tmp_path / "full"))
        device = api.device(home.devices[0].mac)["id"]
        api.act(f"/devices/{device}", "block")  # is written down
        again = api.request("POST", "/captures", {})
        assert again.status == 201
        api.until(lambda: api.get(f"/captures/{again.json['id']}")["end"] == "disk_full", 15, "and so does the next")
        (state / "ballast").unlink()
        assert end(api, begin(api))["end"] == "stopped"
    finally:
        home.gateway.control.stop()
        home.gateway.dataplane.stop()
        sh("umount", state)
