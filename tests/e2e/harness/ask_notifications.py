# SPDX-License-Identifier: BSD-3-Clause
"""What test_contract.py asks of notifications: every operation, and every error."""


def ask(good, told, api):
    """`good` wants 200, `told` takes any status; there has to be a notification about a device."""
    some = api.until(lambda: [n for n in api.get("/notifications")["items"] if n["device"]], 15, "a notification")
    note = some[0]["id"]
    for query in ("", "?limit=1", "?severity=warning&unread=true", f"?device={some[0]['device']}&outcome=open",
                  f"?message_key={some[0]['message_key']}&cursor={note}"):
        good("listNotifications", "/notifications" + query)
    good("listNotificationKinds", "/notifications/kinds")
    assert good("getNotification", f"/notifications/{note}").json["actions"]
    assert good("editNotification", f"/notifications/{note}", body={"read": True}).json["read"]
    assert good("muteNotification", f"/notifications/{note}:mute", body={"minutes": 5}).json["outcome"] == "muted"
    assert good("expectNotification", f"/notifications/{note}:expected").json["outcome"] == "expected"
    assert good("dismissNotification", f"/notifications/{note}:dismiss").json["outcome"] == "dismissed"
    mutes = good("listMutes", "/notifications/mutes").json["items"]
    assert [m["expected"] for m in mutes] == [False, True]
    for mute in mutes:
        assert told("deleteMute", f"/notifications/mutes/{mute['id']}").status == 204
    assert told("createNotification", "/notifications", body={"text": "Is it you? \u2014 <b>"}).status == 204
    assert good("listNotifications", "/notifications?message_key=client_message").json["items"][0]["message_args"][1] == "Is it you? \u2014 <b>"
    assert told("readNotifications", "/notifications:read").status == 204
    assert good("blockNotification", f"/notifications/{note}:block").json["rule"]["action"] == "block"
    good("undo", "/undo")
    assert [d["name"] for d in good("listDeliveries", "/notifications/deliveries").json["items"]] == ["true", "false"]
    assert good("testDelivery", "/notifications:test", body={"delivery": "true"}).json["last_success"]
    failed = told("testDelivery", "/notifications:test", body={"delivery": "false"})
    assert (failed.status, failed.json["key"]) == (502, "delivery_failed")


CONFIG = """notifications:
  - {name: "true", command: [/bin/true], severity: critical}
  - {name: "false", command: [/bin/false], severity: critical}
"""
NOBODY = "/notifications/note_0000000000001"
BAD = [
    ("listNotifications", "GET", "/notifications?severity=loud", None, 400, "bad_value"),
    ("listNotifications", "GET", "/notifications?message_key=x", None, 400, "bad_value"),
    ("listNotifications", "GET", "/notifications?outcome=x", None, 400, "bad_value"),
    ("listNotifications", "GET", "/notifications?device=x", None, 400, "bad_value"),
    ("listNotifications", "GET", "/notifications?cursor=dev_0000000000001", None, 400, "bad_value"),
    ("getNotification", "GET", NOBODY, None, 404, "unknown_notification"),
    ("getNotification", "GET", "/notifications/x", None, 404, "unknown_notification"),
    ("editNotification", "PATCH", NOBODY, {"read": True}, 404, "unknown_notification"),
    ("blockNotification", "POST", NOBODY + ":block", None, 404, "unknown_notification"),
    ("muteNotification", "POST", NOBODY + ":mute", None, 404, "unknown_notification"),
    ("expectNotification", "POST", NOBODY + ":expected", None, 404, "unknown_notification"),
    ("dismissNotification", "POST", NOBODY + ":dismiss", None, 404, "unknown_notification"),
    ("createNotification", "POST", "/notifications", {"text": ""}, 400, "bad_value"),
    ("createNotification", "POST", "/notifications", {"text": "\U0001f600" * 100}, 400, "bad_value"),
    ("testDelivery", "POST", "/notifications:test", {"delivery": "x"}, 404, "unknown_delivery"),
    ("deleteMute", "DELETE", "/notifications/mutes/mute_0000000000001", None, 404, "unknown_mute"),
]
