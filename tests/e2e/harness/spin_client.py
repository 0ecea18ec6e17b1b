# SPDX-License-Identifier: BSD-3-Clause
"""A client of the original SPIN, written after its contract alone: JSON-RPC over HTTP, with a name and a password."""

import base64
import http.client
import json
import socket

PASSWORD = "correct horse battery"
METHODS = {
    "list_rpc_methods": {}, "list_devices": {}, "get_device_data": {"node": int}, "list_device_flows": {"device": str},
    "set_device_name": {"node": int, "name": str}, "list_iplist": {"list": str},
    "add_iplist_node": {"list": str, "node": int}, "remove_iplist_node": {"list": str, "node": int},
    "add_iplist_ip": {"list": str, "ip": str}, "remove_iplist_ip": {"list": str, "ip": str},
    "reset_iplist_ignore": {}, "set_flow_block": {"node1": int, "node2": int, "block": int}, "get_flow_block": {},
    "set_device_flow_block": {"device": str, "node": int, "block": int}, "node_add_ip": {"node": int, "ipaddr": str},
    "dots_signal": {"dots_signal": dict}}


def start(home, auth="account", more=""):
    """The gateway with SPIN's clients allowed, and a user `sidn`."""
    folder = home.gateway.state_dir.parent
    (folder / "spin.yaml").write_text(f"spin_compat:\n  enabled: true\n  auth: {auth}\n{more}")
    home.gateway.start_control("--config", folder / "spin.yaml", connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    made = api.request("POST", "/users", {"name": "sidn", "role": "user", "password": PASSWORD})
    assert made.status == 201, made.body
    return api


class SpinClient:
    def __init__(self, api, name="sidn", password=PASSWORD):
        self.host, self.port, self.number = api.host, api.port, 0
        self.credentials = {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()} if name else {}

    def ask(self, method, path, body=None, headers=None, timeout=20):
        """(status, headers, body)"""
        link = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            link.request(method, path, body, {**self.credentials, **(headers or {})})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def open(self, path, timeout=20):
        """A GET whose answer is read by the caller."""
        link = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        link.request("GET", path, headers=self.credentials)
        return link, link.getresponse()

    def raw(self, message):
        body = message if isinstance(message, (bytes, str)) else json.dumps(message)
        status, headers, answer = self.ask("POST", "/spin_api/jsonrpc", body, {"Content-Type": "application/json"})
        assert status == 200, (status, answer)
        return json.loads(answer) if answer else None

    def rpc(self, method, **params):
        """The result, or None for "void"; an error is raised as (code, message)."""
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, **({"params": params} if params else {})}
        answer = self.raw(message)
        assert answer["jsonrpc"] == "2.0" and answer["id"] == self.number, answer
        if "error" in answer:
            raise RpcError(answer["error"]["code"], answer["error"]["message"])
        assert set(answer) <= {"jsonrpc", "id", "result"}
        return answer.get("result")

    def node(self, mac):
        return next(n for n in self.rpc("list_devices") if n["mac"] == mac)


class RpcError(Exception):
    pass


def over_socket(path, text, shut=False):
    """One request over the unix socket, and its one line."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(15)
        s.connect(str(path))
        s.sendall(text if isinstance(text, bytes) else text.encode())
        if shut:
            s.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := s.recv(65536):
            answer += piece
    return answer
