# SPDX-License-Identifier: BSD-3-Clause
"""What test_contract.py asks about incidents: every operation, and every error."""

SCOPE = "ietf-dots-signal-channel:mitigation-scope"


def scope(target, **more):
    return {SCOPE: {"scope": [{"target-prefix": [target], **more}]}}


def ask(good, told, api):
    assert told("reportIncident", "/incidents", body=scope("198.51.100.7")).json["key"] == "no_consent"
    api.request("PATCH", "/config", {"incidents": {"consent": "ask"}}, {"If-Match": "*"})
    made = good("reportIncident", "/incidents", body={**scope("198.51.100.7/32", mid=3), "evidence": "SYN flood"}, status=201).json
    assert made["state"] == "waiting" and made["matches"] and made[SCOPE]["scope"][0]["mid"] == 3
    one = f"/incidents/{made['id']}"
    assert good("containIncident", one + ":contain").json["rules"] >= 1
    assert told("containIncident", one + ":contain").json["key"] == "decided_already"
    good("getIncident", one)
    assert good("dismissIncident", one + ":dismiss").json["rules"] == 0
    assert told("withdrawIncident", one, method="DELETE").status == 204
    assert good("listIncidents", "/incidents").json["items"][0]["state"] == "withdrawn"


NOBODY = "/incidents/inc_0000000000001"
BAD = [
    ("reportIncident", "POST", "/incidents", {}, 400, "bad_incident"),
    ("reportIncident", "POST", "/incidents", scope("0.0.0.0/0"), 400, "bad_incident"),
    ("reportIncident", "POST", "/incidents", {**scope("198.51.100.7"), "from": "x"}, 400, "bad_incident"),
    ("getIncident", "GET", NOBODY, None, 404, "unknown_incident"),
    ("containIncident", "POST", NOBODY + ":contain", None, 404, "unknown_incident"),
    ("dismissIncident", "POST", NOBODY + ":dismiss", None, 404, "unknown_incident"),
    ("withdrawIncident", "DELETE", NOBODY, None, 404, "unknown_incident"),
]
