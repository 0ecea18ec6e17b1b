# SPDX-License-Identifier: BSD-3-Clause
"""A manufacturer's file becomes a profile that holds for packets; profiles are written as such files,
and what was learned is compared with what the maker says."""

import base64
import json
import socket
import struct
import subprocess

import pytest

FAR, OTHER = "198.51.100.7", "198.51.100.8"


def ace(name, **matches):
    return {"name": name, "matches": matches, "actions": {"forwarding": "accept"}}


def port(direction, **ports):
    return {"ietf-mud:direction-initiated": direction, **{k.replace("_", "-"): {"operator": "eq", "port": v} for k, v in ports.items()}}


def maker_file():
    """A camera: its cloud by https and ICMP, DNS, its own network, and devices of its maker."""
    out = [
        ace("cloud", ipv4={"ietf-acldns:dst-dnsname": "cloud.example.org", "protocol": 6}, tcp=port("from-device", destination_port=443)),
        ace("echo", ipv4={"ietf-acldns:dst-dnsname": "cloud.example.org", "protocol": 1}),
        ace("names", **{"ietf-mud:mud": {"controller": "urn:ietf:params:mud:dns"}}, ipv4={"protocol": 17}, udp=port("from-device", destination_port=53)),
        ace("mates", **{"ietf-mud:mud": {"same-manufacturer": [None]}}, ipv4={"protocol": 6}, tcp=port("from-device", destination_port=8000)),
    ]
    back = [
        ace("watch", **{"ietf-mud:mud": {"local-networks": [None]}}, ipv4={"protocol": 6}, tcp=port("to-device", destination_port=554)),
        ace("cloud", ipv4={"ietf-acldns:src-dnsname": "cloud.example.org", "protocol": 6}, tcp=port("from-device", source_port=443)),
    ]
    policy = lambda name: {"access-lists": {"access-list": [{"name": name}]}}  # noqa: E731
    return {
        "ietf-mud:mud": {"mud-version": 1, "mud-url": "https://camera-maker.example/cam.json", "last-update": "2026-01-02T03:04:05+00:00",
                         "cache-validity": 72, "is-supported": True, "systeminfo": 'The "Eye", größer', "mfg-name": "Maker: & Sons",
                         "model-name": "# 7", "from-device-policy": policy("out"), "to-device-policy": policy("back")},
        "ietf-access-control-list:acls": {"acl": [
            {"name": "out", "type": "ipv4-acl-type", "aces": {"ace": out}},
            {"name": "back", "type": "ipv4-acl-type", "aces": {"ace": back}}]},
    }


def bring(home, name, mud=None, **more):
    return home.gateway.api.request("POST", f"/profiles/{name}:import-mud", {"mud": mud or maker_file(), **more})


def raw(home, name):
    """The file's own bytes."""
    return home.gateway.api.request("GET", f"/profiles/{name}/mud").body.split(b'"mud":', 1)[1].rsplit(b',"unmet"', 1)[0]


def say_where(home, host, url):
    """By option 161 of its DHCP DISCOVER (RFC 8520 10); returns the device's path when it is known."""
    url = url.encode()
    hardware = bytes.fromhex(host.mac.replace(":", ""))
    body = struct.pack(">BBBBIHH16s16s192xI", 1, 1, 6, 0, 7, 0, 0x8000, bytes(16), hardware, 0x63825363)
    body += b"\x35\x01\x01" + bytes([161, len(url)]) + url + b"\xff"
    with host.ns.entered():
        with socket.socket(type=socket.SOCK_DGRAM) as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            link.bind(("", 68))
            link.sendto(body, ("255.255.255.255", 67))
    path = "/devices/" + home.gateway.api.device(host.mac)["id"]
    home.gateway.api.until(lambda: [f for f in home.gateway.api.get(path)["facts"] if (f["fact"], f["value"]) == ("mud_url", url.decode())],
                           10, "the fact")
    return path


def test_a_device_tells_where_its_file_is(home):
    assert say_where(home, home.devices[0], "https://camera-maker.example/cam.json")


def test_import_holds_for_packets(home):
    tv = home.devices[0]
    home.names({"a.cloud.example.org": [FAR], "elsewhere.example.net": [OTHER]})
    assert tv.ping(OTHER)
    reply = bring(home, "eye")
    assert reply.status == 200, reply.body
    made = reply.json
    assert made["signature"] == "none" and made["undo"] == {"method": "DELETE", "path": "/api/v1/profiles/eye"}
    assert len(made["unmet"]) == 1 and "devices of its maker" in made["unmet"][0]
    text = made["profile"]["yaml"]
    assert "without a signature" in text and 'url: "https://camera-maker.example/cam.json"' in text
    assert 'domain: "cloud.example.org", service: tcp/443' in text, "no more than the file says"
    path = "/devices/" + home.gateway.api.device(tv.mac)["id"]
    assert home.gateway.api.request("PATCH", path, {"profile": "eye"}).status == 200
    assert home.resolve(tv, "a.cloud.example.org") == [FAR]
    assert tv.ping(FAR) and not tv.ping(OTHER, 1)
    # Named by the household, beside what the maker says.
    added = home.gateway.api.request("POST", "/profiles/eye/rules", {"action": "allow", "object": {"domain": "example.net"}})
    assert added.status == 200 and added.json["profile"]["yaml"].startswith(text), added.body
    assert home.resolve(tv, "elsewhere.example.net") == [OTHER] and tv.ping(OTHER)
    assert b'"example.net"' in raw(home, "eye") and b"camera-maker.example" in raw(home, "eye")


def test_exported_imported_and_exported_again(home):
    assert bring(home, "eye").status == 200
    first = raw(home, "eye")
    assert bring(home, "eye", json.loads(first)).status == 200, "a newer file of the same maker"
    assert raw(home, "eye") == first
    assert bring(home, "twin", first.decode()).status == 200
    assert raw(home, "twin") == first
    head = json.loads(first)["ietf-mud:mud"]
    mine = maker_file()["ietf-mud:mud"]
    for key in ("mud-url", "last-update", "cache-validity", "is-supported", "systeminfo", "mfg-name", "model-name"):
        assert head[key] == mine[key]


def test_a_profile_of_ours(home):
    """Every kind of rule that a file can say, and what it cannot."""
    text = ('description: "Ours"\nextends: camera\nrules:\n  - allow: {domain: a.example.org, service: https}\n'
            "  - allow: {prefix: 203.0.113.0/24, service: udp/5000-5100}\n    direction: out\n  - allow: {address: '2001:db8::1'}\n"
            "  - allow: {local: true}\n    direction: out\n  - allow: {gateway: true, service: ntp}\n  - block: {country: XX}\n"
            "  - allow: {domain: b.example.org}\n    schedule: mon-fri 08:00-09:00\n  - allow: {suffix: c.example.org}\n")
    assert home.gateway.api.request("PUT", "/profiles/ours", {"yaml": text}).status == 200
    exported = home.gateway.api.get("/profiles/ours/mud")
    assert exported["mud"]["ietf-mud:mud"]["systeminfo"] == "Ours"
    assert len(exported["unmet"]) == 3 and any("XX" in s for s in exported["unmet"])
    first = raw(home, "ours")
    again = bring(home, "again", json.loads(first))
    assert again.status == 200 and again.json["unmet"] == [], again.body
    assert "service: https" in again.json["profile"]["yaml"]
    assert raw(home, "again") == first
    for name in ("block-all", "guest", "local-only", "camera", "learned", "television", "printer"):
        first = raw(home, name)
        assert bring(home, "again", json.loads(first)).status == 200 and raw(home, "again") == first, name
    first = raw(home, "ours")
    assert bring(home, "again", json.loads(first)).status == 200
    difference = home.gateway.api.get("/profiles/ours/mud-difference?with=again")
    assert difference["only_here"] == difference["only_there"] == [] and difference["same"] > 9


def test_learned_against_the_makers(home):
    tv = home.devices[0]
    api = home.gateway.api
    home.names({"a.cloud.example.org": [FAR], "ads.example.net": [OTHER]})
    assert tv.ping(home.router.ipv4)
    path = "/devices/" + api.device(tv.mac)["id"]
    assert api.request("POST", path + ":learn", {}).status == 200
    assert home.resolve(tv, "ads.example.net") == [OTHER] and tv.ping(OTHER)
    api.until(lambda: any("example.net" in r["sentence"] for r in api.get(path + "/learned")["rows"]), 15, "learned")
    assert api.request("POST", path + ":enforce", {"profile": "mine"}).status == 200
    first = raw(home, "mine")
    assert bring(home, "copy", json.loads(first)).status == 200 and raw(home, "copy") == first
    assert bring(home, "eye").status == 200
    difference = api.get("/profiles/mine/mud-difference?with=eye")
    assert "may use icmp with example.net" in difference["only_here"]
    assert "may open https to cloud.example.org" in difference["only_there"] and difference["same"] > 0
    said = home.gateway.spinctl("mud", "compare", "mine", "eye").stdout
    assert "- may use icmp with example.net" in said and "+ may open https to cloud.example.org" in said


BAD = [
    ("no file", "is not JSON|JSON|object"),
    ({}, "no 'ietf-mud:mud' object"),
    ({"ietf-mud:mud": {"mud-version": 2}}, "mud-version"),
    ({"ietf-mud:mud": {"mud-version": 1, "mud-url": "http://x.example/"}}, "https"),
]


def test_a_bad_file_changes_nothing(home):
    api = home.gateway.api
    for mud, says in BAD:
        reply = api.request("POST", "/profiles/eye:import-mud", {"mud": mud})
        assert (reply.status, reply.json["key"]) == (400, "bad_mud"), reply.body
        assert any(word in reply.json["detail"] for word in says.split("|")), reply.body
    for body in ({}, {"mud": 7}, {"mud": {}, "x": 1}, {"mud": {}, "signature": 1}):
        assert api.request("POST", "/profiles/eye:import-mud", body).json["key"] == "bad_body"
    reply = bring(home, "eye", signature="%%%")
    assert (reply.status, reply.json["key"]) == (400, "bad_mud") and "base64" in reply.json["detail"]
    assert api.request("GET", "/profiles/eye").status == 404 and api.get("/changes")["items"] == []
    assert bring(home, "camera").json["key"] == "if_match_required", "nothing hand-written is replaced unasked"


@pytest.fixture
def signer(tmp_path):
    """An authority of the test's own, and the signature of a file."""
    ca, key, file = tmp_path / "ca.pem", tmp_path / "key.pem", tmp_path / "cam.json"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=maker", "-keyout", key, "-out", ca],
                   check=True, capture_output=True)
    file.write_text(json.dumps(maker_file(), indent=2, ensure_ascii=False) + "\n")
    subprocess.run(["openssl", "cms", "-sign", "-binary", "-signer", ca, "-inkey", key, "-in", file, "-outform", "DER",
                    "-out", tmp_path / "cam.p7s"], check=True, capture_output=True)
    return tmp_path


def test_signed(make_home, signer):
    home = make_home()
    (signer / "spin.yaml").write_text(f"mud_ca: {signer}/ca.pem\n")
    home.gateway.start_control("--config", signer / "spin.yaml")
    spinctl = home.gateway.spinctl
    said = spinctl("mud", "import", "eye", signer / "cam.json", "--signature", signer / "cam.p7s").stdout
    assert "profile eye written" in said and "The signature was verified" in said and "devices of its maker" in said
    assert "with a signature that was verified" in home.gateway.api.get("/profiles/eye")["yaml"]
    spinctl("mud", "export", "eye", "--file", signer / "out.json")
    assert json.loads((signer / "out.json").read_text())["ietf-mud:mud"]["mud-url"] == "https://camera-maker.example/cam.json"
    assert "gave no signature" in spinctl("mud", "import", "twin", signer / "out.json").stdout
    assert spinctl("mud", "export", "twin").stdout == (signer / "out.json").read_text()
    wrong = spinctl("mud", "import", "other", signer / "out.json", "--signature", signer / "cam.p7s", check=False)
    assert wrong.returncode == 1 and "signature" in wrong.stderr
    reply = bring(home, "other", signature=base64.b64encode((signer / "cam.p7s").read_bytes()).decode())
    assert reply.json["key"] == "bad_mud", "the same file laid out otherwise is not the file that was signed"
    assert home.gateway.api.request("GET", "/profiles/other").status == 404
    assert spinctl("mud", "moon", "x", check=False).returncode == 2


def test_head_in_a_profile_is_checked(home):
    for mud, says in (("{url: 'http://x'}", "https"), ("{}", "url"), ("{url: 'https://x', cache-hours: 999}", "168"),
                      ("{url: 'https://x', supported: maybe}", "true or false"), ("7", "url")):
        reply = home.gateway.api.request("PUT", "/profiles/x", {"yaml": f"description: x\nextends: learned\nmud: {mud}\n"})
        assert reply.json["key"] == "bad_profile" and says in reply.json["detail"], reply.body
