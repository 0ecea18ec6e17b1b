# SPDX-License-Identifier: BSD-3-Clause
"""spin-control's HTTP as strangers meet it: foreign pages, wrong methods, large and broken bodies, slow clients."""

import json
import socket
import subprocess
import threading
import time

import pytest

from harness.api import Api, UnixConnection, token_of
from harness.gateway import program
from harness.process import Process


@pytest.fixture
def control(tmp_path):
    """spin-control alone; afterwards it still answers."""
    (tmp_path / "state").mkdir()
    process = Process([program("spin-control"), "--run-dir", tmp_path, "--state-dir", tmp_path / "state",
                       "--web-dir", tmp_path / "web", "--listen", "127.0.0.1:0"], name="spin-control")
    url = process.wait_line(r"control: ready on (http://\S+)", 15).group(1)
    process.wait_line(r"control: ready on /", 15)
    api = Api(url, token=token_of(tmp_path))
    api.run_dir, api.process = tmp_path, process
    yield api
    assert process.running
    assert api.request("GET", "/health").status == 200


def asks_events(control):
    return f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {control.token}\r\n\r\n".encode()


def problem(reply, status, key):
    assert reply.status == status, reply.body
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json["key"] == key and reply.json["status"] == status
    assert reply.json["detail"] and reply.json["type"].startswith("/problems/")


@pytest.mark.parametrize("host, status", [
    ("localhost", 200), ("localhost:1", 200), ("127.0.0.1:65535", 200), ("127.9.9.9", 200), ("[::1]:8080", 200),
    ("evil.example", 421), ("evil.example:13026", 421), ("192.0.2.1", 421), ("localhost.evil.example", 421),
    ("127.0.0.1.evil.example", 421), ("", 421), ("[::]", 421)])
def test_host(control, host, status):
    reply = control.request("GET", "/health", headers={"Host": host})
    assert reply.status == status
    if status == 421:
        problem(reply, 421, "wrong_host")


@pytest.mark.parametrize("headers, status", [
    ({"Origin": "http://127.0.0.1:{port}"}, 200),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Origin": "http://localhost:{port}"}, 403),
    ({"Origin": "https://127.0.0.1:{port}"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403)])
def test_origin(control, headers, status):
    headers = {k: v.format(port=control.port) for k, v in headers.items()}
    for method, path in (("GET", "/health"), ("GET", "/metrics"), ("GET", "/devices")):
        reply = control.request(method, path, headers=headers)
        assert reply.status == status, (method, path)
    if status == 403:
        problem(control.request("POST", "/undo", headers=headers), 403, "foreign_origin")


def test_methods(control):
    for method in ("PUT", "DELETE", "TRACE", "PATCH", "POST", "BREW"):
        reply = control.request(method, "/devices")
        problem(reply, 405, "method_not_allowed")
        assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    reply = control.request("OPTIONS", "/devices")
    assert reply.status == 204 and reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    reply = control.request("HEAD", "/devices")
    assert reply.status == 200 and reply.body == b"" and int(reply.headers["Content-Length"]) > 0
    problem(control.request("GET", "/devices/dev_0000000000000:block"), 405, "method_not_allowed")
    problem(control.request("GET", "/nothing"), 404, "not_found")
    problem(control.request("GET", "/devices?limit=x"), 400, "bad_value")
    problem(control.request("GET", "/devices?limti=1"), 400, "unknown_parameter")


def test_headers(control):
    reply = control.request("GET", "/health")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
    assert "Server" not in reply.headers and "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize("size, key", [(262_145, "body_too_large"), (1_000_000, "body_too_large"),
                                       (1_048_576, "body_too_large"), (262_144, "bad_json")])
def test_body_sizes(control, size, key):
    reply = control.request("POST", "/undo", b" " * size, {"Content-Type": "application/json"})
    problem(reply, 413 if key == "body_too_large" else 400, key)


def test_head_sizes(control):
    problem(control.request("GET", "/health", headers={"X-Long": "x" * 40_000}), 431, "head_too_large")
    problem(control.request("GET", "/health", headers={f"X-{i}": "x" * 600 for i in range(60)}), 431, "head_too_large")
    problem(control.request("GET", "/devices?name=" + "x" * 9_000), 414, "address_too_long")
    assert control.request("GET", "/health", headers={"X-Long": "x" * 30_000}).status == 200
    for flood in (b"X: y\r\n" * 200, b"X: " + b"y" * 500_000 + b"\r\n"):  # h2o's own limits
        with socket.create_connection((control.host, control.port), timeout=10) as link:
            link.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n" + flood + b"\r\n")
            try:
                assert link.recv(100)[:12] in (b"HTTP/1.1 400", b"")
            except ConnectionError:
                pass


def test_body_far_too_large(control):
    with socket.create_connection((control.host, control.port), timeout=10) as link:
        link.sendall(b"POST /api/v1/undo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("body, key", [
    (b"{", "bad_json"), (b"{}{}", "bad_json"), (b'{"a":1,}', "bad_json"), (b"\xff", "bad_json"), (b"[1]", "bad_body"),
    (b'{"a":1,"\\u0061":2}', "bad_body"), (b"[" * 10000, "bad_json"), (b'{"a":1}', "unknown_field"), (b"null", "bad_body")])
def test_wrong_json(control, body, key):
    problem(control.request("POST", "/undo", body, {"Content-Type": "application/json"}), 400, key)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_wrong_type(control, kind):
    problem(control.request("POST", "/undo", b"{}", {"Content-Type": kind}), 415, "unsupported_media_type")


def test_http2_is_refused(control):
    """The upgrade and prior knowledge; ALPN needs TLS, which is not spoken at all."""
    with socket.create_connection((control.host, control.port), timeout=10) as link:
        link.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                     b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 200 ")
    with socket.create_connection((control.host, control.port), timeout=10) as link:
        link.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000"))
        assert link.recv(100).startswith(b"HTTP/1.1 400 ")
    with socket.create_connection((control.host, control.port), timeout=10) as link:
        link.sendall(bytes.fromhex("16030100c8010000c40303"))  # a TLS hello
        link.shutdown(socket.SHUT_WR)
        assert not link.recv(100).startswith(b"\x16")


def test_slow_clients_hold_nobody_up(control):
    """Half a request, a body that never comes, and streams that nobody reads."""
    slow = []
    for text in (b"GET /api/v1/health HT", b"POST /api/v1/undo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
                 asks_events(control)) * 20:
        link = socket.create_connection((control.host, control.port), timeout=10)
        link.sendall(text)
        slow.append(link)
    times = []
    for _ in range(20):
        start = time.monotonic()
        assert control.request("GET", "/health").status == 200
        times.append(time.monotonic() - start)
    assert sorted(times)[10] < 0.1
    for link in slow:
        link.close()


def test_more_streams_than_there_are(control):
    links = []
    for _ in range(32):  # of one address
        link = socket.create_connection((control.host, control.port), timeout=10)
        link.sendall(asks_events(control))
        assert link.recv(12) == b"HTTP/1.1 200"
        links.append(link)
    reply = control.request("GET", "/events")
    problem(reply, 429, "too_many_of_yours")
    assert int(reply.headers["Retry-After"]) > 0
    for link in links:
        link.close()
    deadline = time.monotonic() + 5  # their leaving is noticed without an event
    while True:
        link = socket.create_connection((control.host, control.port), timeout=10)
        link.sendall(asks_events(control))
        status = link.recv(12)
        link.close()
        if status == b"HTTP/1.1 200":
            return
        assert time.monotonic() < deadline


def test_operator_gets_in_when_browsers_crowd(control):
    crowd = [socket.create_connection((control.host, control.port), timeout=10) for _ in range(120)]
    link = UnixConnection(control.run_dir / "api.sock")
    link.request("GET", "/api/v1/health", headers={"Host": "whatever"})
    assert link.getresponse().status == 200
    link.close()
    for each in crowd:
        each.close()


def test_stream_resumes(control):
    with control.events() as events:
        name, data, last = next(events)
        while name != "snapshot_end":
            name, data, last = next(events)
        while name != "stats":
            name, data, last = next(events)
    with control.events(last_id=last) as events:
        name, _, ident = next(events)
        assert name == "stats" and ident > last
    with control.events(last_id="0000000000000000-7") as events:
        names = [next(events)[0]]
        while names[-1] != "snapshot_end":
            names.append(next(events)[0])
    with control.events("?types=stats") as events:
        assert [next(events)[0] for _ in range(3)] == ["snapshot_end", "stats", "stats"]


def test_no_gui_says_how(control):
    reply = control.request("GET", "/api/../", headers={})
    assert reply.status in (404, 503)
    with socket.create_connection((control.host, control.port), timeout=10) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        text = b"".join(iter(lambda: link.recv(65536), b""))
    assert b"The GUI is not built" in text and b"npm" in text


@pytest.mark.parametrize("address", ["127.0.0.1", "my.home:13026", "[192.0.2.1]:1", "::1:1", "127.0.0.1:99999"])
def test_wrong_addresses_to_listen_on(tmp_path, address):
    done = subprocess.run([program("spin-control"), "--run-dir", tmp_path, "--state-dir", tmp_path, "--listen", address],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "127.0.0.1:13026" in done.stderr and address in done.stderr


def test_port_in_use(control, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    done = subprocess.run([program("spin-control"), "--run-dir", other, "--state-dir", other,
                           "--listen", f"127.0.0.1:{control.port}"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "in use" in done.stderr and str(control.port) in done.stderr


def test_many_writers_at_once(control):
    """Every answer is whole and its own, however many ask."""
    wrong = []

    def ask(i):
        for n in range(20):
            reply = control.request("POST", f"/devices/dev_{i}x{n}:block")
            if reply.status != 404 or f"dev_{i}x{n}" not in json.loads(reply.body)["detail"]:
                wrong.append(reply.body)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
