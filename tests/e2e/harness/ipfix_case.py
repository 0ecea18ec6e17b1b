# SPDX-License-Identifier: BSD-3-Clause
"""A home whose gateway tells an IPFIX collector, and how what came is compared with GET /flows."""

import collections
import ipaddress
import json

from .collector import NUMBERS


def begin(home, folder, port, **keys):
    file = folder / "spin.yaml"
    file.write_text(json.dumps({"ipfix": {"enabled": True, "host": "127.0.0.1", "port": port, **keys}}))
    home.gateway.start_control("--config", file, connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 30, "dataplane connected")
    return api


def status(api):
    return api.get("/integrations/ipfix")


def until(api, what, **wanted):
    return api.until(lambda: (s := status(api)) and all(s[k] == v for k, v in wanted.items()) and s, 60, what)


def talk(home):
    phone, camera = home.devices
    server = home.router.serve()
    for address in (home.router.ipv4, home.router.ipv6):
        client = phone.fetch(address)
        client.wait_line("got", times=3)
        client.stop()
    server.stop()
    for address in (home.router.ipv4, home.router.ipv6):
        assert camera.ping(address)
    api = home.gateway.api
    api.until(lambda: sum(f["ended"] for f in api.items("/flows") if f["responder"]["port"] == 5001) == 2
              and sum(f["initiator"]["address"] in (camera.ipv4, camera.ipv6) and f["icmp"] is not None and f["icmp"]["id"] is not None
                      for f in api.items("/flows")) >= 2, 40, "both connections are over, and the pings were seen")


def all_told(home):
    """Every flow is over: another dataplane begins anew. Returns what GET /flows said last."""
    gateway = home.gateway
    api = gateway.api
    gateway.dataplane.stop()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
    flows = api.items("/flows")
    for host in (home.router, *home.devices):  # so that nothing new begins
        host.ns.run("ip", "link", "set", "eth0", "down")
    gateway.start_dataplane()
    # What control forgets is told of first: sent counts records, of which a flow may have had several.
    ours = {f["id"] for f in flows}
    api.until(lambda: not any(f["id"] in ours for f in api.items("/flows")) and status(api)["waiting"] == 0, 60, "every flow is told")
    return flows


def expected(flows):
    """{(from, to, ports, protocol): (packets, bytes)}, one way each."""
    sums = collections.Counter()
    for f in flows:
        for source, target, way in (("initiator", "responder", "to_responder"), ("responder", "initiator", "to_initiator")):
            if not f[f"packets_{way}"]:
                continue
            icmp = f["icmp"] is not None
            ports = (0, 0) if icmp else (f[source]["port"] or 0, f[target]["port"] or 0)
            key = (f[source]["address"], f[target]["address"], *ports, f["protocol_number"])
            sums[key, "packets"] += f[f"packets_{way}"]
            sums[key, "bytes"] += f[f"bytes_{way}"]
    return dict(sums)


def summed(rows):
    sums = collections.Counter()
    for key, packets, octets in rows:
        sums[key, "packets"] += packets
        sums[key, "bytes"] += octets
    return dict(sums)


def of_nfdump(rows):
    for row in rows:
        protocol = NUMBERS.get(row["pr"].strip()) or int(row["pr"])
        ports = (0, 0) if protocol in (1, 58) else (int(row["sp"]), int(row["dp"]))
        yield (row["sa"].strip(), row["da"].strip(), *ports, protocol), int(row["ipkt"]), int(row["ibyt"])


def of_ipfixdump(found, way=""):
    for r in found:
        names = ("source", "destination") if not way else ("destination", "source")
        version = "IPv4" if "sourceIPv4Address" in r else "IPv6"
        ends = [str(ipaddress.ip_address(r[f"{n}{version}Address"])) for n in names]
        ports = [int(r.get(f"{n}TransportPort", 0)) for n in names]
        counts = [int(r[k] if not way else r[f"reverse{k[0].upper()}{k[1:]}"]) for k in ("packetDeltaCount", "octetDeltaCount")]
        if counts[0]:
            yield (*ends, *ports, int(r["protocolIdentifier"])), *counts
