# SPDX-License-Identifier: BSD-3-Clause
"""The original SPIN's own clients, unmodified: SPIN_ORIGINAL=FOLDER names a checkout of SIDN/spin. None of it is kept
here (its licence is another); what its clients need is asserted in our own words by the other test_spin_*.py."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from harness.broker import Broker, ShippedBroker
from harness.process import Process
from harness.spin_client import PASSWORD, SpinClient, start

ORIGINAL = Path(os.environ.get("SPIN_ORIGINAL") or "/nonexistent")
WEB = Path(__file__).resolve().parents[1] / "web"
MARK = ORIGINAL / "scripts" / "spin_jrpc_client.py"
SITE = "www.example.org"

if not MARK.is_file():
    pytest.skip("the original's clients: set SPIN_ORIGINAL to a checkout of SIDN/spin", allow_module_level=True)


def begin(home, broker, more=""):
    """A device that fetches from SITE, with the gateway, the original's page and a broker."""
    folder = home.gateway.state_dir.parent
    gui = folder / "gui"
    shutil.copytree(ORIGINAL / "src/spinweb/static/spin_graph", gui)
    shutil.copy(ORIGINAL / "src/spinweb/templates/capture.html", gui)
    start(home, more=f"  web_root: {gui}\nincidents: {{consent: act}}\n"
                     f"mqtt: {{enabled: true, host: 127.0.0.1, port: {broker.port}{more}}}\n")
    home.broker, home.spin = broker, SpinClient(home.gateway.api)
    home.names({SITE: ["198.51.100.7"]})
    home.resolve(home.devices[0], SITE)
    home.router.serve()
    home.devices[0].fetch("198.51.100.7").wait_line("got")
    return home


@pytest.fixture
def spin(make_home, tmp_path):
    return begin(make_home(), Broker(tmp_path).start())


def url(home, name="sidn", password=PASSWORD):
    who = f"{name}:{quote(password)}@" if name else ""
    return f"http://{who}127.0.0.1:{home.gateway.api.port}/spin_api/jsonrpc"


def script(path, *argv):
    return subprocess.run([sys.executable, ORIGINAL / path, *map(str, argv)], text=True, capture_output=True, timeout=60)


def test_the_command_line(spin):
    pytest.importorskip("requests")

    def call(*argv, **who):
        done = script("scripts/spin_jrpc_client.py", "-u", url(spin, **who), *argv)
        assert done.returncode == 0 and not done.stderr, (argv, done)
        return done.stdout if done.stdout.startswith("Error") else json.loads(done.stdout).get("result")
    device = spin.devices[0]
    assert len(call("list_rpc_methods")) == 16
    node = next(n for n in call("list_devices") if n["mac"] == device.mac)["id"]
    assert device.ipv4 in call("get_device_data", "node", node)["ips"]
    flow = next(f for f in call("list_device_flows", "device", device.mac) if f["dst_port"] == 5001)
    assert call("get_device_data", "node", flow["to"])["domains"] == [SITE + "."]
    assert call("set_device_name", "node", node, "name", "telly") is None and call("get_device_data", "node", node)["name"] == "telly"
    for name in ("ignore", "block", "allow"):
        assert call("add_iplist_node", "list", name, "node", node) is None and device.ipv4 in call("list_iplist", "list", name)
        assert device.ping(spin.router.ipv4, 1) is (name != "block")
        assert call("remove_iplist_node", "list", name, "node", node) is None and call("list_iplist", "list", name) == []
        assert call("add_iplist_ip", "list", name, "ip", "198.51.100.9") is None and call("list_iplist", "list", name) == ["198.51.100.9"]
        assert call("remove_iplist_ip", "list", name, "ip", "198.51.100.9") is None and call("list_iplist", "list", name) == []
    assert call("reset_iplist_ignore") is None
    assert call("set_flow_block", "node1", node, "node2", flow["to"], "block", 1) is None
    pair, = call("get_flow_block")
    assert {pair["node1"], pair["node2"]} == {node, flow["to"]} and not device.ping("198.51.100.7", 1)
    assert call("set_device_flow_block", "device", device.mac, "node", flow["to"], "block", 0) is None
    assert call("get_flow_block") == [] and device.ping("198.51.100.7")
    assert call("node_add_ip", "node", 0, "ipaddr", "203.0.113.9") is None
    assert "Error code: -1\nError message: Unknown node id" in call("get_device_data", "node", 4711)
    assert "Error code: 401\nError message: Nobody is logged in" in call("list_devices", name=None)


def test_the_request_maker_for_dots(spin):
    pytest.importorskip("requests")
    device, admin = spin.devices[0], {"name": "any", "password": spin.gateway.token()}
    done = script("scripts/dots_request.py", "-u", url(spin), "-a", "-t", "198.51.100.7/32")
    assert "The role user may not do this" in done.stdout and not done.stderr
    done = script("scripts/dots_request.py", "-u", url(spin, **admin), "-a", "-t", "198.51.100.7/32", "--port", "5001-5002", "--port", "80-81")
    assert "'jsonrpc': '2.0'" in done.stdout and "error" not in done.stdout and not done.stderr
    assert not device.ping("198.51.100.7", 1) and device.ping("198.51.100.8")


def test_the_traffic_overview(spin, tmp_path):
    """It was written for whole nodes in flows."""
    (tmp_path / "spin.yaml").write_text((tmp_path / "spin.yaml").read_text().replace("  auth:", "  flows: nodes\n  auth:"))
    assert spin.gateway.api.request("POST", "/config:reload").status == 200
    ear = spin.broker.subscribe("SPIN/traffic")
    ear.until("SPIN/traffic", lambda m: m["command"] == "traffic" and isinstance(m["result"]["flows"][0]["from"], dict))
    ear.stop()
    overview = Process([sys.executable, "-u", ORIGINAL / "python/spin_traffic_overview.py", "-p", spin.broker.port, "-i", "3"], name="overview")
    mac = spin.devices[0].mac
    overview.wait_line(rf"^{mac}:\d+  {SITE}\.:5001  in: 0b  out: \d+(kb|Mb) packets: \d+$", 30)
    assert overview.running and "Traceback" not in overview.text


def test_the_page(make_home, tmp_path):
    """With the broker as it is shipped: the page asks who one is, and tells its capture window."""
    if not (WEB / "node_modules").is_dir():
        pytest.skip("no browser driver: run `scripts/setup --test`")
    broker = ShippedBroker(tmp_path, {"spin": "gateway", "sidn": PASSWORD}).start()
    spin = begin(make_home(), broker, ", username: spin, password: gateway")
    device, api = spin.devices[0], spin.gateway.api
    env = {**os.environ, "SPIN_URL": f"http://127.0.0.1:{api.port}", "SPIN_MQTT_PORT": str(broker.web), "SPIN_MAC": device.mac,
           "SPIN_SITE": SITE, "SPIN_USER": "sidn", "SPIN_PASSWORD": PASSWORD}
    done = subprocess.run(["node", WEB / "original.mjs"], env=env, text=True, capture_output=True, timeout=240)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    refused, *others = seen["complaints"]
    assert "not authorized" in refused and others == seen["foreign"] == seen["alerts"] == []
    assert seen["status"] == "Connected" and seen["edge"]["label"] == "5001"
    assert (seen["own"]["label"], seen["own"]["colour"]) == (device.mac, "#dddddd")
    assert (seen["far"]["label"], seen["far"]["colour"]) == (SITE + ".", "#bbffbb")
    assert f"HW Addr: {device.mac}" in seen["info"] and device.ipv4 in seen["info"] and "Packets seen: " in seen["info"]
    assert device.ipv4 in seen["blocked"] and device.ipv4 in seen["allowed"] and device.ipv4 in seen["ignored"]
    name = 'Größe <i>& "Co"'
    assert seen["label"] == name and "Block flow" in seen["flow"] and seen["flow_blocked"] == "Unblock flow"
    window = seen["capture"]
    assert window["complaints"] == window["foreign"] == [] and name in window["text"] and device.ipv4 in window["text"]
    assert len(window["file"]) == 2 * window["bytes"] and device.mac.replace(":", "") in window["file"]
    # What its buttons did is in the audit trail, and nothing of it is left.
    done = {e["operation"] for e in api.items("/audit") if (e["who"], e["way"]) == ("sidn", "spin")}
    assert done >= {"actOnDevice", "actOnPair", "editDevice", "createCapture"}, done
    assert [spin.spin.rpc("list_iplist", list=one) for one in ("block", "allow", "ignore")] == [[], [], []]
    assert spin.spin.rpc("get_flow_block") == []
