# SPDX-License-Identifier: BSD-3-Clause
"""Who asks without end from another machine is told to wait, and nobody else notices."""

import pytest

from harness.tls import HERE, HERE6, TlsConnection, TlsControl


def answers(control, address, count, headers=None):
    link = TlsConnection(control.ns, address, control.context(), address)
    try:
        for _ in range(count):
            link.request("GET", "/api/v1/health", headers=headers or {})
            reply = link.getresponse()
            yield reply, reply.read()
    finally:
        link.close()


@pytest.fixture
def control(clean_up, tmp_path):
    return TlsControl(tmp_path, requests_per_second=3, events_max=300)


def test_too_many_requests(control):
    got = [reply.status for reply, _ in answers(control, HERE, 60)]
    assert got[:30] == [200] * 30, "a burst of ten seconds is nobody's fault"
    assert 429 in got, got
    reply, body = next((r, b) for r, b in answers(control, HERE, 60) if r.status == 429)
    assert reply.headers["Retry-After"] == "1" and b"too_many_requests" in body and b"requests_per_second" in body
    assert [r.status for r, _ in answers(control, HERE6, 5)] == [200] * 5, "another address"
    token = control.api.request("POST", "/tokens", {"name": "hers", "role": "viewer"}).json["secret"]
    assert [r.status for r, _ in answers(control, HERE, 5, {"Authorization": f"Bearer {token}"})] == [200] * 5, "a credential of one's own"
    assert all(control.api.request("GET", "/health").status == 200 for _ in range(100)), "the unix socket has no limit"
