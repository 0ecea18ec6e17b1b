# SPDX-License-Identifier: BSD-3-Clause
"""SPIN's HTTP side: who may, which pages may not, the older REST set, captures, a foreign GUI, and none of the
original's defects."""

import base64
import gzip
import hashlib
import json
import re
import struct

import pytest
from harness.netns import sh
from harness.spin_client import PASSWORD, SpinClient, start
from harness.tls import HERE, HERE6, TlsControl


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def spin(make_home, tmp_path):
    home = make_home()
    root = tmp_path / "gui"
    (root / "js").mkdir(parents=True)
    (root / "graph.html").write_text("<!doctype html><title>theirs</title>")
    (root / "js" / "lib.js.gz").write_bytes(gzip.compress(b"let a = 1;"))
    (root / "out").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    (tmp_path / "secret.txt").write_text("secret")
    start(home, more=f"  web_root: {root}\n")
    home.spin = SpinClient(home.gateway.api)
    home.devices[0].ping(home.router.ipv4)
    home.gateway.api.device(home.devices[0].mac)
    return home


CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "list_devices"})
RPC = "/spin_api/jsonrpc"


def test_who_may(spin):
    client, api = spin.spin, spin.gateway.api
    nobody = SpinClient(api, name=None)
    status, headers, body = nobody.ask("POST", RPC, CALL)
    # Whoever makes a call looks for the error of a call; the older set has a form of its own.
    told = json.loads(body)
    assert set(told) == {"jsonrpc", "error"} and told["error"]["code"] == 401 and "password" in told["error"]["message"]
    assert json.loads(nobody.ask("GET", "/spin_api/devices")[2])["status"] == 401
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic realm=")
    assert SpinClient(api, password="wrong").ask("POST", RPC, CALL)[0] == 401
    status, headers, body = client.ask("POST", RPC, CALL)
    assert status == 200 and headers["Content-Type"] == "application/json" and json.loads(body)["result"]
    assert [client.ask("POST", RPC, CALL)[0] for _ in range(20)] == [200] * 20  # known again, nobody is delayed
    assert client.ask("GET", RPC)[0] == 405 and client.ask("PUT", RPC, "{}")[0] == 405
    # A token stands for a password, with its role; a viewer looks and does not touch.
    token = api.request("POST", "/tokens", {"name": "eye", "role": "viewer"}).json["secret"]
    eye = SpinClient(api, name="anybody", password=token)
    node = eye.node(spin.devices[0].mac)["id"]
    answer = eye.raw({"jsonrpc": "2.0", "id": 1, "method": "add_iplist_node", "params": {"list": "block", "node": node}})
    assert answer["error"] == {"code": -1, "message": "The role viewer may not do this"}
    assert eye.ask("POST", f"/spin_api/devices/{spin.devices[0].mac}/toggleNew")[0] == 403
    metrics = api.request("POST", "/tokens", {"name": "m", "role": "metrics"}).json["secret"]
    assert SpinClient(api, name="x", password=metrics).ask("POST", RPC, CALL)[0] == 403
    bearer = SpinClient(api, name=None)
    bearer.credentials = {"Authorization": f"Bearer {token}"}
    assert bearer.ask("POST", RPC, CALL)[0] == 200
    # Many wrong attempts wait; what was right before is right meanwhile.
    wrong = [SpinClient(api, password=f"wrong-{i}").ask("POST", RPC, CALL)[0] for i in range(8)]
    assert 429 in wrong and client.ask("POST", RPC, CALL)[0] == 200
    tried = [e for e in api.items("/audit") if e["outcome"] == "refused"]
    assert tried
    # The password changes: what was known is not any more.
    user = next(u for u in api.items("/users") if u["name"] == "sidn")
    assert api.request("PATCH", f"/users/{user['id']}", {"password": "another long password"}).status == 200
    assert client.ask("POST", RPC, CALL)[0] in (401, 429)


def test_pages_of_elsewhere(spin):
    """Neither a foreign page, nor a link, nor another port of this machine makes a browser act."""
    client, mac = spin.spin, spin.devices[0].mac
    node = client.node(mac)["id"]
    block = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "add_iplist_node", "params": {"list": "block", "node": node}})
    own = f"http://{client.host}:{client.port}"
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": f"http://{client.host}:1"},
                    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, {"Host": "evil.example"}):
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            assert client.ask("POST", RPC, block, {**headers, "Content-Type": kind})[0] in (403, 421), headers
        assert client.ask("GET", f"/spin_api/tcpdump_stop?device={mac}", headers=headers)[0] in (403, 421), headers
    assert "is_blocked" not in client.node(mac)
    # A session: its cookie alone proves nothing, a page of this server does.
    login = spin.gateway.api.request("POST", "/login", {"name": "sidn", "password": PASSWORD}, headers={"Authorization": ""})
    assert login.status == 200, login.body
    cookie = {"Cookie": login.headers["Set-Cookie"].split(";")[0]}
    page = SpinClient(spin.gateway.api, name=None)
    assert page.ask("POST", RPC, CALL, cookie)[0] == 403
    assert page.ask("POST", RPC, CALL, {**cookie, "Origin": own})[0] == 200
    assert page.ask("GET", f"/spin_api/tcpdump_stop?device={mac}", headers=cookie)[0] == 403
    assert page.ask("GET", f"/spin_api/tcpdump_stop?device={mac}", headers={**cookie, "Sec-Fetch-Site": "same-origin"})[0] == 200
    # Only the one path takes calls.
    for path in ("/", "/spin_api/", "/spin_api/devices", "/spin_graph/graph.html", "/x"):
        assert client.ask("POST", path, block)[0] in (404, 405), path
    assert "is_blocked" not in client.node(mac)
    assert json.loads(client.ask("POST", RPC, block, {"Content-Type": "text/plain"})[2]) == {"jsonrpc": "2.0", "id": 1}
    assert client.node(mac)["is_blocked"]


def test_open_networks(make_home):
    home = make_home()
    folder = home.gateway.state_dir.parent
    for wrong, word in (("auth: open", "from"), ("auth: open\n  from: []", "from"), ("auth: open\n  from: [0.0.0.0/0]", "network"),
                        ("from: [nonsense]", "network"), ("auth: party", "account")):
        (folder / "bad.yaml").write_text(f"spin_compat:\n  enabled: true\n  {wrong}\n")
        done = sh(*home.gateway.control_argv("--config", folder / "bad.yaml", "--check"), check=False)
        assert done.returncode != 0 and word in done.stderr, (wrong, done.stderr)
    api = start(home, auth="open", more="  from: [127.0.0.0/8]\n")
    nobody = SpinClient(api, name=None)
    home.devices[0].ping(home.router.ipv4)
    api.device(home.devices[0].mac)
    nobody.rpc("add_iplist_node", list="ignore", node=nobody.node(home.devices[0].mac)["id"])
    entry = api.get("/audit?operation=actOnDevice")["items"][0]
    assert (entry["who"], entry["way"], entry["source"]) == ("SPIN client", "spin", "127.0.0.1")
    assert nobody.ask("POST", RPC, CALL, {"Origin": "https://evil.example"})[0] == 403
    assert nobody.ask("POST", RPC, CALL, {"Authorization": "Bearer spin_nonsense"})[0] in (401, 403)
    # The API itself stays shut, and the rest of the world out.
    assert nobody.ask("GET", "/api/v1/devices")[0] == 401
    (folder / "spin.yaml").write_text("spin_compat: {enabled: true, auth: open, from: [192.0.2.0/24]}\n")
    assert api.request("POST", "/config:reload").status == 200
    assert nobody.ask("POST", RPC, CALL)[0] == 403 and SpinClient(api).ask("POST", RPC, CALL)[0] == 200
    (folder / "spin.yaml").write_text("spin_compat: {enabled: false}\n")
    assert api.request("POST", "/config:reload").status == 200
    assert SpinClient(api).ask("POST", RPC, CALL)[0] == 404
    one = api.get("/integrations/spin_compat")
    assert (one["enabled"], one["state"]) == (False, "off")


def test_devices_and_profiles(spin):
    client, api, mac = spin.spin, spin.gateway.api, spin.devices[0].mac

    def get(path):
        status, headers, body = client.ask("GET", path)
        assert (status, headers["Content-Type"]) == (200, "application/json"), (path, status, body)
        return json.loads(body)
    one = get("/spin_api/devices")[mac]
    assert set(one) == {"appliedProfiles", "enforcement", "lastSeen", "logging", "mac", "name", "new"}
    assert one["mac"] == mac and one["new"] is True and isinstance(one["lastSeen"], int)
    profiles = {p["id"]: p for p in get("/spin_api/profiles")}
    assert set(profiles["block-all"]) == {"id", "name", "description", "type"} and profiles["block-all"]["type"] == "CREATED_BY_SYSTEM"
    path = f"/spin_api/devices/{mac}/appliedProfiles"
    assert get(path) == ["allow-all"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.ask("POST", path, "profile_id=block-all", form)[0] == 200
    assert get(path) == ["block-all"] and not spin.devices[0].ping(spin.router.ipv4, 1)
    assert client.ask("POST", path, json.dumps({"profile_id": "allow-all"}), {"Content-Type": "application/json"})[0] == 200
    assert spin.devices[0].ping(spin.router.ipv4)
    status, _, body = client.ask("POST", path, "profile_id=party", form)
    assert status == 400 and json.loads(body) == {"status": 400, "error": "There is no such profile"}
    assert json.loads(client.ask("POST", "/spin_api/devices/02:00:00:00:99:99/appliedProfiles", "profile_id=x", form)[2])["status"] == 404
    new = get("/spin_api/devices")[mac]["new"]
    assert client.ask("POST", f"/spin_api/devices/{mac}/toggleNew")[0] == 200
    assert get("/spin_api/devices")[mac]["new"] is not new
    notes = get("/spin_api/notifications")
    note = next(n for n in notes if n["messageKey"] == "profile_set_to" and n["messageArgs"] == ["block-all"])
    assert note["deviceMac"] == mac and {"id", "message", "timestamp", "deviceName"} <= set(note) and note["id"] < 2**53
    assert client.ask("POST", f"/spin_api/notifications/{note['id']}/delete")[0] == 200
    assert note["id"] not in [n["id"] for n in get("/spin_api/notifications")]
    assert client.ask("POST", f"/spin_api/notifications/{note['id']}/delete")[0] == 404
    assert client.ask("POST", "/spin_api/notifications/create", json.dumps({"message": "the door is open"}))[0] == 200
    assert any("the door is open" in n["message"] for n in get("/spin_api/notifications"))
    assert client.ask("POST", "/spin_api/notifications/create", json.dumps({"message": "a\u0007"}))[0] == 400
    assert get("/spin_api/configuration") == {}
    config = {"wizard": [1, 2, {"done": True}], "name": "Größe"}
    assert client.ask("POST", "/spin_api/configuration", json.dumps({"config": config}))[0] == 200
    assert get("/spin_api/configuration") == config
    assert client.ask("POST", "/spin_api/configuration", json.dumps({"config": "x" * 70_000}))[0] == 413
    assert client.ask("POST", "/spin_api/configuration", "nonsense")[0] == 400
    spin.gateway.control.stop()
    spin.gateway.start_control("--config", spin.gateway.state_dir.parent / "spin.yaml")
    client.port = spin.gateway.api.port
    assert get("/spin_api/configuration") == config and get("/spin_api/devices")[mac]["new"] is not new


def test_captures(spin):
    client, device = spin.spin, spin.devices[0]
    query = f"?device={device.mac}"
    status, headers, page = client.ask("GET", "/spin_api/capture" + query)
    assert status == 200 and headers["Content-Type"].startswith("text/html") and device.mac in page.decode() and device.ipv4 in page.decode()
    assert b"Not running" in client.ask("GET", "/spin_api/tcpdump_status" + query)[2]
    link, answer = client.open("/spin_api/tcpdump_start" + query)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/vnd.tcpdump.pcap")
    head = answer.read(24)
    assert struct.unpack("<IHH", head[:8]) == (0xA1B2C3D4, 2, 4)  # the only magic that its page takes
    assert struct.unpack("<I", head[16:20])[0] == 1600
    device.ping(spin.router.ipv4)
    assert struct.unpack("<II", answer.read(16)[:8])[1] < 1_000_000
    assert b"Running" in client.ask("GET", "/spin_api/tcpdump_status" + query)[2]
    assert client.ask("GET", "/spin_api/tcpdump_start" + query)[0] == 409
    assert client.ask("GET", "/spin_api/tcpdump_stop" + query)[0] == 200
    answer.read()  # it ends
    link.close()
    assert client.ask("GET", "/spin_api/tcpdump_stop" + query)[0] == 200
    # No shell is near; what is missing or no device is said.
    for path in ("capture", "tcpdump", "tcpdump_start", "tcpdump_stop", "tcpdump_status"):
        assert client.ask("GET", f"/spin_api/{path}")[0] == 400, path
        for bad in ("x", "02:00:00:00:99:99", "%3Btouch%20/tmp/x", device.mac + "%20or%20tcp"):
            assert client.ask("GET", f"/spin_api/{path}?device={bad}")[0] == 404, (path, bad)


def test_the_capture_window(spin, tmp_path):
    """The page opens it and calls its setUser(); with a template beside the page it is the original's own."""
    client, device = spin.spin, spin.devices[0]
    path = f"/spin_api/capture?device={device.mac}"
    _, headers, page = client.ask("GET", path)
    script = re.search(r"<script>(.*?)</script>", page.decode())[1]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "function setUser(" in script and f"script-src 'sha256-{allowed}'" in headers["Content-Security-Policy"]
    template = "<b>_TEMPLATE_ARG1_</b><i>_TEMPLATE_ARG2_</i><script>let file = \"_TEMPLATE_ARG0__\" + '_TEMPLATE_ARG9_ _TEMPLATE_ARG"
    (tmp_path / "gui" / "capture.html").write_text(template)
    client.rpc("set_device_name", node=client.node(device.mac)["id"], name="\"</script>\\'&`{}")
    status, headers, page = client.ask("GET", path)
    addresses = ", ".join(client.node(device.mac)["ips"])
    name = "".join(f"&#{ord(c)};" if not c.isalnum() else c for c in "\"</script>\\'&`{}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8") and "ws://127.0.0.1:*" in headers["Content-Security-Policy"]
    assert page.decode() == (f"<b>{device.mac}</b><i>{addresses}</i><script>let file = \"{name}_\" + '_TEMPLATE_ARG9_ _TEMPLATE_ARG")
    (tmp_path / "gui" / "capture.html").unlink()
    (tmp_path / "gui" / "capture.html").symlink_to("/etc/passwd")
    assert b"root:" not in client.ask("GET", path)[2]


def test_a_foreign_gui(spin):
    client = SpinClient(spin.gateway.api, name=None)
    status, headers, body = client.ask("GET", "/spin_graph/graph.html?mqtt_port=1884")
    policy = headers["Content-Security-Policy"]
    assert status == 200 and b"theirs" in body and "ws://127.0.0.1:*" in policy and "frame-ancestors 'none'" in policy
    status, headers, body = client.ask("GET", "/spin_graph/js/lib.js")
    assert (status, headers["Content-Encoding"]) == (200, "gzip") and headers["Content-Type"].startswith("text/javascript")
    assert gzip.decompress(body) == b"let a = 1;"
    assert client.ask("GET", "/spin_graph")[0] == 302 and client.ask("GET", "/spin_graph/")[0] == 404
    status, headers, _ = client.ask("GET", "/spin_graph/js")
    assert (status, headers["Location"]) == (302, "/spin_graph/js/")
    for path in ("../secret.txt", "..%2fsecret.txt", "js/../../secret.txt", "%2e%2e/secret.txt", "out", "up/secret.txt",
                 "/etc/passwd", "//etc/passwd", "js/", "graph.html%00", ".%2e/secret.txt", "x" * 400, "js\\..\\x"):
        status, _, body = client.ask("GET", "/spin_graph/" + path)
        assert status in (400, 404) and b"secret" not in body and b"root:" not in body, path
    # Our own pages keep their own policy.
    assert "unsafe-inline" not in client.ask("GET", "/")[1]["Content-Security-Policy"]


def test_the_originals_defects(spin):
    """Those of them that apply here and no other test shows."""
    client = spin.spin
    # A large body is one call; the answer is whole.
    big = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "list_devices", "pad": "x" * 60_000})
    assert json.loads(client.ask("POST", RPC, big)[2])["result"]
    huge = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "list_devices", "pad": "x" * 300_000})
    status, _, body = client.ask("POST", RPC, huge)
    assert status == 413 and json.loads(body)["error"]["code"] == 413
    assert len(client.rpc("list_rpc_methods")) == 16
    # IPv6 is counted and blocked like IPv4.
    device = spin.devices[0]
    assert device.ping("2001:db8:2::7")
    site = spin.gateway.api.until(lambda: next((r for r in client.rpc("list_device_flows", device=device.mac)
                                   if client.rpc("get_device_data", node=r["to"])["ips"] == ["2001:db8:2::7"]), None), 10, "the IPv6 flow")
    assert site["bytes"] > 0 and site["icmp_type"] == 128
    client.rpc("add_iplist_ip", list="block", ip="2001:db8:2::7")
    assert not device.ping("2001:db8:2::7", 1)
    client.rpc("remove_iplist_ip", list="block", ip="2001:db8:2::7")
    assert device.ping("2001:db8:2::7")


def test_from_the_home_over_https(tmp_path):
    """At the home's own addresses: TLS, an account first, and of open networks only those that are listed."""
    control = TlsControl(tmp_path, spin_compat={"enabled": True, "auth": "open", "from": [f"{HERE}/32"]})
    headers = {"Content-Type": "application/json"}
    assert control.request("POST", RPC, headers=headers, body=CALL).status == 403  # nobody has an account yet
    made = control.api.request("POST", "/users", {"name": "sidn", "role": "user", "password": PASSWORD})
    assert made.status == 201
    reply = control.request("POST", RPC, headers=headers, body=CALL)
    assert reply.status == 200 and reply.json["result"] == []
    assert control.request("POST", RPC, address=HERE6, headers=headers, body=CALL).status == 403
    known = {**headers, **basic("sidn", PASSWORD)}
    assert control.request("POST", RPC, address=HERE6, headers=known, body=CALL).status == 200
    assert control.request("POST", RPC, headers={**headers, "Origin": f"https://{HERE}:13026"}, body=CALL).status == 200
    assert control.request("POST", RPC, headers={**headers, "Origin": f"http://{HERE}:13026"}, body=CALL).status == 403
