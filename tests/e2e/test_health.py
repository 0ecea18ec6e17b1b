# SPDX-License-Identifier: BSD-3-Clause
"""What health tells of the machine: its cores, which of them forward, and how long this version is mended."""

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
