# SPDX-License-Identifier: BSD-3-Clause
"""A block of a domain holds where the dataplane has forgotten what the devices resolved, and blocks
nobody who knows the same address by another name."""


def test_a_domain_stays_blocked_without_being_asked_for_again(home):
    tv, phone = home.devices
    gateway, shared = home.gateway, "198.51.100.9"
    home.names({"ads.tracker.net": [shared], "www.example.org": [shared]})
    home.resolve(tv, "ads.tracker.net")
    home.resolve(phone, "www.example.org")
    image = gateway.state_dir / "rules.image"
    before = image.stat().st_mtime_ns
    tracker = gateway.api.destination("tracker.net")["id"]
    gateway.api.destination("example.org")
    gateway.api.act(f"/destinations/{tracker}", "block")
    assert not tv.ping(shared, 1)
    assert phone.ping(shared)
    gateway.api.until(lambda: image.stat().st_mtime_ns > before, 10, "the image stored")

    # Nobody resolves anything from here on: the dataplane knows no name.
    gateway.control.kill9()
    gateway.dataplane.kill9()
    gateway.start_dataplane()
    assert phone.ping(shared)
    assert not tv.ping(shared, 1)

    # Control comes back: it still knows whose traffic that is, and shows it.
    gateway.start_control()
    api = gateway.api
    assert not tv.ping(shared, 1)
    flows = api.until(lambda: api.get(f"/flows?destination={tracker}&verdict=drop")["items"], 10, "the dropped flow")
    assert flows[0]["names"] == ["ads.tracker.net"]
    assert api.destination("tracker.net")["id"] == tracker
    api.act(f"/destinations/{tracker}", "unblock")
    assert tv.ping(shared)


def test_an_address_learned_later_is_held_too(home):
    """The blocked domain moves to another address: that one stands in the stored image soon after."""
    tv, phone = home.devices
    gateway = home.gateway
    home.names({"a.tracker.net": ["198.51.100.9"], "b.tracker.net": ["198.51.100.10"]})
    home.resolve(tv, "a.tracker.net")
    tracker = gateway.api.destination("tracker.net")["id"]
    generation = gateway.api.act(f"/destinations/{tracker}", "block").json["generation"]
    home.resolve(tv, "b.tracker.net")
    assert not tv.ping("198.51.100.10", 1)
    api = gateway.api
    image = gateway.state_dir / "rules.image"
    api.until(lambda: api.get("/health")["dataplane"]["generation"] > generation, 10, "rules with the new address")
    api.until(lambda: bytes([198, 51, 100, 10]) in image.read_bytes(), 10, "the image stored")
    gateway.control.kill9()
    gateway.dataplane.kill9()
    gateway.start_dataplane()
    assert phone.ping("198.51.100.10")
    assert not tv.ping("198.51.100.10", 1)
    assert not tv.ping("198.51.100.9", 1)
