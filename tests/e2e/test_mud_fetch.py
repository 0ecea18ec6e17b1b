# SPDX-License-Identifier: BSD-3-Clause
"""The file that a device names is fetched from its maker's server, its signature too; servers that are
hostile, elsewhere or expired, and a signature that is not of the file, change nothing and are told."""

import json
import subprocess

import pytest
import yaml

from harness.api import Api
from harness.gateway import Home
from harness.netns import Netns
from test_contract import OPENAPI, check_answer
from test_feeds import Server, dripping, endless, no_http, short
from test_mud import maker_file, say_where

MAKER = "203.0.113.9"  # as far as anybody can tell a server of the Internet


def certificate(folder, name, *days):
    """A certificate of its own for MAKER, with its key; `days`: from when to when it holds."""
    (folder / name).mkdir()
    for file, text in (("index.txt", ""), ("serial", "01")):
        (folder / name / file).write_text(text)
    config = folder / name / "ca.cnf"
    config.write_text(f"[ca]\ndefault_ca=x\n[x]\ndir={folder}/{name}\ndatabase=$dir/index.txt\nserial=$dir/serial\nnew_certs_dir=$dir\n"
                      f"default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:{MAKER}\n"
                      "basicConstraints=CA:true\n[req]\ndistinguished_name=d\n[d]\n")
    key, request, made = (folder / name / f for f in ("key.pem", "request.pem", "cert.pem"))
    subprocess.run(["openssl", "req", "-config", config, "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request],
                   check=True, capture_output=True)
    subprocess.run(["openssl", "ca", "-batch", "-config", config, "-selfsign", "-keyfile", key, "-in", request, "-out", made, "-notext",
                    "-startdate", days[0], "-enddate", days[1]], check=True, capture_output=True)
    return made, key


@pytest.fixture
def shop(clean_up, tmp_path):
    """Control in a namespace where the maker's server is, and beside it one of the home's own."""
    place = Netns("internet")
    place.run("ip", "address", "add", f"{MAKER}/32", "dev", "lo")
    good = certificate(tmp_path, "maker", "20200101000000Z", "20990101000000Z")
    expired = certificate(tmp_path, "expired", "20200101000000Z", "20200201000000Z")
    (tmp_path / "ca.pem").write_text(good[0].read_text() + expired[0].read_text())
    (tmp_path / "spin.yaml").write_text(f"mud_ca: {tmp_path}/ca.pem\nmud_fetch: {{ca: {tmp_path}/ca.pem}}\n")
    home = Home(tmp_path)
    with place.entered():
        home.maker, home.late, home.own = (Server(at, where) for at, where in ((MAKER, good), (MAKER, expired), ("127.0.0.1", good)))
        home.gateway.control = place.popen(*home.gateway.control_argv("--config", tmp_path / "spin.yaml"), name="spin-control")
    home.gateway.control.wait_line(r"control: ready on /")
    home.gateway.api = Api(None, unix=home.gateway.run_dir / "api.sock")
    home.gateway.start_dataplane()
    home.folder, home.signer = tmp_path, good
    home.url = home.maker.url + "/cam.json"
    home.path = say_where(home, home.devices[0], home.url)
    yield home
    for server in (home.maker, home.late, home.own):
        server.stopping.set()


def file_of(home, **more):
    file = maker_file()
    file["ietf-mud:mud"].update({"mud-url": home.url, **more})
    return json.dumps(file).encode()


def sign(home, file):
    (home.folder / "file").write_bytes(file)
    return subprocess.run(["openssl", "cms", "-sign", "-binary", "-signer", home.signer[0], "-inkey", home.signer[1], "-in", home.folder / "file",
                           "-outform", "DER"], check=True, capture_output=True).stdout


def fetch(home, **body):
    reply = home.gateway.api.request("POST", home.path + ":fetch-mud", body, timeout=40)
    return check_answer(yaml.safe_load(OPENAPI.read_text()), "fetchMud", reply)


def test_fetched_signed_and_by_spinctl(shop):
    file = file_of(shop, **{"mud-signature": shop.maker.url + "/cam.p7s"})
    shop.maker.pages.update({"/cam.json": file, "/cam.p7s": sign(shop, file)})
    reply = fetch(shop)
    assert reply.status == 200, reply.body
    name = reply.json["profile"]["name"]
    assert name == "203-0-113-9-cam" and reply.json["signature"] == "verified"
    assert "with a signature that was verified" in reply.json["profile"]["yaml"]
    assert [path for path, *_ in shop.maker.asked] == ["/cam.json", "/cam.p7s"]
    assert shop.maker.accepted == {"application/mud+json"}
    # Another file with the old signature.
    shop.maker.pages["/cam.json"] = file.replace(b"cloud.example.org", b"cloud.example.net")
    reply = fetch(shop, profile="eye")
    assert (reply.status, reply.json["key"]) == (409, "bad_signature") and "accept_invalid" in reply.json["hint"], reply.body
    assert shop.gateway.api.request("GET", "/profiles/eye").status == 404
    reply = fetch(shop, profile="eye", accept_invalid_signature=True)
    assert reply.status == 200 and reply.json["signature"] == "invalid" and "not valid" in reply.json["profile"]["yaml"]
    del shop.maker.pages["/cam.p7s"]
    assert "it cannot be fetched: its server answers with status 404" in fetch(shop, profile="eye").json["detail"]
    shop.maker.pages["/cam.json"] = file_of(shop)
    said = shop.gateway.spinctl("mud", "fetch", shop.devices[0].mac, "mine").stdout
    assert "profile mine written" in said and "Nobody signed the file" in said
    assert fetch(shop, profile="camera").json["key"] == "if_match_required", "nothing hand-written is replaced unasked"
    assert fetch(shop, profile="No Name").json["key"] == "bad_value"


def redirect(url):
    return lambda h: h.answer(302, Location=url)


def test_hostile_servers_change_nothing_and_are_told(shop):
    shop.own.pages["/cam.json"] = shop.late.pages["/cam.json"] = file_of(shop)
    for page, status, says in (
        (None, 502, "status 404"),
        (endless, 502, "its answer is larger than its max of 1024 KiB"),
        (dripping, 502, "did not end its answer within 20 s"),
        (short, 502, "broke off"),
        (no_http, 502, ""),
        (redirect(shop.own.url + "/cam.json"), 502, "its server is 127.0.0.1, an address of the home or of this machine"),
        (redirect(shop.maker.url.replace("https", "http") + "/x"), 502, "https to http"),
        (redirect(shop.late.url + "/cam.json"), 502, "expired"),
        (b"<html>Not a file</html>", 400, "cannot be taken"),
        (file_of(shop, **{"mud-url": "https://other.example/cam.json"}), 400, "it says that it is https://other.example/cam.json"),
    ):
        shop.maker.pages["/cam.json"] = page
        reply = fetch(shop)
        assert reply.status == status and says in reply.json["detail"], (says, reply.body)
        assert reply.json["key"] == ("mud_unreached" if status == 502 else "bad_mud")
    assert "allow_private" not in reply.json["detail"]
    assert not shop.own.asked, "nobody came to the home's own server"
    assert not [p for p in shop.gateway.api.items("/profiles") if not p["shipped"]]


def test_where_nothing_can_be_fetched(shop):
    assert shop.devices[1].ping(shop.router.ipv4)
    other = "/devices/" + shop.gateway.api.device(shop.devices[1].mac)["id"]
    reply = shop.gateway.api.request("POST", other + ":fetch-mud", {})
    assert (reply.status, reply.json["key"]) == (409, "no_mud_url"), reply.body
    say_where(shop, shop.devices[0], shop.own.url + "/cam.json")
    reply = fetch(shop)
    assert reply.status == 502 and "127.0.0.1" in reply.json["detail"] and not shop.own.asked
