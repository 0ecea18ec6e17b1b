# SPDX-License-Identifier: BSD-3-Clause
"""What test_contract.py asks of the adapters to the world: every operation, and every error."""


def ask(good, told, api):
    before = good("getIntegration", "/integrations/prometheus").json
    assert (before["enabled"], before["state"], before["can_test"]) == (True, "ok", False)
    assert api.request("GET", "/metrics").status == 200
    after = good("getIntegration", "/integrations/prometheus").json
    assert after["sent"] == before["sent"] + 1 and after["last_contact"]
    assert told("testIntegration", "/integrations/prometheus:test").json["key"] == "nothing_to_test"
    assert after in good("listIntegrations", "/integrations").json["items"]


BAD = [
    ("getIntegration", "GET", "/integrations/x", None, 404, "unknown_integration"),
    ("testIntegration", "POST", "/integrations/x:test", None, 404, "unknown_integration"),
    ("testIntegration", "POST", "/integrations/prometheus:test", None, 409, "nothing_to_test"),
    ("testIntegration", "POST", "/integrations/eve:test", None, 409, "integration_off"),
    ("testIntegration", "POST", "/integrations/ipfix:test", None, 409, "integration_off"),
    ("testIntegration", "POST", "/integrations/mqtt:test", None, 409, "integration_off"),
]
