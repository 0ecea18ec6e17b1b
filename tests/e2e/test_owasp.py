# SPDX-License-Identifier: BSD-3-Clause
"""The OWASP API Security Top 10 (2023), one after the other, on spin-control as strangers meet it.

What has tests of its own is not asked again here: API5 (function level) is the table of roles lived in
test_access.py; API4's sizes, slow clients and crowds are in test_http.py and test_tls.py, as are Host,
Origin and headers (API8); API6 (one's own device, changes that take themselves back) is in
test_confirm.py; hostile servers (API10) in test_feeds.py, hostile names in test_facts.py and test_names.py.
"""

import json
import re
import socket
import subprocess
import threading

import pytest

from harness.api import Api, token_of
from harness.gateway import BUILD, ROOT
from harness.process import Process
from test_access import PASSWORD, Browser, Control

HOSTILE = ["'; DROP TABLE rules; --", "\" OR 1=1 --", "%00", "../../etc/passwd", "a\r\nX-Evil: 1", "{{7*7}}", "=cmd|' /C calc'!A0",
           "<img src=x onerror=alert(1)>", "\u202egnp.exe", "$(reboot)", "x" * 5000]
# What is stored beside what is stored, and the public beginning of every token: no stranger's secret is guessed by them.
STORED = {"known[i].stored, u->password", "u->password, job->stored", "u->password, c->hash.stored",
          "u->totp_secret, none, sizeof none", "password, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1"}


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    control = Control(tmp_path_factory.mktemp("control"))
    code = control.good("getSetupCode", "/setup-code", who=control.root).json["code"]
    control.anna = Browser(control, control.good("setUp", "/setup", {"code": code, "name": "anna", "password": PASSWORD}))
    control.admin = Api(control.url, token=token_of(control.folder))
    Process.started.remove(control.process)
    yield control
    control.process.stop()


def test_api1_objects_of_others(control):
    """What belongs to somebody else is answered as what does not exist."""
    control.anna.good("createUser", "/users", {"name": "mallory", "password": PASSWORD, "role": "user"}, status=201)
    mallory = control.login("mallory")
    anna = next(s["id"] for s in control.anna.good("listSessions", "/sessions").json["items"] if s["user"] == "anna")
    assert {s["user"] for s in mallory.good("listSessions", "/sessions").json["items"]} == {"mallory"}
    theirs = mallory.refused(404, "unknown_session", "deleteSession", f"/sessions/{anna}")
    nobody = mallory.refused(404, "unknown_session", "deleteSession", "/sessions/ses_0000000000001")
    assert theirs.json["detail"].replace(anna, "?") == nobody.json["detail"].replace("ses_0000000000001", "?")
    for operation, path in (("getUser", "/users/anna"), ("editUser", "/users/anna"), ("deleteUser", "/users/anna"),
                            ("deleteToken", "/tokens/tok_0000000000001"), ("makeLoginCode", "/users/anna:login-code")):
        mallory.refused(403, "denied", operation, path)
    assert control.anna.session().status == 200


def test_api2_credentials(control):
    """Only whole, known ones, and only where they belong; no trace of them in the log."""
    token, anna = control.admin.token, control.anna
    for wrong in ("", "Bearer", "Bearer ", "Bearer x y", f"Basic {token}", f"Bearer {token}0", f"Bearer {token[:-1]}", f"Bearer {token[:20]}",
                  f"Bearer {token.replace('_', '-')}"):
        assert Api(control.url).request("GET", "/rules", headers={"Authorization": wrong}).status == 401, wrong
    for query in (f"?token={token}", f"?access_token={token}", f"?authorization=Bearer%20{token}"):
        assert Api(control.url).request("GET", "/rules" + query).status == 401
        assert Api(control.url).request("GET", "/events" + query).status == 401
    for cookie in (f"spin={token}", f"__Host-spin={anna.cookie[5:]}", anna.cookie.upper(), anna.cookie[:-1]):
        assert Api(control.url).request("GET", "/rules", headers={"Cookie": cookie}).status == 401, cookie
    # Session fixation: the one that somebody else put into the browser does not become theirs.
    planted = control.login("anna")
    victim = Browser(control, control.good("logIn", "/login", {"name": "anna", "password": PASSWORD}, Cookie=planted.cookie))
    assert victim.cookie != planted.cookie and planted.session().status == 401 and victim.session().status == 200
    log = control.process.text
    assert token.rsplit("_", 1)[1] not in log and anna.cookie.rsplit("_", 1)[1] not in log and PASSWORD not in log


def test_api2_secrets_are_compared_in_constant_time():
    """By structure: what compares a hash of a secret is CRYPTO_memcmp, and nothing else is there to do it."""
    text = {f.name: f.read_text() for f in (ROOT / "control" / "access").glob("*.c")}
    assert any("CRYPTO_memcmp(" in body for body in text.values())
    for name, body in text.items():
        for call in re.findall(r"(?<!CRYPTO_)\b(?:mem|str|strn|strcase)cmp\(([^;]*?)\)", body):
            assert call in STORED or not re.search(r"hash|secret|csrf|password|setup_code", call), (name, call)


def test_api3_properties(control):
    """No operation takes a property that it does not name, nor one that only we may write."""
    admin, tried = control.admin, 0
    for path, item in control.spec["paths"].items():
        for method, operation in item.items():
            if method not in ("post", "put", "patch") or operation["operationId"] in ("logOut", "refreshList"):
                continue
            real = re.sub(r"\{\w+\}", "x", path)
            reply = admin.request(method.upper(), real, {"no_such_property": True, "role": "admin"})
            assert reply.status >= 400 and reply.json["key"] not in ("internal", "storage_failed"), (operation["operationId"], reply.body)
            tried += reply.json["key"] == "unknown_field"
    assert tried > 5
    rule = {"action": "block", "subject": {"everyone": True}, "object": {"domain": "ads.example"}}
    for extra in ({"id": "rule_0000000000001"}, {"author": "anna"}, {"hits": 0}, {"created": "2026-01-01T00:00:00.000Z"}, {"class": "safety"}):
        reply = admin.request("POST", "/rules", {**rule, **extra})
        assert reply.status == 400 and reply.json["key"] in ("unknown_field", "bad_rule"), extra
    for extra in ({"id": "usr_1"}, {"last_login": None}, {"name": "root"}, {"created": "2026-01-01T00:00:00.000Z"}):
        assert admin.request("PATCH", "/users/anna", extra).status == 400, extra
    for extra in ({"owner": "anna"}, {"secret": "spin_x"}, {"id": "tok_1"}, {"role": ["admin"]}):
        assert admin.request("POST", "/tokens", {"name": "n", "role": "viewer", **extra}).status == 400, extra
    mallory = Api(control.url, token=token_of(control.folder, "viewer"))
    for role in ("admin", "viewer"):  # nobody makes themselves more than they are
        assert mallory.request("POST", "/tokens", {"name": "more", "role": role}).status == 403
        assert mallory.request("PATCH", "/users/anna", {"role": role}).status == 403


def test_api4_what_is_asked_is_bounded(control):
    for query in ("limit=1000000000", "limit=-1", "limit=0", "limit=1e3", "limit=", "cursor=x", "cursor=" + "9" * 400,
                  "limit=1&limit=2", "&".join(f"a{i}=1" for i in range(40))):
        reply = control.admin.request("GET", "/rules?" + query)
        assert reply.status == 400, query
    for window in ("-1", "99999999999999999999", "NaN"):
        assert control.admin.request("GET", f"/graph?window={window}").status == 400
    for body in (b"[" * 60000, b'{"a":' * 30000, b'{"object":{"domain":"' + b"a." * 60000 + b'"}}', b"1" * 200000):
        reply = control.admin.request("POST", "/rules", body, {"Content-Type": "application/json"})
        assert reply.status == 400
    assert control.admin.request("GET", "/health").status == 200


# --- API7: what we ask on behalf of others ---

PRIVATE = ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
           "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://127.1:{port}/",
           "http://0.0.0.0:{port}/", "http://user@127.0.0.1:{port}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/",
           "http://192.168.1.1/", "http://100.64.0.1/", "http://[fd00::1]/", "http://[fe80::1]/", "http://[64:ff9b::7f00:1]/",
           "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "dict://127.0.0.1:{port}/"]


@pytest.fixture
def inside():
    """A service of the home that nobody may reach through us: its port, and who did."""
    server, touched = socket.create_server(("127.0.0.1", 0)), []

    def accept():
        while True:
            try:
                touched.append(server.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1], touched
    server.close()


@pytest.mark.parametrize("program, request_text", [
    ("spin-fetch", "url {url}\nmax 100000\ntotal_ms 3000\nconnect_ms 1000\nallow_private false\n"),
    ("spin-post", "url {url}\nmethod POST\ntotal_ms 3000\nallow_private false\n\nbody")])
def test_api7_neither_lists_nor_webhooks_lead_inside(inside, program, request_text):
    port, touched = inside
    for url in PRIVATE:
        done = subprocess.run([f"{BUILD}/control/{program} 3>/dev/null"], shell=True, capture_output=True, text=True, timeout=20,
                              input=request_text.format(url=url.format(port=port)))
        assert "status new" not in done.stdout and (program == "spin-fetch" or done.returncode), (url, done)
        assert "is started by" not in done.stderr, "the request was not understood"
    assert not touched
    # That the door is what keeps them out: the same with allow_private gets there.
    allowed = request_text.format(url=f"http://127.0.0.1:{port}/").replace("allow_private false", "allow_private true")
    subprocess.run([f"{BUILD}/control/{program} 3>/dev/null"], shell=True, capture_output=True, text=True, timeout=20, input=allowed)
    assert touched


def test_api8_nothing_is_told_that_need_not_be(control):
    for path in ("/api/v1/rules/%00", "/api/v1/rules/" + "x" * 300, "/api/v1/rules/%ff", "/api/v1/profiles/..%2f..%2fetc", "/api/v1/nothing"):
        for api in (Api(control.url), control.admin):
            reply = api.request("GET", path)
            assert reply.status in (400, 401, 404), path
            assert "Server" not in reply.headers and str(control.folder) not in str(reply.headers) + reply.body.decode()
            assert not re.search(r"\.c:\d|sqlite|SELECT ", reply.body.decode(), re.I)
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"):
        assert control.admin.request(method, "/rules").status == 405


def test_api8_a_page_elsewhere_cannot_act(control):
    """CSRF: a form, a script without the session's header, a page of another site; each with the cookie."""
    anna, before = control.anna, control.admin.get("/rules")
    body = json.dumps({"action": "block", "subject": {"everyone": True}, "object": {"domain": "csrf.example"}})
    api = Api(control.url)
    ways = [({"Content-Type": "text/plain"}, 415), ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
            ({"Content-Type": "application/json"}, 403), ({"Content-Type": "application/json", "X-Spin-CSRF": "0" * 64}, 403),
            ({"Content-Type": "application/json", "X-Spin-CSRF": anna.csrf, "Origin": "https://evil.example"}, 403),
            ({"Content-Type": "application/json", "X-Spin-CSRF": anna.csrf, "Origin": "null"}, 403),
            ({"Content-Type": "application/json", "X-Spin-CSRF": anna.csrf, "Sec-Fetch-Site": "cross-site"}, 403),
            ({"Content-Type": "application/json", "X-Spin-CSRF": anna.csrf, "Host": "evil.example"}, 421)]
    for headers, status in ways:
        reply = api.request("POST", "/rules", body, {**headers, "Cookie": anna.cookie})
        assert reply.status in (status, 403), (headers, reply.body)
        assert status != 421 or reply.status == 421
    assert control.admin.get("/rules") == before
    for path in ("/undo", "/logout", "/rules"):  # nothing is done by GET
        assert api.request("GET", path, headers={"Cookie": anna.cookie}).status in (200, 405)
    assert anna.session().status == 200


def test_api9_nothing_is_served_that_is_not_described(control):
    described = set(control.spec["paths"])
    for path, item in control.spec["paths"].items():
        real = re.sub(r"\{action\}", "block", path)
        reply = control.admin.request("OPTIONS", re.sub(r"\{\w+\}", "x", real))
        want = {m.upper() for m in item if m in ("get", "put", "post", "patch", "delete")}
        assert reply.status == 204 and want <= set(reply.headers["Allow"].split(", ")), path
    for path in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v0/rules", "/api/v2/rules", "/api/v1/debug", "/api/v1/debug/pprof",
                 "/api/v1/admin", "/api/v1/config.json", "/api/v1/rules/", "/api/v1//rules", "/api/v1/RULES", "/api/v1/rules.json",
                 "/api/v1/./rules", "/api/v1/devices/../rules", "/api/v1/%72ules"):
        assert path in described or control.admin.request("GET", path).status == 404, path


def test_api10_whatever_is_written_stays_text(control):
    """Into SQL, logs, headers, filters and metrics: what comes out is what went in, or a refusal."""
    admin, lines = control.admin, control.process.mark()
    rule = {"action": "block", "subject": {"everyone": True}, "object": {"domain": "text.example"}}
    made = admin.request("POST", "/rules?confirm=true", rule).json["rule"]["id"]
    for text in HOSTILE:
        reply = admin.request("PATCH", f"/rules/{made}", {"comment": text})
        assert reply.status in (200, 202, 400), reply.body
        if reply.status != 400:
            assert admin.get(f"/rules/{made}")["comment"] == text
        assert "X-Evil" not in reply.headers
        for body in ({"name": text, "password": PASSWORD}, {"code": text}):
            reply = Api(control.url).request("POST", "/login", body)
            assert reply.status in (400, 401, 429) and "X-Evil" not in reply.headers
        for body in ({"name": text, "role": "viewer"}, {"name": "t", "role": text}):
            assert admin.request("POST", "/tokens", body).status == 400
        quoted = "".join(f"%{byte:02X}" for byte in text.encode())
        for path in (f"/rules/{quoted}", f"/profiles/{quoted}", f"/users/{quoted}", f"/tokens/{quoted}", f"/lists/{quoted}",
                     f"/devices?name={quoted}", f"/devices?mac={quoted}", f"/destinations?name={quoted}", f"/explain?device={quoted}&to={quoted}"):
            reply = admin.request("GET", path)
            assert reply.status in (200, 400, 404, 414) and "X-Evil" not in reply.headers, (path, reply.status)
            json.loads(reply.body)
    assert len(admin.items("/rules")) >= 1 and admin.get("/users")["items"][0]["name"] == "anna"
    for _, line in control.process.lines[lines:]:
        assert not re.match(r"\s*X-Evil", line) and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line), repr(line)
    admin.request("DELETE", f"/rules/{made}")
