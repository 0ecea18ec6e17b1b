# SPDX-License-Identifier: BSD-3-Clause
"""IPFIX over UDP to pmacct's nfacctd, which reads it by code of its own: flow for flow and byte for byte what GET /flows says."""

from harness.collector import NUMBERS, Nfacctd, free_port
from harness.ipfix_case import all_told, begin, expected, status, summed, talk, until


def of_nfacctd(rows):
    for row in rows:
        name = str(row["ip_proto"])
        protocol = int(name) if name.isdigit() else NUMBERS[{"icmp": "ICMP", "ipv6-icmp": "ICMP6"}.get(name, name.upper())]
        ports = (0, 0) if protocol in (1, 58) else (row["port_src"], row["port_dst"])
        yield (row["ip_src"], row["ip_dst"], *ports, protocol), row["packets"], row["bytes"]


def test_nfacctd_over_udp(make_home, tmp_path):
    home, port = make_home(), free_port()
    collector = Nfacctd(tmp_path / "flows", port)
    api = begin(home, tmp_path, port, active="1s")
    until(api, "it is told", state="ok")
    talk(home)
    flows = all_told(home)
    assert status(api)["lost"] == 0
    assert summed(of_nfacctd(collector.flows())) == expected(flows)
