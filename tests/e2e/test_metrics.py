# SPDX-License-Identifier: BSD-3-Clause
"""/metrics, read by promtool and by the reference parser of OpenMetrics; dashboard and alert rules name nothing else."""

import json
import re
import subprocess

import yaml
from harness.gateway import ROOT
from harness.netns import sh
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_text

GRAFANA = ROOT / "platform/grafana"
# As Prometheus 2.42 asks.
PROMETHEUS = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")


def scrape(api, accept=None):
    return api.request("GET", "/metrics", headers={"Accept": accept} if accept else {})


def values(reply, reader=read_text):
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in reader(reply.body.decode()) for s in family.samples}


def value(samples, name, **labels):
    return samples[name, tuple(sorted(labels.items()))]


def begin(home, folder, **config):
    file = folder / "spin.yaml"
    file.write_text(json.dumps(config))
    home.gateway.start_control("--config", file, connected=False)
    home.gateway.start_dataplane()
    api = home.gateway.api
    assert home.devices[0].ping(home.router.ipv4, 10)
    api.device(home.devices[0].mac)
    api.until(lambda: (h := api.get("/health"))["generation"] == h["dataplane"]["generation"] and not h["policy_pending"], 30, "in force")
    return api


def expressions():
    dashboard = json.loads((GRAFANA / "spin-gateway.json").read_text())
    for panel in dashboard["panels"]:
        yield from (t["expr"] for t in panel["targets"])
    yield from (v["query"] for v in dashboard["templating"]["list"] if v["type"] == "query")
    for group in yaml.safe_load((GRAFANA / "spin-alerts.yaml").read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def test_what_others_read(make_home, tmp_path):
    home = make_home(devices=1)
    api = begin(home, tmp_path)
    plain = scrape(api)
    assert plain.headers["Content-Type"].startswith("text/plain; version=0.0.4") and b"# EOF" not in plain.body
    for type_, accept in (("text/plain", "text/plain"), ("text/plain", "*/*"), ("application/openmetrics-text", PROMETHEUS),
                          ("text/plain", "application/openmetrics-text;q=0, text/plain"),
                          ("application/openmetrics-text", "text/plain;q=0.5, application/openmetrics-text; q=0.7")):
        assert scrape(api, accept).headers["Content-Type"].startswith(type_), accept
    done = subprocess.run(["promtool", "check", "metrics"], input=plain.body, capture_output=True, check=False)
    assert done.returncode == 0 and not done.stdout + done.stderr, done
    opened = scrape(api, PROMETHEUS)
    assert opened.body.endswith(b"\n# EOF\n")
    families = list(read_open(opened.body.decode()))
    assert all(f.documentation for f in families) and len({f.name for f in families}) == len(families)
    steady = {"spin_policy_generation", "spin_port_info", "spin_devices", "spin_integration_enabled", "spin_rules"}

    def both():
        """The same in both formats, unless something changed in between."""
        replies = ((scrape(api), read_text), (scrape(api, PROMETHEUS), read_open))
        one, other = ({k: v for k, v in values(r, p).items() if k[0] in steady} for r, p in replies)
        return one == other and one

    assert {k[0] for k in api.until(both, 15, "both formats tell the same")} == steady


def test_all_that_health_knows(make_home, tmp_path):
    home = make_home(devices=1)
    api = begin(home, tmp_path)
    phone = api.device(home.devices[0].mac)["id"]
    api.act(f"/devices/{phone}", "block")
    assert not home.devices[0].ping(home.router.ipv4, 1)
    health = api.until(lambda: (h := api.get("/health"))["dataplane"]["generation"] == h["generation"] and h, 15, "in force")
    m = api.until(lambda: (v := values(scrape(api))) and value(v, "spin_packets_dropped_total", reason="device_blocked") and v, 15, "a drop")
    assert value(m, "spin_health", status=health["status"]) == 1
    assert value(m, "spin_policy_generation") == health["generation"] and value(m, "spin_policy_pending") == 0
    assert value(m, "spin_storage_ok") == value(m, "spin_history_ok") == value(m, "spin_configuration_ok") == 1
    assert value(m, "spin_history_bytes_max") == health["history"]["bytes_max"]
    for port in health["dataplane"]["ports"]:
        assert value(m, "spin_port_up", port=port["name"]) == port["link"]
        assert value(m, "spin_port_info", port=port["name"], side=port["side"], driver=port["driver"]) == 1
    assert value(m, "spin_devices_blocked") == 1
    assert sum(v for (name, _), v in m.items() if name == "spin_class_devices") == len(api.items("/devices"))
    assert value(m, "spin_integration_up", integration="prometheus") == 1
    assert value(m, "spin_integration_enabled", integration="eve") == value(m, "spin_integration_up", integration="eve") == 0
    assert value(m, "spin_bytes_dropped_total", reason="device_blocked") > 0
    assert not any("device" in dict(labels) for _, labels in m), "nobody asked for single devices"


def test_each_device(make_home, tmp_path):
    home = make_home()
    api = begin(home, tmp_path, prometheus={"devices": True})
    assert home.devices[1].ping(home.router.ipv4, 10)
    devices = [api.until(lambda x=x: (d := api.device(x.mac))["bytes_in"] and d["bytes_out"] and d["id"], 20, "it was counted")
               for x in home.devices]
    home.gateway.dataplane.stop()
    api.until(lambda: not api.get("/health")["dataplane"]["connected"], 15, "dataplane away")
    m = values(scrape(api))
    for name in devices:
        d = api.get(f"/devices/{name}")
        for way in ("in", "out"):
            assert value(m, "spin_device_bytes_total", device=name, direction=way) == d[f"bytes_{way}"] > 0
    assert value(m, "spin_devices_left_out") == 0
    text = scrape(api).body.decode()
    assert not any(x in text for h in (*home.devices, home.router) for x in (h.mac, h.ipv4, h.ipv6))


def test_dashboard_and_alerts(make_home, tmp_path):
    home = make_home(devices=1)
    api = begin(home, tmp_path)
    known = {name for name, _ in values(scrape(api))}
    asked = [set(re.findall(r"\b(?:spin|process)_\w+", e)) for e in expressions()]
    assert all(asked) and set().union(*asked) <= known, set().union(*asked) - known
    assert "SUCCESS" in sh("promtool", "check", "rules", GRAFANA / "spin-alerts.yaml").stdout
    # Every expression is one that Prometheus can read, once Grafana has filled its variables in.
    rules = [{"record": f"spin:x{i}", "expr": re.sub(r"\[\$\w+\]", "[5m]", e).replace("$gateway", ".*")}
             for i, e in enumerate(expressions()) if not e.startswith("label_values")]
    file = tmp_path / "expressions.yaml"
    file.write_text(json.dumps({"groups": [{"name": "x", "rules": rules}]}))
    sh("promtool", "check", "rules", file)
