# SPDX-License-Identifier: BSD-3-Clause
"""The sixteen JSON-RPC methods of the original SPIN: results, errors, and that they do what they say."""

import json
import random

import pytest
from harness.spin_client import METHODS, RpcError, SpinClient, over_socket, start


def error_of(client, method, **params):
    with pytest.raises(RpcError) as e:
        client.rpc(method, **params)
    return e.value.args


@pytest.fixture
def spin(make_home):
    home = make_home(devices=3)
    start(home)
    home.spin = SpinClient(home.gateway.api)
    for device in home.devices:
        device.ping(home.router.ipv4)
        home.gateway.api.device(device.mac)
    return home


def addresses(device):
    return {device.ipv4, device.ipv6}


def test_every_method_with_every_wrong_parameter(spin):
    """Whatever is missing, too much, misnamed or of another type has the error that the contract lists."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    client = spin.spin
    told = client.rpc("list_rpc_methods")
    names = {int: "int", str: "string", dict: "complex"}
    assert {m["rpc-name"]: {a["rpc-arg-name"]: a["rpc-arg-type"] for a in m["rpc-args"]} for m in told} == {
        m: {k: names[t] for k, t in params.items()} for m, params in METHODS.items()}
    assert all(set(m) == {"rpc-name", "rpc-args", "rpc-result-type"} for m in told)
    good = {int: 1, str: "block", dict: {}}
    wrong = {int: ["1", 1.5, True, None, [1], {}], str: [7, None, ["block"], {}, True], dict: ["x", 7, None, [], False]}
    for method, params in METHODS.items():
        whole = {k: good[t] for k, t in params.items()}
        assert error_of(client, method, **whole, more=1) == (-1, "Wrong number of arguments"), method
        for name, kind in params.items():
            rest = {k: v for k, v in whole.items() if k != name}
            if rest:
                assert error_of(client, method, **rest) == (-1, "Wrong number of arguments"), (method, name)
            assert error_of(client, method, **rest, other=1) == (-1, "No such argument registered"), (method, name)
            assert error_of(client, method, **rest, **{name: dice.choice(wrong[kind])}) == (-1, "Wrong type of argument"), (method, name)
        answer = client.raw({"jsonrpc": "2.0", "id": 5, "method": method, "params": [1]})
        assert answer == {"jsonrpc": "2.0", "id": 5, "error": {"code": 3, "message": "'params' object must be a dict"}}


def test_requests_that_are_none(spin):
    client = spin.spin
    version = {"code": 1, "message": "Wrong JSON-RPC version, expected 2.0"}
    for text in ("", "nonsense", "[]", '{"jsonrpc":"2.0","method":"list_devices"', '{"a":1,"a":2}'):
        assert client.raw(text) == {"jsonrpc": "2.0", "error": version}, text
    assert client.raw({"jsonrpc": "1.0", "id": 1, "method": "list_devices"}) == {"jsonrpc": "2.0", "id": 1, "error": version}
    for method in (None, 7, {}):
        assert client.raw({"jsonrpc": "2.0", "id": 2, "method": method})["error"] == {"code": 2, "message": "method is not a string"}
    assert error_of(client, "explode") == (-1, "No such function registered")
    # A request without an id is a notification: nothing is answered; and without a version it is understood.
    assert client.raw({"jsonrpc": "2.0", "method": "list_devices"}) is None
    assert client.raw({"json_rpc": "2.0", "id": 7, "method": "get_flow_block"}) == {"jsonrpc": "2.0", "id": 7, "result": []}
    # Without both, as the request maker for DOTS sends it, an id is put in and the answer comes.
    answer = client.raw({"method": "get_flow_block"})
    assert isinstance(answer.pop("id"), int) and answer == {"jsonrpc": "2.0", "result": []}
    assert client.raw({"id": "x", "method": "get_flow_block"}) == {"jsonrpc": "2.0", "id": "x", "result": []}


def test_nodes_and_names(spin):
    client, device = spin.spin, spin.devices[0]
    nodes = client.rpc("list_devices")
    assert {d.mac for d in spin.devices} <= {n["mac"] for n in nodes}
    node = client.node(device.mac)
    assert isinstance(node["id"], int) and node["id"] >= 1 and set(node["ips"]) >= {device.ipv4} and node["domains"] == []
    assert isinstance(node["lastseen"], int) and not {"is_blocked", "is_excepted"} & set(node)
    assert client.rpc("get_device_data", node=node["id"]) == node
    assert error_of(client, "get_device_data", node=4_000_000) == (-1, "Unknown node id")
    assert client.rpc("set_device_name", node=node["id"], name="Größe <b>") is None
    assert client.node(device.mac)["name"] == "Größe <b>"
    assert spin.gateway.api.device(device.mac)["name"] == "Größe <b>"
    other = client.node(spin.devices[1].mac)["id"]
    assert error_of(client, "set_device_name", node=other, name="Größe <B>") == (-1, "Another device is called 'Größe <B>'")
    assert error_of(client, "set_device_name", node=other, name="x" * 65)[0] == -1
    assert error_of(client, "set_device_name", node=99_999, name="x") == (-1, "Unknown node id")
    entry = next(e for e in spin.gateway.api.items("/audit") if e["operation"] == "editDevice")
    assert (entry["who"], entry["way"], entry["role"]) == ("sidn", "spin", "user")
    assert spin.gateway.api.request("POST", "/undo").status == 200
    assert client.node(device.mac).get("name") != "Größe <b>"


def test_blocking_and_allowing_a_device(spin):
    client, device = spin.spin, spin.devices[0]
    node = client.node(device.mac)["id"]
    assert client.rpc("list_iplist", list="block") == []
    assert client.rpc("add_iplist_node", list="block", node=node) is None
    assert not device.ping(spin.router.ipv4, 1)
    assert client.node(device.mac)["is_blocked"] is True
    listed = client.rpc("list_iplist", list="block")
    assert device.ipv4 in listed and set(listed) == set(client.node(device.mac)["ips"])
    client.rpc("add_iplist_node", list="block", node=node)  # twice is once
    # A new address of a blocked node is blocked too, and on the list.
    device.ns.run("ip", "addr", "add", "192.0.2.77/24", "dev", "eth0")
    assert device.ns.run("ping", "-c1", "-w1", "-I", "192.0.2.77", spin.router.ipv4, check=False).returncode != 0
    spin.gateway.api.until(lambda: "192.0.2.77" in client.rpc("list_iplist", list="block"), 10, "the new address")
    client.rpc("remove_iplist_node", list="block", node=node)
    assert device.ping(spin.router.ipv4) and client.rpc("list_iplist", list="block") == []
    client.rpc("add_iplist_node", list="allow", node=node)
    assert client.node(device.mac)["is_excepted"] is True and device.ipv4 in client.rpc("list_iplist", list="allow")
    client.rpc("remove_iplist_ip", list="allow", ip=device.ipv4)
    assert "is_excepted" not in client.node(device.mac) and client.rpc("list_iplist", list="allow") == []
    for name in ("", "party", "blocks"):
        assert error_of(client, "list_iplist", list=name) == (-1, "Unknown ip list name, should be 'ignore', 'block', or 'allow'")
        assert error_of(client, "add_iplist_node", list=name, node=node)[0] == -1
    assert error_of(client, "add_iplist_node", list="block", node=12345) == (-2, "Unknown node id")
    assert error_of(client, "remove_iplist_node", list="block", node=12345) == (-2, "Unknown node id")


def test_lists_of_addresses(spin):
    client, device, api = spin.spin, spin.devices[0], spin.gateway.api
    assert device.ping("198.51.100.7") and device.ping("198.51.100.8")
    client.rpc("add_iplist_ip", list="block", ip="198.51.100.7")
    assert not device.ping("198.51.100.7", 1) and device.ping("198.51.100.8")
    client.rpc("add_iplist_ip", list="block", ip="198.51.100.7")
    client.rpc("add_iplist_ip", list="block", ip="2001:db8:2::99")
    assert client.rpc("list_iplist", list="block") == ["198.51.100.7", "2001:db8:2::99"]
    client.rpc("remove_iplist_ip", list="block", ip="198.51.100.7")  # removed once is removed
    assert device.ping("198.51.100.7")
    client.rpc("remove_iplist_ip", list="block", ip="2001:db8:2::99")
    # A network is a network: the original forgets the mask.
    client.rpc("add_iplist_ip", list="block", ip="198.51.100.0/24")
    assert client.rpc("list_iplist", list="block") == ["198.51.100.0/24"]
    assert not device.ping("198.51.100.8", 1)
    client.rpc("remove_iplist_ip", list="block", ip="198.51.100.0/24")
    assert client.rpc("list_iplist", list="block") == [] and device.ping("198.51.100.8")
    # The address of a device of ours is the device.
    client.rpc("add_iplist_ip", list="block", ip=device.ipv4)
    assert client.node(device.mac)["is_blocked"] and not device.ping(spin.router.ipv6, 1)
    client.rpc("remove_iplist_ip", list="block", ip=device.ipv4)
    assert "is_blocked" not in client.node(device.mac)
    for ip in ("", "x", "1.2.3", "192.0.2.0/33", "192.0.2.1/24", "fe80::1%eth0"):
        assert error_of(client, "add_iplist_ip", list="block", ip=ip) == (-1, "Not a valid IP address"), ip
    # Ignoring hides, and does not unblock; reset shows everything again, whatever put it there.
    client.rpc("add_iplist_ip", list="ignore", ip="198.51.100.8")
    client.rpc("add_iplist_node", list="ignore", node=client.node(device.mac)["id"])
    client.rpc("add_iplist_ip", list="ignore", ip="203.0.113.5")
    ignored = client.rpc("list_iplist", list="ignore")
    assert {"198.51.100.8", "203.0.113.5", device.ipv4} <= set(ignored)
    assert error_of(client, "add_iplist_ip", list="ignore", ip="203.0.113.0/24") == (-1, "Not a valid IP address")
    assert client.rpc("reset_iplist_ignore") is None
    assert client.rpc("list_iplist", list="ignore") == []
    assert not api.device(device.mac)["ignored"]


def test_flows_and_pairs(spin):
    client, device, other, third = spin.spin, *spin.devices
    spin.names({"www.example.org": ["198.51.100.7"]})
    spin.resolve(device, "www.example.org")
    assert device.ping("198.51.100.7") and other.ping("198.51.100.7")
    spin.gateway.api.destination("example.org")

    def flow():
        rows = client.rpc("list_device_flows", device=device.mac)
        nodes = {r["to"]: client.rpc("get_device_data", node=r["to"]) for r in rows}
        return next((r for r in rows if "www.example.org." in nodes[r["to"]]["domains"]), None)
    row = spin.gateway.api.until(flow, 10, "the flow to example.org")
    assert set(row) == {"to", "dst_port", "icmp_type", "packets", "bytes", "lastseen"} and row["icmp_type"] == 8
    assert row["packets"] >= 2 and row["bytes"] >= 2 * 84
    node, site = client.node(device.mac)["id"], row["to"]
    assert client.rpc("get_device_data", node=site)["ips"] == ["198.51.100.7"]
    assert client.rpc("set_flow_block", node1=site, node2=node, block=1) is None
    assert not device.ping("198.51.100.7", 1) and other.ping("198.51.100.7")
    assert client.rpc("get_flow_block") == [{"node1": min(site, node), "node2": max(site, node)}]
    blocked = next(r for r in client.rpc("list_device_flows", device=device.mac) if r["to"] == site and "blocked" in r)
    assert set(blocked) == {"to", "dst_port", "icmp_type", "blocked"} and blocked["blocked"] == 1
    client.rpc("set_flow_block", node1=node, node2=site, block=0)
    assert device.ping("198.51.100.7") and client.rpc("get_flow_block") == []
    client.rpc("set_device_flow_block", device=device.mac, node=site, block=1)
    assert not device.ping("198.51.100.7", 1)
    client.rpc("set_device_flow_block", device=device.mac.upper(), node=site, block=0)
    assert device.ping("198.51.100.7")
    # Two devices of ours: every address of the one, in the rules of the other.
    two = client.node(other.mac)["id"]
    client.rpc("set_flow_block", node1=node, node2=two, block=1)
    assert client.rpc("get_flow_block") == [{"node1": min(two, node), "node2": max(two, node)}]
    client.rpc("set_flow_block", node1=two, node2=node, block=0)
    assert client.rpc("get_flow_block") == []
    assert [r["sentence"] for r in spin.gateway.api.items("/rules")] == []
    # The original says nothing of nodes that are not there, and makes an entry with a random port.
    before = client.rpc("list_device_flows", device=device.mac)
    assert error_of(client, "set_flow_block", node1=node, node2=70_000, block=1) == (-1, "Unknown node id")
    assert error_of(client, "set_flow_block", node1=70_001, node2=70_000, block=1) == (-1, "Unknown node id")
    assert error_of(client, "set_flow_block", node1=node, node2=node, block=1) == (-1, "Unknown node id")
    assert error_of(client, "set_device_flow_block", device="02:00:00:00:99:99", node=site, block=1) == (-1, "Device not found")
    assert error_of(client, "list_device_flows", device="nonsense") == (-1, "Device not found")
    assert {(r["to"], r["dst_port"]) for r in client.rpc("list_device_flows", device=device.mac)} >= {(r["to"], r["dst_port"]) for r in before}
    assert client.rpc("get_flow_block") == []


def test_addresses_by_hand(spin):
    client = spin.spin
    assert client.rpc("node_add_ip", node=0, ipaddr="203.0.113.9") is None
    assert error_of(client, "node_add_ip", node=0, ipaddr="203.0.113.9") == (-1, "IP address already assigned to a node")
    assert error_of(client, "node_add_ip", node=0, ipaddr="x") == (-1, "Invalid IP address")
    assert error_of(client, "node_add_ip", node=77_777, ipaddr="203.0.113.10") == (-1, "Unknown node id")
    node = client.node(spin.devices[0].mac)["id"]
    client.rpc("node_add_ip", node=node, ipaddr="192.0.2.200")
    assert "192.0.2.200" in client.node(spin.devices[0].mac)["ips"]


def test_numbers_are_for_good(spin, tmp_path):
    """Node numbers survive a restart and a crash, and none is given twice."""
    client, gateway = spin.spin, spin.gateway
    before = {n["mac"]: n["id"] for n in client.rpc("list_devices")}
    blocked = client.node(spin.devices[0].mac)["id"]
    client.rpc("add_iplist_node", list="block", node=blocked)
    gateway.control.stop()
    gateway.start_control("--config", tmp_path / "spin.yaml")
    client = SpinClient(gateway.api)
    assert {n["mac"]: n["id"] for n in client.rpc("list_devices")} == before
    # What is on a list is in force after a restart, too.
    assert spin.devices[0].ipv4 in client.rpc("list_iplist", list="block") and not spin.devices[0].ping(spin.router.ipv4, 1)
    gateway.control.kill9()
    gateway.start_control("--config", tmp_path / "spin.yaml")
    client = SpinClient(gateway.api)
    spin.arrive(30).ping(spin.router.ipv4)
    gateway.api.device("02:00:00:00:01:1e")
    after = {n["mac"]: n["id"] for n in client.rpc("list_devices")}
    assert {m: after[m] for m in before} == before
    assert after["02:00:00:00:01:1e"] > max(before.values())


def test_over_the_unix_socket(make_home, tmp_path):
    home = make_home()
    path = tmp_path / "rpc.sock"
    start(home, more=f"  rpc_socket: {path}\n")
    device = home.devices[0]
    device.ping(home.router.ipv4)
    home.gateway.api.device(device.mac)

    def ask(method, shut=False, **params):
        answer = over_socket(path, json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}), shut)
        assert answer.endswith(b"\n") and answer.count(b"\n") == 1
        return json.loads(answer)
    assert path.stat().st_mode & 0o777 == 0o660
    told = over_socket(path, '{"jsonrpc":"2.0","id":1,"method":"list_rpc_methods"}')
    assert len(told) > 1024 and len(json.loads(told)["result"]) == 16  # the original cuts it there
    node = next(n for n in ask("list_devices", shut=True)["result"] if n["mac"] == device.mac)["id"]
    assert ask("add_iplist_node", list="block", node=node) == {"jsonrpc": "2.0", "id": 1}
    assert not device.ping(home.router.ipv4, 1)
    entry = home.gateway.api.get("/audit?operation=actOnDevice")["items"][0]
    assert (entry["who"], entry["way"], entry["source"]) == ("root", "spin", "unix")
    assert json.loads(over_socket(path, "{" * 50 + "}" * 50))["error"]["code"] == 1
    assert json.loads(over_socket(path, b"\0\xff", shut=True))["error"]["code"] == 1
    assert json.loads(over_socket(path, b'{"jsonrpc":"2.0","id":1,"x":"' + b"a" * 8000))["error"]["code"] == 1
    # Whoever connects and stays silent holds nobody up.
    import socket
    silent = [socket.socket(socket.AF_UNIX) for _ in range(8)]
    for one in silent:
        one.connect(str(path))
    assert ask("get_flow_block")["result"] == []
    for one in silent:
        one.close()


def test_spinctl(spin):
    told = spin.gateway.spinctl("rpc", "list_iplist", '{"list":"block"}')
    assert json.loads(told.stdout) == {"jsonrpc": "2.0", "id": 1, "result": []}
    wrong = spin.gateway.spinctl("rpc", "explode", check=False)
    assert wrong.returncode == 1 and json.loads(wrong.stdout)["error"]["message"] == "No such function registered"
    assert spin.gateway.spinctl("rpc", "list_iplist", "{nonsense", check=False).returncode == 1


def test_dots(make_home):
    """A report goes where all of them go; the household's consent decides, and a user's account may not report."""
    home = make_home()
    api = start(home)
    scope = {"ietf-dots-signal-channel:mitigation-scope": {"scope": [{"lifetime": 300, "target-prefix": ["198.51.100.7/32"]}]}}
    admin = SpinClient(api, name="any", password=home.gateway.token())
    assert error_of(SpinClient(api), "dots_signal", dots_signal=scope) == (-1, "The role user may not do this")
    assert error_of(admin, "dots_signal", dots_signal=scope) == (1, "DOTS support is not enabled in spind.conf")
    assert error_of(admin, "dots_signal", dots_signal={"x": 1})[0] == 1
    device = home.devices[0]
    assert device.ping("198.51.100.7")
    folder = home.gateway.state_dir.parent
    (folder / "spin.yaml").write_text((folder / "spin.yaml").read_text() + "incidents: {consent: act}\n")
    assert api.request("POST", "/config:reload").status == 200
    assert admin.rpc("dots_signal", dots_signal=scope) is None
    assert not device.ping("198.51.100.7", 1) and device.ping("198.51.100.8")
