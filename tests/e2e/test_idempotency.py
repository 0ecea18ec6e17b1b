# SPDX-License-Identifier: BSD-3-Clause
"""A creation that is sent twice because its answer was lost is made once, and answered alike."""

from concurrent.futures import ThreadPoolExecutor


def rule(name):
    return {"action": "block", "subject": {"everyone": True}, "object": {"domain": name}}


def test_sent_twice_made_once(make_home):
    gateway = make_home().gateway
    gateway.start_control(connected=False)
    api = gateway.api

    def create(name, key, **more):
        return api.request("POST", "/rules", rule(name), {"Idempotency-Key": key, **more})

    first = create("a.example", "one")
    assert first.status == 202 and "Idempotent-Replayed" not in first.headers, first.body
    again = create("a.example", "one")
    assert (again.status, again.body) == (first.status, first.body) and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    # Not what holds now, but what was answered then: it is not made again though it is gone.
    made = first.json["rule"]["id"]
    assert api.request("DELETE", f"/rules/{made}").status == 202
    assert create("a.example", "one").json["rule"]["id"] == made and api.items("/rules") == []
    other = create("b.example", "one")
    assert (other.status, other.json["key"]) == (422, "key_reused"), other.body
    assert api.request("POST", "/rules?confirm=true", rule("a.example"), {"Idempotency-Key": "one"}).status == 422
    for bad in ("", "x" * 129, "a b"):
        assert create("c.example", bad).json["key"] == "bad_value", bad
    # An error is an answer, too.
    wrong = {"action": "melt"}
    errors = [api.request("POST", "/rules", wrong, {"Idempotency-Key": "two"}) for _ in range(2)]
    assert [e.status for e in errors] == [400, 400] and errors[1].headers["Idempotent-Replayed"] == "true"
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: create("many.example", "three"), range(8)))
    assert {r.status for r in replies} <= {202, 409} and {r.json["key"] for r in replies if r.status == 409} <= {"still_at_work"}
    assert len({r.body for r in replies if r.status == 202}) == 1 and len(api.items("/rules")) == 1
    # Another who asks has keys of its own.
    root = gateway.spinctl("rules", "--json")
    assert root.returncode == 0
    token = api.request("POST", "/tokens", {"name": "second", "role": "admin"})
    if token.status in (200, 201):
        header = {"Authorization": "Bearer " + token.json["token"]} if "token" in token.json else None
        if header:
            assert create("b.example", "one", **header).status == 202
    # GET and what is not created are as ever.
    assert "Idempotent-Replayed" not in api.request("GET", "/rules", headers={"Idempotency-Key": "one"}).headers
