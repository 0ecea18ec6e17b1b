# SPDX-License-Identifier: BSD-3-Clause
"""Applications fail at once where the household wants that: NXDOMAIN, 0.0.0.0, silence, and resets."""

import re

import pytest

TABLE = {"www.ads.example": ["198.51.100.66", "2001:db8:2::66"], "www.news.example": ["198.51.100.67"]}


@pytest.fixture
def answering(make_home, tmp_path):
    """A home whose configuration says `answers`, with ads.example blocked for everyone."""
    def start(answers):
        home = make_home()
        (tmp_path / "spin.yaml").write_text(f"answers: {{{answers}}}\n")
        gateway = home.gateway
        gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
        gateway.start_dataplane()
        home.names(TABLE)
        assert home.resolve(home.devices[0], "www.ads.example") == ["198.51.100.66"]
        gateway.api.until(lambda: gateway.api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
        destination = gateway.api.destination("ads.example")
        gateway.api.act("/destinations/" + destination["id"], "block")
        return home
    return start


def originated(home, kind):
    text = home.gateway.api.request("GET", "/metrics").body.decode()
    return int(re.search(rf'^spin_packets_originated_total{{kind="{kind}"}} (\d+)$', text, re.M)[1])


@pytest.mark.parametrize("dns, answer, kind", [("nxdomain", [], "dns_nxdomain"), ("zero", ["0.0.0.0"], "dns_zero")])
def test_a_blocked_name_is_answered(answering, dns, answer, kind):
    home = answering("dns: " + dns)
    phone = home.devices[1]
    assert home.resolve(phone, "www.ads.example") == answer  # it never asked before
    assert home.resolve(phone, "www.news.example") == ["198.51.100.67"]
    home.gateway.api.until(lambda: originated(home, kind) == 1, 10, "the answer counted")


def test_resets(answering):
    home = answering("tcp: reset")
    tv = home.devices[0]
    done = tv.ns.run("curl", "-s", "-m", "10", "http://198.51.100.66/", check=False)
    assert done.returncode == 7  # refused, not timed out (28)
    home.gateway.api.until(lambda: originated(home, "tcp_reset") >= 1, 10, "the reset counted")
