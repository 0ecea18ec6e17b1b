# SPDX-License-Identifier: BSD-3-Clause
"""What health tells of the machine: its cores, which of them forward, whether it is fit, and how long it is mended."""

import json
import os

from harness.gateway import ROOT


def test_cores_and_their_workers(make_home):
    home = make_home(devices=1)
    home.gateway.start()
    api = home.gateway.api

    def cores():
        cpu = api.get("/health")["cpu"]
        told = [c for c in cpu["cores"] if c["workers"]]
        # Both counts need two readings.
        return told if told and cpu["seconds"] > 0 and told[0]["workers"][0]["busy_percent"] is not None else None

    (forwarding,) = api.until(cores, 15, "a core that forwards")
    assert [w["worker"] for w in forwarding["workers"]] == [0]
    assert 0 <= forwarding["busy_percent"] <= 100
    # Nothing is on the wire: the worker knows that it rests.
    api.until(lambda: cores()[0]["workers"][0]["busy_percent"] < 50, 15, "an idle worker")
    cpu = api.get("/health")["cpu"]
    assert {c["core"] for c in cpu["cores"]} >= os.sched_getaffinity(0)
    labels = f'worker="0",core="{forwarding["core"]}"'
    assert f"spin_worker_idle_seconds_total{{{labels}}}" in api.request("GET", "/metrics").body.decode()
    # Without the dataplane no core forwards.
    home.gateway.dataplane.stop()
    api.until(lambda: not any(c["workers"] for c in api.get("/health")["cpu"]["cores"]), 15, "no worker")


def test_how_long_it_is_mended(make_home):
    home = make_home(devices=0)
    home.gateway.start_control(connected=False)
    support = home.gateway.api.get("/health")["support"]
    assert f"until {support['until']}" in (ROOT / "SECURITY.md").read_text()
    assert support["ended"] == (support["message"] is not None)


def test_one_doctor_for_all(make_home):
    home = make_home(devices=0)
    home.gateway.start_control(connected=False)
    said = home.gateway.spinctl("doctor", "--json", check=False)
    asked = home.gateway.api.get("/health/checks")
    assert json.loads(said.stdout) == asked
    assert said.returncode == any(i["state"] == "fail" for i in asked["items"])
    assert {"cpu", "cores", "memory", "hugepages", "iommu", "ports", "support"} <= {i["check"] for i in asked["items"]}
    lines = home.gateway.spinctl("doctor", check=False).stdout
    assert all(i["text"] in lines and (i["hint"] or "") in lines for i in asked["items"])
    german = home.gateway.api.request("GET", "/health/checks", headers={"Accept-Language": "de"}).json["items"]
    assert [(i["check"], i["state"], i["found"]) for i in german] == [(i["check"], i["state"], i["found"]) for i in asked["items"]]
    assert german[0]["text"] != asked["items"][0]["text"]
