# SPDX-License-Identifier: BSD-3-Clause
"""By what ways the access provider gets at what is in the home, and what does not go that way."""

import http.client
import json
import socket
import ssl

import pytest
from scapy.all import UDP, Raw, rdpcap

from harness.provider_case import FAR, Case, hidden
from harness.tls import authority, issue


@pytest.fixture
def case(home):
    return Case(home)


PAYLOAD = b"what was written in confidence"


def say(case, api, capture):
    """A datagram with the payload, once the capture runs, until it is in it."""
    with case.home.devices[0].ns.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(PAYLOAD, (FAR, 9))
    api.until(lambda: api.get(f"/captures/{capture}")["packets"] >= 1, 10, "it was captured")
    assert api.request("POST", f"/captures/{capture}:stop").json["state"] == "ended"


def payloads(api, capture, path):
    """Of the file as a reader of pcap files sees it."""
    reply = api.request("GET", f"/captures/{capture}/download")
    assert reply.status == 200, reply.body
    path.write_bytes(reply.body)
    packets = rdpcap(str(path))
    assert packets and all(UDP in p and p[UDP].dport == 9 for p in packets)
    whole = [bytes(p[Raw].load) for p in packets if Raw in p]
    assert (PAYLOAD in reply.body) == bool(whole)
    return whole


def test_payload_only_of_what_was_approved(case, tmp_path):
    house, provider = case.house, case.provider
    what = {"device": case.devices[0], "filter": "udp port 9"}
    case.grant("capture")  # masked: frames cannot be
    case.refused("not_granted", "POST", "/captures", what)
    case.grant("capture", names="shown")
    # What it begins itself holds headers, whatever it asks for; that cannot be approved into more.
    mine = provider.request("POST", "/captures", {**what, "headers_only": False}).json
    assert mine["headers_only"] and mine["approval"] is None
    say(case, provider, mine["id"])
    assert payloads(provider, mine["id"], tmp_path / "mine") == payloads(house, mine["id"], tmp_path / "same") == []
    notices = house.until(lambda: house.get("/notifications?message_key=provider_capture")["items"], 5, "told of it")
    assert [(n["device"], n["message_args"][1]) for n in notices] == [(case.devices[0], mine["by"])]
    refused = house.request("POST", f"/captures/{mine['id']}:approve")
    assert (refused.status, refused.json["key"]) == (409, "headers_only")
    # The household's is not there for it, until it is approved: this one alone.
    kept, other = (house.request("POST", "/captures", what).json["id"] for _ in range(2))
    say(case, house, kept)
    for path in ("", "/download"):
        assert provider.request("GET", f"/captures/{kept}{path}").json["key"] == "unknown_capture"
    assert provider.request("POST", f"/captures/{kept}:approve").json["key"] == "denied"
    assert [c["id"] for c in provider.get("/captures")["items"]] == [mine["id"]]
    approved = house.request("POST", f"/captures/{kept}:approve").json
    assert (approved["approval"]["by"], approved["approval"]["for"]) == (approved["by"], None)
    assert house.request("POST", f"/captures/{kept}:approve").json == approved
    assert payloads(provider, kept, tmp_path / "kept") == [PAYLOAD]
    assert provider.request("GET", f"/captures/{other}").status == 404
    for method, path in (("POST", ":stop"), ("DELETE", "")):
        case.refused("not_granted", method, f"/captures/{kept}{path}")
    # What it proposes and the household accepts is its to read, payload and all.
    made = provider.request("POST", "/proposals", {"capture": what, "evidence": "It stalls."}).json
    assert provider.request("POST", f"/proposals/{made['id']}:accept").json["key"] == "denied"
    begun = house.request("POST", f"/proposals/{made['id']}:accept")
    assert begun.status == 201 and not begun.json["headers_only"], begun.body
    assert begun.json["approval"]["for"] == made["author"]
    house.until(lambda: provider.get(f"/proposals/{made['id']}")["state"] == "accepted", 5, "the outcome")
    say(case, house, begun.json["id"])
    assert payloads(provider, begun.json["id"], tmp_path / "begun") == [PAYLOAD]
    # Who did all this, and who read it.
    trail = [(e["operation"], e["way"], e["who"], [o["id"] for o in e["objects"]]) for e in house.get("/audit?limit=100")["items"]]
    at = {(operation, way): (who, objects) for operation, way, who, objects in trail}
    assert at["approveCapture", "token"][1] == [kept] and at["acceptProposal", "token"][1] == [made["id"]]
    assert ("createCapture", "token", f"{begun.json['by']} for {made['author'][:24]}", [begun.json["id"]]) in trail
    assert ("createCapture", "provider", mine["by"], [mine["id"]]) in trail and ("downloadCapture", "provider") in at
    # It holds over a restart; ends with the consent, and with the capture.
    assert case.home.gateway.spinctl("captures", "approve", other).stdout == "approved\n"
    case.home.gateway.control.kill9()
    case.home.gateway.start_control()
    case.again()
    seen = {c["id"]: c for c in case.provider.get("/captures")["items"]}
    assert seen.keys() == {mine["id"], kept, other, begun.json["id"]} and seen[kept]["approval"] == approved["approval"]
    assert payloads(case.provider, kept, tmp_path / "again") == [PAYLOAD]
    case.house.request("POST", "/provider:end")
    case.refused("no_consent", "GET", f"/captures/{kept}/download")


def test_masked_at_its_own_address(make_home, tmp_path):
    """Its door opens with the consent: a certificate and its token get masked answers, and end with the consent."""
    home, signer = make_home(), authority(tmp_path, "provider-ca")
    mine = issue(tmp_path, signer, "north-net")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "spin.yaml").write_text(json.dumps({"provider": {"listen": f"127.0.0.1:{port}", "client_ca": str(signer[0])}}))
    home.gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    home.gateway.api.until(lambda: home.gateway.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    case = Case(home)
    name = case.house.request("PATCH", f"/devices/{case.devices[0]}", {"name": "Lena"})
    assert name.status == 200

    def door(path, token=case.provider.token, files=mine):
        context = ssl.create_default_context(cafile=str(home.gateway.state_dir / "tls" / "ca.pem"))
        context.check_hostname = False  # its certificate is for the addresses of the home
        if files:
            context.load_cert_chain(*files)
        link = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        link.request("GET", "/api/v1" + path, headers={"Authorization": f"Bearer {token}"})
        return link, link.getresponse()

    def read(path):
        link, response = door(path)
        body = response.read().decode()
        link.close()
        return response.status, body

    with pytest.raises(ConnectionRefusedError):
        door("/devices")
    case.grant("devices")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        door("/devices", files=None)
    assert door("/devices", token="none")[1].status == 401
    assert door("/devices", token=home.gateway.token())[1].status in (401, 403)  # the household's is worth nothing here
    status, body = read(f"/devices/{case.devices[0]}")
    assert status == 200 and json.loads(body)["name"] == case.provider.get(f"/devices/{case.devices[0]}")["name"] != "Lena"
    status, whole = read("/devices")
    assert status == 200 and len(json.loads(whole)["items"]) >= 2
    for word in hidden(case):
        assert word not in body + whole, word
    assert read("/flows")[0] == 403 and json.loads(read("/flows")[1])["key"] == "not_granted"
    link, stream = door("/events?types=snapshot,device,stats")
    assert stream.status == 200 and stream.readline()
    assert case.house.request("POST", "/provider:end").status == 200
    rest = stream.read().decode()  # it ends
    for word in hidden(case):
        assert word not in rest, word
    link.close()
    with pytest.raises(ConnectionRefusedError):
        door("/devices")
