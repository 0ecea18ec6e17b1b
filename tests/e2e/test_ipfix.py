# SPDX-License-Identifier: BSD-3-Clause
"""IPFIX over UDP to Debian's nfcapd: flow for flow and byte for byte what GET /flows says."""

import socket

from harness.collector import Nfcapd, free_port
from harness.ipfix_case import all_told, begin, expected, of_nfdump, status, summed, talk, until


def test_nfcapd_over_udp(make_home, tmp_path):
    home, port = make_home(), free_port()
    collector = Nfcapd(tmp_path / "flows", port)
    api = begin(home, tmp_path, port, active="1s")
    until(api, "it is told", state="ok")
    talk(home)
    flows = all_told(home)
    assert api.request("POST", "/integrations/ipfix:test", timeout=20).status == 200
    s = status(api)
    assert s["lost"] == 0 and s["where"] == f"udp 127.0.0.1:{port}"
    got = summed(of_nfdump(collector.flows()))
    assert got == expected(flows)
    assert not any("Sequence" in line and not line.rstrip().endswith("0") for _, line in collector.process.lines if "Sequence" in line)


def test_nobody_takes_datagrams(make_home, tmp_path):
    home, port = make_home(), free_port()
    api = begin(home, tmp_path, port)
    s = until(api, "it is seen", state="failed")
    assert "Connection refused" in s["message"]
    assert api.request("POST", "/integrations/ipfix:test", timeout=20).status == 502
    assert home.devices[0].ping(home.router.ipv4), "forwarding does not mind"
    collector = Nfcapd(tmp_path / "flows", port)
    until(api, "it comes back by itself", state="ok")
    talk(home)
    flows = all_told(home)
    assert summed(of_nfdump(collector.flows())) == expected(flows)


def test_what_is_refused_is_counted(make_home, tmp_path):
    home = make_home()
    collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    collector.bind(("127.0.0.1", 0))
    collector.settimeout(30)
    api = begin(home, tmp_path, collector.getsockname()[1], active="1s")
    until(api, "it is told", state="ok")
    going = home.devices[0].pinger(home.router.ipv4)
    collector.recv(65536)  # templates
    collector.recv(65536)
    collector.close()
    s = until(api, "it is seen", state="failed")
    assert s["lost"] >= 1 and "Connection refused" in s["message"], s
    assert f'spin_integration_lost_total{{integration="ipfix"}} {s["lost"]}' in api.request("GET", "/metrics").body.decode()
    going.stop()
