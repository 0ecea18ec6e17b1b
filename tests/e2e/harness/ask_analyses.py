# SPDX-License-Identifier: BSD-3-Clause
"""What test_contract.py asks of analyses: every operation, and every error."""

import struct

BYTES = {"Content-Type": "application/octet-stream"}


def ask(good, told, api):
    """`good` wants 200, `told` takes any status."""
    frame = bytes.fromhex("020000000002" "020000000001" "0800" "4500001c000000004011" "0000" "c0a80102" "c6336407" "13880035" "00080000")
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame
    made = told("createAnalysis", "/analyses", body={"name": "x.pcap", "bytes": len(data), "home": ["192.168.0.0/16"]})
    assert made.status == 201
    path = "/analyses/" + made.json["id"]
    early = told("getAnalysisGraph", path + "/graph")
    assert (early.status, early.json["key"]) == (409, "analysis_not_ready")
    wrong = told("putAnalysisPart", path + "/parts/1", body=data, headers=BYTES)
    assert (wrong.status, wrong.json["key"]) == (409, "wrong_part")
    assert good("putAnalysisPart", path + "/parts/0", body=data, headers=BYTES).json["received"] == len(data)
    api.until(lambda: api.get(path)["state"] == "ready", 30, "the analysis")
    assert good("getAnalysis", path).json["found"]["devices"] == 1
    assert len(good("listAnalyses", "/analyses").json["items"]) == 1
    device = good("listAnalysisDevices", path + "/devices?name=0&mac=02:00:00:00:00:01").json["items"][0]["id"]
    assert good("listAnalysisDestinations", f"{path}/destinations?device={device}&kind=address&name=198").json["items"]
    assert good("listAnalysisFlows", f"{path}/flows?device={device}&verdict=forward&limit=1").json["items"]
    good("getAnalysisSummary", path + "/summary?window=60")
    good("getAnalysisGraph", path + "/graph?group=organisation&ignored=1&multicast=true")
    more = [told("createAnalysis", "/analyses", body={"name": "x", "bytes": 9}) for _ in range(4)]
    assert [m.status for m in more] == [201, 201, 201, 409] and more[3].json["key"] == "too_many_analyses"
    for one in good("listAnalyses", "/analyses").json["items"]:
        assert told("deleteAnalysis", "/analyses/" + one["id"]).status == 204


NOBODY = "/analyses/ana_0000000000001"
BAD = [
    ("createAnalysis", "POST", "/analyses", {"name": "x"}, 400, "bad_value"),
    ("createAnalysis", "POST", "/analyses", {"name": "x", "bytes": 1, "colour": "red"}, 400, "unknown_field"),
    ("getAnalysis", "GET", NOBODY, None, 404, "unknown_analysis"),
    ("deleteAnalysis", "DELETE", NOBODY, None, 404, "unknown_analysis"),
    ("getAnalysisSummary", "GET", NOBODY + "/summary", None, 404, "unknown_analysis"),
    ("getAnalysisGraph", "GET", NOBODY + "/graph", None, 404, "unknown_analysis"),
    ("listAnalysisDevices", "GET", NOBODY + "/devices", None, 404, "unknown_analysis"),
    ("listAnalysisDestinations", "GET", NOBODY + "/destinations", None, 404, "unknown_analysis"),
    ("listAnalysisFlows", "GET", NOBODY + "/flows", None, 404, "unknown_analysis"),
]
