# SPDX-License-Identifier: BSD-3-Clause
"""IPFIX over TCP and TLS, read by Debian's ipfixDump and tshark: the same as GET /flows, and whole after every break."""

import json
import socket
import ssl
import threading

import pytest
from harness.collector import Collector, free_port, messages, records
from harness.gateway import PYTHON
from harness.ipfix_case import all_told, begin, expected, of_ipfixdump, status, summed, talk, until
from harness.netns import sh
from scapy.all import IP, UDP, wrpcap


MANY_FLOWS = """
import contextlib, itertools, socket, sys
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in itertools.cycle(range(20000, 26000)):
    with contextlib.suppress(OSError):
        link.sendto(b"x", (sys.argv[1], port))
"""


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
    assert all(r["octetDeltaCount"] == r["layer2OctetDeltaCount"] for r in found)
    assert not biflow or all(r["reverseOctetDeltaCount"] == r["reverseLayer2OctetDeltaCount"] for r in found)
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


@pytest.mark.parametrize("dies", [False, True])
def test_a_collector_that_hangs(make_home, tmp_path, dies):
    """It is connected, and does not read: what waits is bounded, what is lost is counted, and nobody else notices."""
    home = make_home()
    server = socket.create_server(("127.0.0.1", 0))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    api = begin(home, tmp_path, server.getsockname()[1], transport="tcp", active="1s")
    hanging, _ = server.accept()
    sender = home.devices[0].ns.popen(PYTHON, "-u", "-c", MANY_FLOWS, home.router.ipv4, name="a device with many flows")
    s = until(api, "it is seen", state="failed")
    assert "takes nothing" in s["message"] and s["sent"] > 0, s
    s = api.until(lambda: (now := status(api))["lost"] > 0 and now, 60, "the queue is full")
    assert s["waiting"] <= 16384 and api.request("POST", "/integrations/ipfix:test", timeout=20).status == 502
    assert home.devices[1].ping(home.router.ipv4), "forwarding does not mind"
    sender.stop()
    home.gateway.dataplane.stop()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "nothing new is told")
    before, got = status(api), tmp_path / "got"
    assert f'spin_integration_lost_total{{integration="ipfix"}} {before["lost"]}\n' in api.request("GET", "/metrics").body.decode()
    unheard = 0
    if dies:
        got.write_bytes(b"".join(messages(hanging.recv(1 << 20, socket.MSG_PEEK))))
        unheard = before["sent"] - len(records(got))
        hanging.close()  # with what it had not read
        hanging, _ = server.accept()
    with open(got, "wb") as to:
        reading = threading.Thread(target=lambda: [to.write(data) for data in iter(lambda: hanging.recv(65536), b"")])
        reading.start()
        after = until(api, "it goes on by itself", state="ok", waiting=0)
        home.gateway.control.stop()
        reading.join()
    came = len(records(got))
    assert after["lost"] - before["lost"] >= unheard and came >= after["sent"] - (before["sent"] if dies else 0), (before, after, unheard, came)
    assert (unheard > 0) == dies


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
