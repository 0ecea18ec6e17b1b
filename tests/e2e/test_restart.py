# SPDX-License-Identifier: BSD-3-Clause
"""Either process is killed with -9: what was decided stays decided, and nobody is told anything wrong."""

import struct
import time

from harness.process import Process


def block(home, host):
    reply = home.gateway.api.act("/devices/" + home.gateway.api.device(host.mac)["id"], "block")
    assert reply.status == 200
    return reply.json


def lost(pings, times=10):
    pings.wait_line("no answer yet", since=pings.mark(), times=times)


def stored_generation(image):
    """From the header of platform/policy_image.h: magic, version, length, generation."""
    return struct.unpack_from("<IIQQ", image.read_bytes())[3] if image.exists() else 0


def test_control_dies(home):
    tv, phone = home.devices
    home.names({"www.example.org": ["198.51.100.7"]})
    assert home.resolve(phone, "www.example.org") == ["198.51.100.7"]
    assert phone.ping("198.51.100.7") and tv.ping(home.router.ipv4)
    api = home.gateway.api
    blocked, going = tv.pinger(home.router.ipv4), phone.pinger(home.router.ipv4)
    block(home, tv)
    api.request("PATCH", "/devices/" + api.device(phone.mac)["id"], {"name": "Sarah's phone"})
    api.destination("example.org")
    before = {d["mac"]: (d["id"], d["name"], d["blocked"]) for d in api.items("/devices")}

    home.gateway.control.kill9()
    lost(blocked)
    going.wait_line("bytes from", since=going.mark(), times=10)

    home.gateway.start_control()
    lost(blocked)
    api = home.gateway.api
    after = {d["mac"]: (d["id"], d["name"], d["blocked"]) for d in api.items("/devices")}
    assert {mac: after.get(mac) for mac in before} == before
    assert before[phone.mac][1] == "Sarah's phone" and before[tv.mac][2] is True
    assert api.destination("example.org")
    assert [r["subject"]["name"] for r in api.get("/rules")["items"]] == [before[tv.mac][1]]
    assert api.act("/devices/" + after[tv.mac][0], "unblock").status == 200
    blocked.wait_line("bytes from", since=blocked.mark(), times=5)


def test_dataplane_dies(home):
    tv, phone = home.devices
    assert tv.ping(home.router.ipv4) and phone.ping(home.router.ipv4)
    block(home, tv)
    blocked, going = tv.pinger(home.router.ipv4), phone.pinger(home.router.ipv4)
    going.wait_line("bytes from", times=3)
    api = home.gateway.api
    with api.events("?types=stats") as events:
        next(events)
        killed = time.monotonic()
        home.gateway.dataplane.kill9()
        for name, data, _ in events:
            if name == "stats" and not data["dataplane"]["connected"]:
                break
        assert time.monotonic() - killed < 1
    health = api.get("/health")
    assert health["status"] == "down" and health["dataplane"]["connected"] is False and health["dataplane"]["message"]
    lost(going)  # closed: nothing forwards until it is started again

    mark = blocked.mark()
    home.gateway.start_dataplane()
    going.wait_line("bytes from", since=going.mark(), times=10)
    assert blocked.count("bytes from", since=mark) == 0
    api.until(lambda: api.get("/health")["status"] == "ok", 10, "health ok")
    lost(blocked)
    assert blocked.count("bytes from") == 0


def test_dataplane_starts_without_control(home):
    """The stored image is in force before the ports open, with no control process anywhere."""
    tv, phone = home.devices
    assert tv.ping(home.router.ipv4)
    image = home.gateway.state_dir / "rules.image"
    wanted = block(home, tv)["generation"]
    # Control writes the image after the answer; until then only it knows.
    home.gateway.api.until(lambda: stored_generation(image) >= wanted, 10, "the image stored")
    home.gateway.control.kill9()
    home.gateway.dataplane.kill9()
    blocked, going = tv.pinger(home.router.ipv4), phone.pinger(home.router.ipv4)
    home.gateway.start_dataplane()
    going.wait_line("bytes from", since=going.mark(), times=10)
    assert blocked.count("bytes from") == 0


def test_acting_while_the_dataplane_is_away(home):
    """202 without confirmed_us, and in force as soon as the dataplane is back."""
    tv, phone = home.devices
    assert tv.ping(home.router.ipv4)
    api = home.gateway.api
    path = "/devices/" + api.device(tv.mac)["id"]
    home.gateway.dataplane.kill9()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 5, "dataplane away")
    reply = api.act(path, "block")
    assert reply.status == 202 and "confirmed_us" not in reply.json
    blocked, going = tv.pinger(home.router.ipv4), phone.pinger(home.router.ipv4)
    home.gateway.start_dataplane()
    going.wait_line("bytes from", since=going.mark(), times=10)
    assert blocked.count("bytes from") == 0
    api.until(lambda: not api.get("/health")["policy_pending"], 10, "policy in force")


def test_events_resume(home):
    """A browser that was away gets what it missed, or a new snapshot; never a hole."""
    tv, _ = home.devices
    assert tv.ping(home.router.ipv4)
    api = home.gateway.api
    path = "/devices/" + api.device(tv.mac)["id"]
    with api.events() as events:
        for name, _, ident in events:
            if name == "snapshot_end":
                break
    api.act(path, "block")
    with api.events(last_id=ident) as events:
        for name, data, _ in events:
            assert name != "snapshot"
            if name == "rule":
                assert data["items"][0]["action"] == "block"
                break
    with api.events(last_id="bogus-1") as events:
        assert next(events)[0] == "snapshot"


def test_second_control_is_refused(home):
    """The state directory has one owner."""
    second = Process(home.gateway.control_argv(), name="second spin-control")
    assert second.wait_exit(10) == 1
    assert second.text.strip()
    assert home.gateway.api.get("/health")["status"] == "ok"


def test_rules_of_another_release_are_written_anew(home):
    tv, phone = home.devices
    assert tv.ping(home.router.ipv4) and phone.ping(home.router.ipv4)
    image = home.gateway.state_dir / "rules.image"
    home.gateway.api.until(image.exists, 10, "the image stored")
    block(home, tv)
    home.gateway.dataplane.kill9()
    data = bytearray(image.read_bytes())
    struct.pack_into("<I", data, 4, 2)
    image.write_bytes(data)
    home.gateway.start_dataplane()
    home.gateway.dataplane.wait_line("rules.image is of another release")
    home.gateway.api.until(lambda: struct.unpack_from("<II", image.read_bytes())[1] == 3, 10, "the image written anew")
    assert phone.ping(home.router.ipv4)
    assert not tv.ping(home.router.ipv4, 1)
