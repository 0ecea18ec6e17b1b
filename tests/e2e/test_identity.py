# SPDX-License-Identifier: BSD-3-Clause
"""Who is who: what real devices say of themselves becomes a kind with its evidence, a new address
inherits what was decided at once, made-up MACs are suggested, joined and parted, and what stands behind
one MAC is shown. All of it outlives a restart."""

import contextlib
import re
import signal
import socket
import ssl
import struct

import pytest

RANDOM = "3a:00:00:00:01:77"


def multicast(host, group, port, message, source=0):
    with host.ns.entered():
        with socket.socket(type=socket.SOCK_DGRAM) as link:
            link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
            link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(host.ipv4))
            link.bind(("", source))
            link.sendto(message, (group, port))


def labels(name):
    return b"".join(bytes([len(x)]) + x.encode() for x in name.split(".")) + b"\0"


def announce(host, service, text):
    """An mDNS answer of the service, as its device sends it."""
    instance = f"one.{service}.local"
    rows = [labels(f"{service}.local") + struct.pack(">HHIH", 12, 1, 120, len(labels(instance))) + labels(instance),
            labels(instance) + struct.pack(">HHIH", 16, 0x8001, 120, len(text) + 1) + bytes([len(text)]) + text.encode()]
    multicast(host, "224.0.0.251", 5353, struct.pack(">HHHHHH", 0, 0x8400, 0, len(rows), 0, 0) + b"".join(rows), 5353)


def notify(host, server, kind):
    lines = ["NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", f"NT: {kind}", "NTS: ssdp:alive", f"SERVER: {server}",
             f"USN: uuid:1::{kind}", f"LOCATION: http://{host.ipv4}:80/", "", ""]
    multicast(host, "239.255.255.250", 1900, "\r\n".join(lines).encode())


def discover(host, mac, name, options, vendor):
    """A DHCP DISCOVER with host name (12), options asked for (55) and vendor class (60)."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    body = struct.pack(">BBBBIHH16s16s192xI", 1, 1, 6, 0, 7, 0, 0x8000, bytes(16), hardware, 0x63825363)
    for code, data in ((53, b"\1"), (12, name.encode()), (55, bytes(options)), (60, vendor.encode())):
        body += bytes([code, len(data)]) + data
    with host.ns.entered():
        with socket.socket(type=socket.SOCK_DGRAM) as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            link.bind(("", 68))
            link.sendto(body + b"\xff", ("255.255.255.255", 67))


def new_mac(host, mac):
    """As a phone does when it joins the network anew."""
    host.ns.run("ip", "link", "set", "eth0", "down")
    host.ns.run("ip", "link", "set", "eth0", "address", mac)
    host.ns.run("ip", "link", "set", "eth0", "up")
    host.ns.run("ip", "route", "replace", "default", "via", "192.0.2.1")


def test_kind_comes_with_evidence_and_the_users_word_wins(home):
    printer = home.devices[0]
    gateway, api = home.gateway, home.gateway.api
    assert printer.ping(home.router.ipv4)
    path = "/devices/" + api.device(printer.mac)["id"]
    assert api.get(path)["kind"]["value"] != "printer"
    discover(printer, printer.mac, "BRW0080775D0112", [1, 3, 6, 15], "BROTHER MFC")
    announce(printer, "_ipp._tcp", "ty=Brother HL-L2350DW series")
    notify(printer, "Linux UPnP/1.0 Brother", "urn:schemas-upnp-org:device:Printer:1")
    device = api.until(lambda: (d := api.get(path))["kind"]["value"] == "printer" and len(d["facts"]) >= 7 and d, 10, "a printer")
    assert device["kind"]["source"] == "rules" and device["kind"]["confidence"] >= 95
    assert "Announces the service _ipp._tcp (printer, 85 %)" in device["kind"]["evidence"]
    facts = {(f["fact"], f["source"]): f for f in device["facts"]}
    assert facts["hostname", "dhcp"]["value"] == "BRW0080775D0112" == device["hostname"]
    assert facts["dhcp_options", "dhcp"]["value"] == "1,3,6,15"
    assert facts["ssdp_type", "ssdp"]["confidence"] < facts["dhcp_vendor", "dhcp"]["confidence"] <= 100

    assert "BRW0080775D0112 is of kind camera" in gateway.spinctl("kind", "BRW0080775D0112", "camera").stdout
    kind = api.get(path)["kind"]
    assert (kind["value"], kind["source"], kind["confidence"], kind["learned"]) == ("camera", "user", 100, "printer")
    gateway.control.kill9()
    gateway.start_control()
    api = gateway.api
    kept = api.get(path)
    assert (kept["kind"]["value"], kept["kind"]["learned"]) == ("camera", "printer")
    assert {(f["fact"], f["source"], f["value"]) for f in device["facts"]} <= {(f["fact"], f["source"], f["value"]) for f in kept["facts"]}
    gateway.spinctl("undo")
    assert api.get(path)["kind"]["value"] == "printer"
    shown = gateway.spinctl("devices", "BRW0080775D0112").stdout
    assert re.search(r"kind +printer, \d+ % sure", shown) and re.search(r"dhcp_vendor +BROTHER MFC \(dhcp, 90 %", shown)
    assert "printer" in gateway.spinctl("devices").stdout
    wrong = gateway.spinctl("kind", "BRW0080775D0112", "toaster", check=False)
    assert wrong.returncode == 1 and "toaster" in wrong.stderr and "printer" in wrong.stderr


def test_the_households_own_rules(make_home, tmp_path):
    home, rules = make_home(), tmp_path / "kinds"
    rules.mkdir()
    (rules / "ours.yaml").write_text("rules:\n  - {kind: car, weight: 98, hostname: rocinante, says: It is our %s}\n")
    home.gateway.start_control("--kinds-dir", rules, connected=False)
    home.gateway.start_dataplane()
    api, host = home.gateway.api, home.devices[0]
    discover(host, host.mac, "rocinante", [1, 3], "MSFT 5.0")
    device = api.until(lambda: (d := api.device(host.mac))["kind"]["value"] == "car" and d, 10, "a car")
    assert device["kind"]["evidence"][0] == "It is our rocinante (car, 98 %)"
    (rules / "ours.yaml").write_text("rules:\n  - {kind: watch, weight: 98, hostname: rocinante, says: Read again}\n")
    home.gateway.control.signal(signal.SIGHUP)
    api.until(lambda: api.device(host.mac)["kind"]["value"] == "watch", 10, "the file was read again")
    (rules / "ours.yaml").write_text("rules: 7\n")
    home.gateway.control.signal(signal.SIGHUP)
    home.gateway.control.wait_line(r"ours\.yaml:1:8: expected a list of rules")
    assert api.device(host.mac)["kind"]["value"] == "watch", "what was in force stays"
    home.gateway.control.stop()
    (rules / "ours.yaml").write_text("rules:\n  - {kind: spaceship, weight: 98, hostname: rocinante}\n")
    control = home.gateway.start_control  # refuses, and says where
    with pytest.raises(AssertionError, match=r"ours\.yaml:2:12: there is no kind 'spaceship': write one of router, "):
        control("--kinds-dir", rules)


@pytest.mark.parametrize("add, target", [
    (["ip", "addr", "add", "192.0.2.222/24", "dev", "eth0"], "192.0.2.222"),
    (["ip", "addr", "add", "2001:db8:1::dead:beef/64", "dev", "eth0", "nodad"], "2001:db8:1::dead:beef"),
], ids=["ipv4", "ipv6"])
def test_a_new_address_inherits_the_rules_at_once(home, add, target):
    """The original's rules were lists of addresses: whoever took a new one was free again."""
    host, api = home.devices[0], home.gateway.api
    assert host.ping(home.router.ipv4, 5)
    path = "/devices/" + api.device(host.mac)["id"]
    router = home.router.ipv6 if ":" in target else home.router.ipv4

    def passes(seconds=1):
        argv = ["ping", "-n", "-c1", "-i0.1", "-w", seconds, "-I", target, router]
        return host.ns.run(*argv, check=False).returncode == 0

    api.act(path, "block")
    host.ns.run(*add)
    assert not passes(), "its first packet from the new address passed"
    api.act(path, "unblock")
    assert passes(5)
    api.until(lambda: target in {a["address"] for a in api.get(path)["addresses"]}, 10, "the new address shown")
    api.request("PATCH", path, {"profile": "block-all"})
    assert not passes()


def test_privacy_addresses_inherit_the_rules(home):
    """SLAAC with privacy extensions (RFC 8981): the kernel makes up a new address itself."""
    host, api = home.devices[0], home.gateway.api
    assert host.ping(home.router.ipv6)
    path = "/devices/" + api.device(host.mac)["id"]
    host.ns.run("sh", "-c", "echo 2 >/proc/sys/net/ipv6/conf/eth0/use_tempaddr")
    host.ns.run("ip", "addr", "add", "2001:db8:1:0:1234:5678:9abc:def0/64", "dev", "eth0", "mngtmpaddr", "nodad")
    shown = host.ns.run("ip", "-6", "-o", "addr", "show", "dev", "eth0", "temporary").stdout
    made = re.search(r"inet6 (2001:db8:1:[0-9a-f:]+)/64", shown)
    if not made:
        pytest.skip("this kernel makes no temporary address without a router's advertisement")
    api.act(path, "block")
    assert host.ns.run("ping", "-n", "-c1", "-w1", "-I", made.group(1), home.router.ipv6, check=False).returncode != 0


def test_joined_only_when_somebody_says_so(home):
    phone, other = home.devices
    gateway, api = home.gateway, home.gateway.api
    assert phone.ping(home.router.ipv4) and other.ping(home.router.ipv4)
    discover(phone, phone.mac, "emmas-phone", [1, 121, 3, 6], "android-dhcp-13")
    old = api.until(lambda: (d := api.device(phone.mac))["hostname"] == "emmas-phone" and d, 10, "its name")
    path = "/devices/" + old["id"]
    api.request("PATCH", path, {"name": "Emma"})
    api.act(path, "block")

    new_mac(phone, RANDOM)
    assert phone.ping(home.router.ipv4, 5), "a made-up address is a new device until somebody says otherwise"
    discover(phone, RANDOM, "emmas-phone", [1, 121, 3, 6], "android-dhcp-13")
    new = api.until(lambda: (d := api.device(RANDOM))["hostname"] == "emmas-phone" and d, 10, "the new one's name")
    assert new["randomized_mac"] and not new["joined"] and not new["blocked"] and new["id"] != old["id"]

    found = api.until(lambda: api.get(f"/devices/{new['id']}/suggestions")["items"], 15, "a suggestion")
    assert [s["with"] for s in found] == [old["id"]] and 50 <= found[0]["confidence"] < 100
    assert any("emmas-phone" in e for e in found[0]["evidence"]) and any("1,121,3,6" in e for e in found[0]["evidence"])
    assert "Emma" in gateway.spinctl("join", RANDOM).stdout

    reply = api.request("POST", path + ":join", {"with": new["id"]})
    assert reply.status == 200 and reply.json["confirmed_us"] >= 0, reply.body
    assert not phone.ping(home.router.ipv4, 1), "the rules hold for its new address at once"
    whole = api.get(path)
    assert (whole["name"], whole["blocked"], [s["mac"] for s in whole["joined"]]) == ("Emma", True, [RANDOM])
    assert whole["packets_out"] >= old["packets_out"] + 1
    assert api.get("/devices/" + new["id"])["id"] == old["id"] == api.items(f"/devices?mac={RANDOM}")[0]["id"]
    assert len(api.items("/devices")) == 2 and api.get("/summary")["devices"] == 2
    assert new["id"] not in [n["id"] for n in api.get("/graph")["nodes"]]

    gateway.control.kill9()
    gateway.start_control()
    api = gateway.api
    assert [s["mac"] for s in api.get(path)["joined"]] == [RANDOM]
    assert not phone.ping(home.router.ipv4, 1)

    gateway.spinctl("part", "Emma", RANDOM)
    assert phone.ping(home.router.ipv4, 5)
    parted = api.get("/devices/" + new["id"])
    assert parted["id"] == new["id"] and parted["name"] == "emmas-phone" and not parted["blocked"]
    assert api.get(path)["joined"] == [] and api.get(path)["blocked"]
    assert api.request("POST", "/undo").status == 200  # joined again
    assert not phone.ping(home.router.ipv4, 1)
    assert api.request("POST", path + ":join", {"with": old["id"]}).json["key"] == "bad_value"


def test_two_that_are_there_together_are_two(home):
    for host in home.devices:
        assert host.ping(home.router.ipv4, 5)
        discover(host, host.mac, "twin", [1, 3, 6], "android-dhcp-13")
    api = home.gateway.api
    twins = [api.until(lambda h=h: (d := api.device(h.mac))["hostname"] == "twin" and d, 10, "named") for h in home.devices]
    for host in home.devices:
        host.pinger(home.router.ipv4, 0.2)
    packets = api.get("/devices/" + twins[0]["id"])["packets_out"]
    api.until(lambda: api.get("/devices/" + twins[0]["id"])["packets_out"] > packets + 5, 15, "both talk")
    assert api.get(f"/devices/{twins[0]['id']}/suggestions")["items"] == []
    assert all(not d["joined"] for d in api.items("/devices"))


def test_a_router_shows_what_is_behind_it(home):
    router, repeater = home.devices
    api = home.gateway.api
    assert router.ping(home.router.ipv4)
    for ttl in (64, 63, 127):
        with router.ns.entered():
            with socket.socket(type=socket.SOCK_DGRAM) as link:
                link.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
                link.sendto(b"x", (home.router.ipv4, 9000 + ttl))
    behind = api.until(lambda: api.device(router.mac)["behind"], 15, "a network behind it")
    assert (behind["what"], behind["devices"]) == ("router", 2) and "63" in behind["evidence"][0]
    assert "router: 2 devices or more behind it" in home.gateway.spinctl("devices", router.mac).stdout

    assert repeater.ping(home.router.ipv4) and api.device(repeater.mac)["behind"] is None
    for last in range(101, 105):
        repeater.ns.run("ip", "addr", "add", f"192.0.2.{last}/24", "dev", "eth0")
        repeater.ns.run("ping", "-n", "-c1", "-w2", "-I", f"192.0.2.{last}", home.router.ipv4)
    behind = api.until(lambda: (b := api.device(repeater.mac)["behind"]) and b["devices"] >= 4 and b, 15, "a repeater")
    assert behind["what"] == "repeater"
    assert {f"192.0.2.{n}" for n in range(101, 105)} <= {a["address"] for a in behind["addresses"]}


def test_who_hides_is_shown_as_one_who_does(home):
    """Encrypted DNS (RFC 7858) and a VPN (WireGuard's first message), each from its own device."""
    resolver, tunnel = home.devices
    api = home.gateway.api
    with home.router.ns.entered():
        server = socket.create_server((home.router.ipv4, 853))
    with resolver.ns.entered():
        client = socket.create_connection((home.router.ipv4, 853), timeout=10)
    with server, client:
        hello = ssl.MemoryBIO()
        context = ssl.create_default_context()
        with contextlib.suppress(ssl.SSLWantReadError):
            context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="dns.example.net").do_handshake()
        client.sendall(hello.read())
        with tunnel.ns.entered(), socket.socket(type=socket.SOCK_DGRAM) as link:
            link.sendto(b"\1\0\0\0" + bytes(range(1, 145)), (home.router.ipv4, 51820))
        hidden = api.until(lambda: (d := api.device(resolver.mac))["encrypted_dns"] and d, 10, "encrypted DNS")
        veiled = api.until(lambda: (d := api.device(tunnel.mac))["vpn"] and d, 10, "a VPN")
    assert not hidden["vpn"] and not veiled["encrypted_dns"]
    facts = api.get("/devices/" + veiled["id"])["facts"]
    assert ("vpn", "wireguard") in {(f["fact"], f["value"]) for f in facts}
