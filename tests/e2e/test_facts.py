# SPDX-License-Identifier: BSD-3-Clause
"""What devices say of themselves reaches control, and a gateway that is wired wrongly says so."""

import socket
import struct

import pytest

from dataplane_wire import Control

GROUP = bytes.fromhex("01005e0000fb")


def frame(target, source, source_ip, target_ip, sport, dport, payload):
    """An Ethernet frame with UDP; a zero UDP checksum says there is none."""
    udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(source_ip), socket.inet_aton(target_ip))
    total = sum(struct.unpack("!10H", ip))
    total = (total & 0xffff) + (total >> 16)
    ip = ip[:10] + struct.pack("!H", 0xffff & ~(total + (total >> 16))) + ip[12:]
    return target + source + b"\x08\x00" + ip + udp


def send(host, *frames):
    with host.ns.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind(("eth0", 0))
        for f in frames:
            link.send(f)


def raw(mac):
    return bytes.fromhex(mac.replace(":", ""))


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def mdns(host, called, address, extra=b"", records=1):
    message = struct.pack("!6H", 0, 0x8400, 0, records, 0, 0) + name(called) + struct.pack("!HHIH", 1, 0x8001, 120, 4)
    return frame(GROUP, raw(host.mac), host.ipv4, "224.0.0.251", 5353, 5353, message + socket.inet_aton(address) + extra)


def test_a_device_names_itself_and_nobody_else(home):
    tv, phone = home.devices
    assert tv.ping(phone.ipv4) and phone.ping(home.router.ipv4)
    send(phone, mdns(phone, "liar.local", tv.ipv4), mdns(phone, "Phone-2.local", phone.ipv4))
    send(tv, mdns(tv, "Living-Room.local", tv.ipv4))
    api = home.gateway.api
    for host, wanted in ((tv, "Living-Room"), (phone, "Phone-2")):
        device = api.until(lambda host=host: (d := api.device(host.mac))["hostname"] and d, 10, "a host name")
        assert (device["hostname"], device["hostname_source"]) == (wanted, "mdns")


def test_facts_cross_the_wire_and_are_in_the_snapshot(home):
    tv, _ = home.devices
    assert tv.ping(home.router.ipv4)
    home.gateway.control.stop()
    service = name("_googlecast._tcp.local") + struct.pack("!HHIH", 12, 1, 120, 2) + b"\xc0\x0c"
    control = Control(home.gateway.run_dir)
    send(tv, mdns(tv, "tv.local", tv.ipv4, service, 2))
    fact = control.wait(lambda m: m[0] == "fact")
    mac, kind, source, length, _, text = struct.unpack_from("<6sBBH6xQ256s", fact[2])
    assert (mac, text[:length]) == (raw(tv.mac), b"_googlecast._tcp") and not text[length]
    control.heard.clear()
    control.send(struct.pack("<IHHQ", 16, 4, 0, 5))
    control.wait(lambda m: m[0] == "snapshot_end")
    assert any(m[0] == "fact" and b"_googlecast._tcp" in m[2] for m in control.heard)


@pytest.mark.parametrize("swapped", [True, False])
def test_swapped_ports_are_said(make_home, swapped):
    home = make_home(devices=3)
    if swapped:
        home.gateway.lan, home.gateway.wan = home.gateway.wan, home.gateway.lan
    home.gateway.start()
    for k, host in enumerate(home.devices):
        send(host, *[frame(raw(home.router.mac), raw(host.mac), f"192.168.7.{k + 1}", "203.0.113.9", 1000 + i, 443, b"x" * 20)
                     for i in range(20)])
    api = home.gateway.api
    if swapped:
        found = api.until(lambda: [a for a in api.get("/health")["alerts"] if a["kind"] == "ports_swapped"], 20, "the alert")
        assert "WAN port" in found[0]["text"] and "--lan" in found[0]["text"]
    else:
        api.until(lambda: any(f["responder"]["address"] == "203.0.113.9" for f in api.items("/flows")), 10, "the flows")
        with pytest.raises(AssertionError):
            api.until(lambda: api.get("/health")["alerts"], 6, "an alert")
