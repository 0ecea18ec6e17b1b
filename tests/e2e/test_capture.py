# SPDX-License-Identifier: BSD-3-Clause
"""Captures: what is in the file is what was sent, filter for filter what tcpdump takes, and nobody waits for anybody."""

import contextlib
import http.client
import json
import socket
import struct
import threading
import urllib.parse

import pytest
from scapy.all import (ARP, ICMP, IP, TCP, UDP, Dot1Q, Ether, ICMPv6EchoRequest, IPv6, PPPoE, Raw, fragment,
                       rdpcap, wrpcap)

from harness.api import Api, token_of
from harness.gateway import program
from harness.netns import sh

CAMERA, PHONE, ROUTER = "02:00:00:00:01:0b", "02:00:00:00:01:0c", "02:00:00:00:02:01"
FILTERS = [
    "tcp", "udp", "arp", "ip6", "icmp or icmp6", "host 192.0.2.11", "src host 192.0.2.11 and not dst port 53",
    "net 198.51.100.0/24", "net 192.0.2", "port 443", "udp port 53", "tcp portrange 440-450", "portrange 1-100",
    "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn", "tcp[13] & 4 != 0", "ip6 host 2001:db8:1::11", "ether src " + CAMERA,
    "vlan", "vlan 7", "vlan 7 and udp port 53", "pppoes and ip", "ip[6:2] & 0x3fff != 0", "greater 300", "less 64",
    "len > 200 and len < 1000", "ether proto 0x88b5", "broadcast", "ether multicast", "ip proto 17", "ip6 proto 6",
    "udp or (vlan and udp)", "dst net 198.51.100.0 mask 255.255.255.0", "icmp[icmptype] = icmp-echo", "ether[0] & 1 = 1 and ip",
]


def frames():
    """A bit of everything, each with a number of its own in its payload where it has one."""
    out, back = Ether(src=CAMERA, dst=ROUTER), Ether(src=PHONE, dst=ROUTER)
    v4, v6 = IP(src="192.0.2.11", dst="198.51.100.7"), IPv6(src="2001:db8:1::11", dst="2001:db8:2::7")
    made = [out / v4 / TCP(sport=40000, dport=443, flags=f) for f in ("S", "SA", "A", "PA", "R", "F")]
    made += [out / v6 / TCP(sport=40001, dport=p, flags="S") for p in (80, 443, 445, 8443)]
    made += [out / v4 / UDP(sport=5000, dport=p) / Raw(b"x" * 40) for p in (53, 67, 123, 441, 9000)]
    made += [out / v6 / UDP(sport=5001, dport=p) / Raw(b"y" * 300) for p in (53, 443)]
    made += [back / IP(src="192.0.2.12", dst="203.0.113.9") / UDP(sport=7, dport=9) / Raw(b"z" * 900)]
    made += [out / v4 / ICMP(), out / v6 / ICMPv6EchoRequest()]
    made += [Ether(src=CAMERA, dst="ff:ff:ff:ff:ff:ff") / ARP(psrc="192.0.2.11", pdst="192.0.2.1", hwsrc=CAMERA)]
    made += [Ether(src=CAMERA, dst="ff:ff:ff:ff:ff:ff") / IP(src="192.0.2.11", dst="255.255.255.255") / UDP(sport=68, dport=67)]
    made += [Ether(src=CAMERA, dst="01:00:5e:00:00:fb") / IP(src="192.0.2.11", dst="224.0.0.251") / UDP(sport=5353, dport=5353)]
    made += [out / Dot1Q(vlan=n) / v4 / UDP(sport=5002, dport=53) / Raw(b"v" * 50) for n in (7, 8)]
    made += [out / Dot1Q(vlan=7) / v6 / TCP(sport=1, dport=443, flags="S")]
    made += [out / PPPoE(sessionid=5) / Raw(b"\0\x21" + bytes(v4 / UDP(sport=5003, dport=53)))]
    made += [out / piece for piece in fragment(v4 / UDP(sport=5004, dport=9) / Raw(b"f" * 1200), 600)]
    made += [Ether(src=CAMERA, dst=ROUTER, type=0x88b5) / Raw(b"odd" * 20)]
    return [bytes(one) for one in made]


def inject(host, sent):
    """The frames as they are, in this order, from the host's interface."""
    with host.ns.entered():
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        raw.bind(("eth0", 0))
    with raw:
        for frame in sent:
            raw.send(frame)


def begin(api, **body):
    reply = api.request("POST", "/captures", body)
    assert reply.status == 201, reply.body
    assert reply.json["state"] == "running"
    return reply.json["id"]


def end(api, one):
    reply = api.request("POST", f"/captures/{one}:stop")
    assert reply.status == 200 and reply.json["state"] == "ended", reply.body
    return reply.json


def fetch(api, one, path):
    reply = api.request("GET", f"/captures/{one}/download", timeout=30)
    assert reply.status == 200
    path.write_bytes(reply.body)
    return path


def packets(path):
    return [bytes(one) for one in rdpcap(str(path))]


def opens(path):
    """Nobody complains of the file."""
    for argv in (["capinfos", "-M", path], ["tshark", "-r", path, "-q"], ["tcpdump", "-r", path, "-w", "/dev/null"]):
        done = sh(*argv, timeout=60)
        said = [line for line in done.stderr.splitlines() if not line.startswith(("Running as user", "reading from", "dropped privs"))]
        assert not said, (argv, said)
    return sh("capinfos", "-M", path).stdout


def arrived(api, one, count):
    api.until(lambda: api.get(f"/captures/{one}")["packets"] >= count, 15, f"{count} packets in the capture")


def quiet_home(make_home):
    """Nothing but what a test sends crosses the bridge."""
    home = make_home()
    for ns, port in ((home.gateway_ns, "lan0"), (home.gateway_ns, "wan0"), (home.switch, "up0"), (home.switch, "p11"),
                     (home.devices[0].ns, "eth0"), (home.router.ns, "eth0")):
        ns.run("ethtool", "-K", port, "txvlan", "off", "rxvlan", "off")  # else the tag is beside the frame, where XDP does not look
    api = home.gateway.start().api
    api.until(lambda: api.get("/health")["dataplane"]["ports"], 10, "ports")
    for host in (*home.devices, home.router):
        host.ns.run("ip", "link", "set", "eth0", "arp", "off")
        host.ns.run("ip", "-6", "addr", "flush", "dev", "eth0")
        host.ns.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6")
        host.ns.run("ip", "addr", "flush", "dev", "eth0")
    return home


def test_every_filter_takes_what_tcpdump_takes(make_home, tmp_path):
    home = quiet_home(make_home)
    api, sent = home.gateway.api, frames()
    reference = tmp_path / "sent.pcap"
    wrpcap(str(reference), [Ether(one) for one in sent])
    inject(home.devices[0], sent)  # now the MACs are known, and nothing is flooded to be learned
    for at in range(0, len(FILTERS), 6):
        running = [(begin(api), None)]
        for n, text in enumerate(FILTERS[at:at + 6]):
            running.append((begin(api, filter=text, format=("pcapng", "pcap")[n % 2]), text))
        inject(home.devices[0], sent)
        arrived(api, running[0][0], len(sent))
        for one, text in running:
            ended = end(api, one)
            path = fetch(api, one, tmp_path / one)
            assert ended["lost"] == 0 and ended["file_bytes"] == path.stat().st_size
            if at == 0:
                opens(path)
            wanted = tmp_path / "wanted.pcap"
            sh("tcpdump", "-r", reference, "-w", wanted, *([text] if text else []))
            got = packets(path)
            assert got == packets(wanted), f"{text}: {len(got)} frames"
            assert ended["packets"] == len(got)
            if text:
                assert 0 < len(got) < len(sent), f"{text} tells nothing apart"
            assert api.request("DELETE", f"/captures/{one}").status == 204
    assert api.get("/captures")["items"] == []
    assert list((home.gateway.state_dir / "captures").iterdir()) == []


def test_devices_destinations_fates_and_headers(make_home, tmp_path):
    home = quiet_home(make_home)
    api, sent = home.gateway.api, frames()
    inject(home.devices[0], sent)
    camera = api.device(CAMERA)["id"]
    far = api.until(lambda: [d["id"] for d in api.items("/destinations") if d["name"] == "198.51.100.7"], 10, "destination")[0]
    api.act(f"/devices/{camera}", "block")
    of_device = begin(api, device=camera)
    of_both = begin(api, device=camera, destination=far, format="pcap")
    headers = begin(api, headers_only=True, device=camera)
    short = begin(api, snaplen=60)
    assert not api.get(f"/captures/{short}")["headers_only"]
    inject(home.devices[0], sent)
    arrived(api, short, len(sent))
    for one in (of_device, of_both, headers, short):
        end(api, one)
    mine = [one for one in sent if one[6:12] == bytes.fromhex(CAMERA.replace(":", ""))]
    path = fetch(api, of_device, tmp_path / "device")
    assert packets(path) == mine and "lan0" in opens(path)
    told = sh("tshark", "-r", path, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.packet_flags_direction",
              "-e", "frame.comment").stdout.splitlines()
    assert len(told) == len(mine)
    assert all(line.startswith("lan0\t0x00000002") for line in told), told  # outbound
    dropped = [line for line in told if "dropped (device_blocked): You blocked this device." in line]
    assert len(dropped) >= len(mine) - 4, told  # ARP, DHCP and the like pass
    path = fetch(api, of_both, tmp_path / "both")
    opens(path)
    wanted = [one for one in mine if Ether(one).haslayer(IP) and Ether(one)[IP].dst == "198.51.100.7"]
    assert packets(path) == wanted
    path = fetch(api, headers, tmp_path / "headers")
    opens(path)
    for got, whole in zip(packets(path), mine, strict=True):
        assert whole.startswith(got) and b"xxxx" not in got and b"ffff" not in got and b"odd" not in got
    assert all(len(one) <= 60 for one in packets(fetch(api, short, tmp_path / "short")))
    assert [c["state"] for c in api.get("/captures")["items"]] == ["ended"] * 4


def test_limits_restarts_and_losses(make_home, tmp_path):
    home = quiet_home(make_home)
    gateway, api, sent = home.gateway, home.gateway.api, frames()
    few = begin(api, max_packets=5)
    small = begin(api, max_bytes=4096, format="pcap")
    rest = begin(api)
    for _ in range(3):
        inject(home.devices[0], sent)
    arrived(api, rest, 3 * len(sent))
    for one, why in ((few, "max_packets"), (small, "max_bytes")):
        api.until(lambda one=one: api.get(f"/captures/{one}")["state"] == "ended", 10, why)
        assert api.get(f"/captures/{one}")["end"] == why
        opens(fetch(api, one, tmp_path / one))
    assert len(packets(tmp_path / few)) == 5
    assert (tmp_path / small).stat().st_size <= 4096
    # A download of one that runs goes on until it ends.
    link = http.client.HTTPConnection(api.host, api.port, timeout=20)
    link.request("GET", f"/api/v1/captures/{rest}/download", headers=api.credentials)
    response = link.getresponse()
    got = response.read1(1 << 16)
    assert got.startswith(b"\n\r\r\n")
    end(api, rest)
    (tmp_path / "rest").write_bytes(got + response.read())
    assert len(packets(tmp_path / "rest")) == 3 * len(sent)
    opens(tmp_path / "rest")
    # The dataplane dies: the capture ends and its file is good.
    lost = begin(api)
    inject(home.devices[0], sent)
    arrived(api, lost, len(sent))
    gateway.dataplane.kill9()
    api.until(lambda: api.get(f"/captures/{lost}")["state"] == "ended", 10, "end")
    assert api.get(f"/captures/{lost}")["end"] == "dataplane_lost"
    assert packets(fetch(api, lost, tmp_path / "lost")) == sent
    away = api.request("POST", "/captures", {})
    assert (away.status, away.json["key"]) == (503, "dataplane_away")
    # Control dies: the next one knows what there was.
    gateway.start_dataplane()
    cut = api.until(lambda: api.request("POST", "/captures", {}).json.get("id"), 15, "the dataplane and its ports are back")
    inject(home.devices[0], sent)
    arrived(api, cut, len(sent))
    gateway.control.kill9()
    gateway.start_control()
    api = gateway.api
    kept = {c["id"]: c for c in api.get("/captures")["items"]}
    assert set(kept) == {few, small, rest, lost, cut}
    assert kept[cut]["end"] == "control_stopped" and kept[few]["end"] == "max_packets"
    opens(fetch(api, cut, tmp_path / "cut"))
    assert packets(tmp_path / "cut") == sent
    many = [begin(api) for _ in range(8)]
    refused = api.request("POST", "/captures", {})
    assert (refused.status, refused.json["key"]) == (409, "too_many_captures")
    for one in many:
        assert api.request("DELETE", f"/captures/{one}").status == 204
    modes = {p.stat().st_mode & 0o777 for p in (gateway.state_dir / "captures").glob("*.pcap*")}
    assert modes == {0o600}


def live(api, query=""):
    """A streaming request, its headers read."""
    link = http.client.HTTPConnection(api.host, api.port, timeout=20)
    link.request("GET", "/api/v1/capture" + query, headers=api.credentials)
    response = link.getresponse()
    assert response.status == 200, response.read()
    return link, response


def blocks(data):
    """The whole blocks of a pcapng: (type, body)."""
    found, at = [], 0
    while len(data) - at >= 12:
        kind, length = struct.unpack_from("<II", data, at)
        if len(data) - at < length:
            break
        assert struct.unpack_from("<I", data, at + length - 4)[0] == length
        found.append((kind, data[at + 8:at + length - 4]))
        at += length
    return found


def test_live_and_clients_that_do_not_read(make_home, tmp_path):
    home = quiet_home(make_home)
    api, sent = home.gateway.api, frames()
    link, response = live(api, "?filter=" + urllib.parse.quote("udp port 53"))
    head = response.read1(1 << 16)
    assert [kind for kind, _ in blocks(head)][0] == 0x0A0D0D0A
    inject(home.devices[0], sent)
    wanted = [one for one in sent if Ether(one).haslayer(UDP) and Ether(one)[UDP].dport == 53 and Ether(one).type in (0x800, 0x86dd)]
    data = head
    while sum(kind == 6 for kind, _ in blocks(data)) < len(wanted):
        data += response.read1(1 << 16)
    (tmp_path / "live").write_bytes(data)
    assert packets(tmp_path / "live") == wanted
    assert [c["kind"] for c in api.get("/captures")["items"]] == ["live"]
    # spinctl, into a pipe and into a file, at the same time.
    piped = home.gateway.ns.popen("sh", "-c", f"{program('spinctl')} --run-dir {home.gateway.run_dir} capture --count 3 --format pcap "
                                  f"--filter arp --write - | tcpdump -l -r - -nn", name="spinctl capture | tcpdump")
    api.until(lambda: [c["state"] for c in api.get("/captures")["items"]] == ["running"] * 2, 10, "both run")
    for _ in range(3):
        inject(home.devices[0], [one for one in sent if Ether(one).haslayer(ARP)])
    piped.wait_line("ARP, Request who-has 192.0.2.1", times=3)
    assert piped.wait_exit() == 0
    assert "live" not in home.gateway.spinctl("captures").stdout
    wrong = home.gateway.spinctl("capture", "--filter", "port http", "--write", tmp_path / "x", check=False)
    assert wrong.returncode == 1 and "At character 6" in wrong.stderr
    link.close()
    response.close()
    api.until(lambda: api.get("/captures")["items"] == [], 10, "the capture ends with its client")
    # One that does not read loses frames of its own; another one and a file lose nothing.
    link, response = live(api)
    file = begin(api)
    api.until(lambda: [c["state"] for c in api.get("/captures")["items"]] == ["running"] * 2, 10, "both run")
    one = Ether(src=CAMERA, dst=ROUTER) / IP(src="192.0.2.11", dst="198.51.100.7") / UDP(sport=1, dport=2) / Raw(b"q" * 1400)
    many = [bytes(one)] * 20000
    inject(home.devices[0], many)

    def state(kind):
        return [c for c in api.get("/captures")["items"] if c["kind"] == kind][0]

    arrived(api, file, 1)
    api.until(lambda: state("live")["lost"] > 0, 15, "frames lost by the client that does not read")
    assert state("file")["lost"] == 0
    # It is ended, and reads again: the file says what is missing.
    one = state("live")["id"]
    assert api.request("POST", f"/captures/{one}:stop").json["end"] == "stopped"
    (tmp_path / "stuck").write_bytes(response.read())
    opens(tmp_path / "stuck")
    last = {}
    for kind, body in blocks((tmp_path / "stuck").read_bytes()):
        last[kind] = last.get(kind, 0) + 1
        if kind == 5 and body[:4] == bytes(4):
            counts = body  # of interface 0; ends with isb_ifrecv, isb_ifdrop, opt_endofopt
    assert struct.unpack("<HH", counts[-16:-12]) == (5, 8)
    lost = struct.unpack("<Q", counts[-12:-4])[0]
    assert struct.unpack("<Q", counts[-24:-16])[0] == last[6] + lost and lost > 0
    assert end(api, file)["packets"] >= last[6] + lost


def test_who_may_read_what(make_home, tmp_path):
    home = quiet_home(make_home)
    api = home.gateway.api

    def as_role(role):
        made = api.request("POST", "/tokens", {"name": f"a-{role}", "role": role}).json
        return made["id"], Api(api.url, token=made["secret"])

    whole = begin(api)
    viewer = as_role("viewer")[1]
    for method, path in (("GET", "/captures"), ("POST", "/captures"), ("GET", "/capture"), ("GET", f"/captures/{whole}/download")):
        assert viewer.request(method, path, {} if method == "POST" else None).status == 403, path
    provider = as_role("provider")[1]
    mine = provider.request("POST", "/captures", {"headers_only": False})
    if mine.status == 201:  # else it is not let in at all: the household did not consent
        assert mine.json["headers_only"] and [c["id"] for c in provider.get("/captures")["items"]] == [mine.json["id"]]
        for method, path in (("GET", ""), ("GET", "/download"), ("POST", ":stop"), ("DELETE", "")):
            assert provider.request(method, f"/captures/{whole}{path}").status == 404
    else:
        assert mine.status == 403
    # A token that is revoked loses what it has open.
    ident, user = as_role("user")
    link, response = live(user)
    api.until(lambda: [c for c in api.get("/captures")["items"] if c["kind"] == "live"], 10, "it runs")
    sender = threading.Thread(target=inject, args=(home.devices[0], frames() * 300))
    sender.start()  # also while it is ended
    response.read1(1 << 16)
    assert api.request("DELETE", f"/tokens/{ident}").status == 204
    with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
        response.read()
    api.until(lambda: not [c for c in api.get("/captures")["items"] if c["kind"] == "live"], 10, "it ended")
    sender.join()
    assert end(api, whole)["packets"] > 0
    link.close()


HOSTILE = [
    ("host www.example.org", 6, "no word"), ("gateway 192.0.2.1", 1, "looks names up"), ("port http", 6, "no word"),
    ("net mynet", 5, "no word"), ("proto \\tcp", 7, "means nothing"), ("ether host box", 12, "no word"),
    ("host 192.0.2.1-5", 6, "no word"), ("host dead.beef", 6, "no word"), ("host 1.2.3.4.5", 6, "no word"),
    ("inbound", 1, "live"), ("ip protochain 6", 4, "bounded"), ("tcp and (", None, "syntax"), ("tcp tcp tcp", None, "syntax"),
    ("ip broadcast", None, "netmask"), ("portrange 1-x", 11, "no word"), ("len-5 > 0", 1, "no word"),
    ("(" * 40 + "tcp" + ")" * 40, 33, "too deep"), (" or ".join(["host 192.0.2.1"] * 40), 513, "longer"),
    ("host 192.0.2.999", None, ""), ("vlan 99999", None, ""), ("tcp; rm -rf /", 4, "means nothing"), ("caf\u00e9", 1, ""),
    ("ether[70000:4] = 1 or $foo", 23, "means nothing"), ("type mgt", 1, "no word"), ("udp[0:9] = 1", None, ""),
]


def test_hostile_filters_are_refused_where_they_are_wrong(home):
    api = home.gateway.api
    for text, at, word in HOSTILE:
        reply = api.request("POST", "/captures", {"filter": text}, timeout=20)
        assert (reply.status, reply.json["key"]) == (400, "bad_filter"), (text, reply.body)
        detail = reply.json["detail"]
        assert detail.startswith(f"At character {at}:" if at else "The filter:"), (text, detail)
        assert word in detail and reply.json["hint"], (text, detail)
    live_too = api.request("GET", "/capture?filter=" + urllib.parse.quote("host example.org"))
    assert (live_too.status, live_too.json["key"]) == (400, "bad_filter")
    assert api.get("/captures")["items"] == []
    assert json.loads(json.dumps(api.get("/captures")))["bytes"] == 0


@pytest.mark.parametrize("body,status,key", [
    ({"device": "dev_0000000000000"}, 404, "unknown_device"), ({"destination": "x"}, 404, "unknown_destination"),
    ({"format": "text"}, 400, "bad_value"), ({"snaplen": 13}, 400, "bad_value"), ({"max_bytes": 1 << 40}, 400, "bad_value"),
    ({"path": "/etc/passwd"}, 400, "unknown_field")])
def test_nothing_begins_of_what_cannot_be(home, body, status, key):
    reply = home.gateway.api.request("POST", "/captures", body)
    assert (reply.status, reply.json["key"]) == (status, key)


def test_a_user_has_its_own_captures_only(home):
    api = home.gateway.api
    made = api.until(lambda: (r := api.request("POST", "/captures", {})).status == 201 and r.json, 10, "ports are there")
    user = Api(api.url, token=token_of(home.gateway.run_dir, "user"))
    mine = user.request("POST", "/captures", {"headers_only": True}).json
    assert [c["id"] for c in user.get("/captures")["items"]] == [mine["id"]]
    for method, path in (("GET", ""), ("GET", "/download"), ("POST", ":stop"), ("DELETE", "")):
        refused = user.request(method, f"/captures/{made['id']}{path}")
        assert (refused.status, refused.json["key"]) == (404, "unknown_capture")
    assert {c["id"] for c in api.get("/captures")["items"]} == {made["id"], mine["id"]}
    assert all(api.request("DELETE", f"/captures/{one['id']}").status == 204 for one in (made, mine))
