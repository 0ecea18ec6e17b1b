# SPDX-License-Identifier: BSD-3-Clause
"""IPFIX over TCP and TLS, read by Debian's ipfixDump and tshark: the same as GET /flows, and whole after every break."""

import json
import ssl

import pytest
from harness.collector import Collector, free_port, messages, records
from harness.ipfix_case import all_told, begin, expected, of_ipfixdump, status, summed, talk, until
from harness.netns import sh
from scapy.all import IP, UDP, wrpcap


@pytest.mark.parametrize("biflow", [False, True])
def test_tcp_and_two_readers(make_home, tmp_path, biflow):
    home, port = make_home(), free_port()
    api = begin(home, tmp_path, port, transport="tcp", biflow=biflow)
    talk(home)
    until(api, "nobody is there", state="failed")
    collector = Collector(tmp_path, port)
    until(api, "somebody is", state="ok")
    flows = all_told(home)
    home.gateway.control.stop()
    collector.close()
    found = records(collector.files[0])
    ways = ("", "reverse") if biflow else ("",)
    assert summed(x for way in ways for x in of_ipfixdump(found, way)) == expected(flows)
    assert {r["flowId"] for r in found} and all(r["flowEndReason"] in "134" for r in found)
    if biflow:
        assert {r["biflowDirection"] for r in found} == {"1"}
    # tshark too finds nothing wrong in it.
    datagrams = list(messages(collector.files[0].read_bytes()))
    wrpcap(str(tmp_path / "ipfix.pcap"), [IP(src="192.0.2.1", dst="192.0.2.2") / UDP(sport=5000, dport=4739) / m for m in datagrams])
    text = sh("tshark", "-r", tmp_path / "ipfix.pcap", "-d", "udp.port==4739,cflow", "-V").stdout
    assert "Malformed" not in text and "Expert Info" not in text and "no template found" not in text.lower()
    assert text.count("\n    Flow ") >= len(found) or text.count("Flow Id:") == len(found)


def test_a_collector_that_comes_and_goes(make_home, tmp_path):
    home, port = make_home(), free_port()
    collector = Collector(tmp_path, port)
    api = begin(home, tmp_path, port, transport="tcp", active="1s")
    until(api, "it is there", state="ok")
    collector.close()
    until(api, "it is gone", state="failed")
    going = home.devices[0].pinger(home.router.ipv4)
    going.wait_line("bytes from", times=5)
    api.until(lambda: status(api)["waiting"] > 0, 30, "records wait")
    again = Collector(tmp_path, port)
    until(api, "it is back", state="ok", waiting=0)
    going.stop()
    all_told(home)
    home.gateway.control.stop()
    again.close()
    assert records(again.files[0])


def test_tls(make_home, tmp_path):
    home, port = make_home(), free_port()
    for name in ("right", "wrong"):
        sh("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
           "-subj", "/CN=collector", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / f"{name}.key",
           "-out", tmp_path / f"{name}.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "right.pem", tmp_path / "right.key")
    collector = Collector(tmp_path, port, context)
    api = begin(home, tmp_path, port, transport="tls", ca=str(tmp_path / "wrong.pem"))
    s = until(api, "it is not believed", state="failed")
    assert "certificate is not believed" in s["message"], s
    assert home.devices[0].ping(home.router.ipv4)
    begin_again = json.loads((tmp_path / "spin.yaml").read_text())
    begin_again["ipfix"]["ca"] = str(tmp_path / "right.pem")
    (tmp_path / "spin.yaml").write_text(json.dumps(begin_again))
    assert api.request("POST", "/config:reload").status == 200
    until(api, "it is believed", state="ok")
    talk(home)
    flows = all_told(home)
    home.gateway.control.stop()
    collector.close()
    found = records(collector.files[-1])
    assert summed(of_ipfixdump(found)).items() <= expected(flows).items() and len(found) >= 6
