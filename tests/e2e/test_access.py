# SPDX-License-Identifier: BSD-3-Clause
"""Who may what: the first account, logins, roles of every operation, and what ends with a session, token or account."""

import base64
import contextlib
import hashlib
import hmac
import re
import sqlite3
import struct
import subprocess
import time

import pytest
import yaml

from harness.api import Api, token_of
from harness.gateway import BUILD, program
from harness.process import Process
from test_contract import check_answer, described

PASSWORD = "long enough, this"
ROLES = ("metrics", "provider", "viewer", "user", "admin")


class Control:
    """spin-control alone, root's way to it, and the browsers of several people."""

    def __init__(self, folder):
        self.folder, self.spec = folder, yaml.safe_load((BUILD / "control" / "openapi.yaml").read_text())
        self.asked = set()
        (folder / "state").mkdir(exist_ok=True)
        self.start()

    def start(self):
        self.process = Process([program("spin-control"), "--run-dir", self.folder, "--state-dir", self.folder / "state",
                                "--profiles-dir", self.folder / "profiles", "--listen", "127.0.0.1:0"], name="spin-control")
        self.url = self.process.wait_line(r"control: ready on (http://\S+)", 15).group(1)
        self.process.wait_line(r"control: ready on /", 15)
        self.root = Api("", unix=self.folder / "api.sock")

    def ask(self, operation, path, body=None, who=None, method=None, **headers):
        """The answer, held against its schema."""
        self.asked.add(operation)
        api = who if isinstance(who, Api) else Api(self.url, token=who)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return check_answer(self.spec, operation, api.request(method or described(self.spec)[operation][0], path, body, headers))

    def good(self, *args, status=200, **more):
        reply = self.ask(*args, **more)
        assert reply.status == status, reply.body
        return reply

    def refused(self, status, key, *args, **more):
        reply = self.ask(*args, **more)
        assert (reply.status, reply.json["key"]) == (status, key), reply.body
        return reply

    def login(self, name="anna", password=PASSWORD, **more):
        return Browser(self, self.good("logIn", "/login", {"name": name, "password": password, **more}))

    def spinctl(self, *argv, stdin="", code=0):
        done = subprocess.run([program("spinctl"), "--run-dir", self.folder, *argv], input=stdin, capture_output=True, text=True)
        assert done.returncode == code, (argv, done)
        return done


class Browser:
    """Keeps the cookie that a login set."""

    def __init__(self, control, reply):
        self.control, self.csrf, self.set_cookie = control, reply.json["csrf"], reply.headers["Set-Cookie"]
        self.cookie = self.set_cookie.split(";")[0]

    def headers(self):
        return {"Cookie": self.cookie, "X_Spin_CSRF": self.csrf}

    def good(self, *args, **more):
        return self.control.good(*args, **more, **self.headers())

    def refused(self, *args, **more):
        return self.control.refused(*args, **more, **self.headers())

    def session(self):
        return self.control.ask("getSession", "/session", **self.headers())


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    """One for the whole module, set up by anna; Process.started is cleared between tests, so it ends here."""
    control = Control(tmp_path_factory.mktemp("control"))
    api = Api(control.url)
    assert api.request("GET", "/health").json == {"status": "down"}
    control.refused(401, "setup_required", "getSession", "/session")
    control.refused(401, "setup_required", "listTokens", "/tokens")
    control.refused(401, "bad_token", "getSession", "/session", who="spin_1m8c0r78z0000_" + "0" * 64)
    code = control.good("getSetupCode", "/setup-code", who=control.root).json["code"]
    assert control.spinctl("setup-code").stdout == code + "\n" and code in control.process.text
    wanted = {"code": code, "name": "anna", "password": PASSWORD}
    control.refused(401, "login_failed", "setUp", "/setup", {**wanted, "code": "0000-0000-0000"})
    control.refused(400, "bad_value", "setUp", "/setup", {**wanted, "password": "short"})
    for name in ("root", "9lives", "a b", "uid", "é"):
        control.refused(400, "bad_value", "setUp", "/setup", {**wanted, "name": name})
    control.refused(400, "unknown_field", "setUp", "/setup", {**wanted, "role": "viewer"})
    control.anna = Browser(control, control.good("setUp", "/setup", {**wanted, "code": code.upper().replace("-", " ")}))
    control.refused(409, "already_set_up", "setUp", "/setup", wanted)
    control.refused(409, "already_set_up", "getSetupCode", "/setup-code", who=control.root)
    Process.started.remove(control.process)
    yield control
    control.process.stop()


def test_every_role_with_every_operation(control):
    """The table of x-roles, lived: 401 without, 403 with the wrong role, and nothing of either with a right one."""
    keys = {role: token_of(control.folder, role) for role in ROLES}
    who = {None: Api(control.url), **{role: Api(control.url, token=key) for role, key in keys.items()}}
    rights = ["devices", "flows", "act", "capture", "statistics"]  # with them the role is as good as its row
    assert who["admin"].request("POST", "/provider:grant", {"rights": rights, "names": "shown"}).status == 200
    for operation, (method, path, _) in described(control.spec).items():
        row = control.spec["paths"][path][method.lower()]
        roles = set(row["x-roles"])
        assert roles <= {"none", *ROLES}, operation
        for role, api in who.items():
            # What is allowed is asked for in a way that changes nothing: the body is of a wrong type.
            real = re.sub(r"\{action\}", "none", path)
            real = re.sub(r"\{\w+\}", "x", real)
            if operation == "streamEvents":
                real += "?types=none"
            headers = {"Content-Type": "text/plain"} if method != "GET" else {}
            reply = api.request(method, real, b"x" if method != "GET" else None, headers)
            key = reply.json["key"] if reply.headers["Content-Type"] == "application/problem+json" else None
            if "none" in roles:
                expected = key not in ("login_needed", "bad_token") and not (reply.status == 403)
            elif role is None:
                expected = (reply.status, key) == (401, "login_needed") and "Bearer" in reply.headers["WWW-Authenticate"]
            elif role == "admin" or role in roles:
                expected = reply.status not in (401, 403) or operation == "getSetupCode"
            else:
                expected = (reply.status, key) == (403, "denied")
            assert expected, (operation, role, reply.status, reply.body)


def test_login_and_its_cookie(control):
    anna = control.login("ANNA")
    assert re.fullmatch(r"spin=ses_[0-9a-z]{13}_[0-9a-f]{64}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict", anna.set_cookie)
    who = anna.session().json
    assert (who["kind"], who["name"], who["role"], who["csrf"]) == ("session", "anna", "admin", anna.csrf)
    # A login makes a session of its own: what the browser brought along is not taken over, and ends.
    old = anna.cookie
    again = Browser(control, control.good("logIn", "/login", {"name": "anna", "password": PASSWORD}, Cookie=old))
    assert again.cookie != old and anna.session().status == 401
    control.refused(401, "login_failed", "logIn", "/login", {"name": "anna", "password": PASSWORD + " "})
    control.refused(401, "login_failed", "logIn", "/login", {"name": "nobody", "password": PASSWORD})
    control.refused(400, "bad_body", "logIn", "/login", {"name": "anna"})
    control.refused(400, "bad_body", "logIn", "/login", {"name": "anna", "code": "x"})
    # Another cookie of the same name does not get in the way.
    both = f"spin=ses_x; other=1; {again.cookie}"
    assert control.ask("getSession", "/session", Cookie=both).json["name"] == "anna"
    again.good("logOut", "/logout", status=204)
    assert again.session().status == 401
    control.refused(400, "bad_request", "logOut", "/logout", who=token_of(control.folder, "viewer"))


def test_writes_of_a_session_need_its_header(control):
    anna = control.anna
    for headers in ({}, {"X_Spin_CSRF": "0" * 64}, {"X_Spin_CSRF": ""}):
        control.refused(403, "csrf_needed", "createUser", "/users", {}, Cookie=anna.cookie, **headers)
    assert control.ask("listUsers", "/users", Cookie=anna.cookie).status == 200
    anna.refused(400, "bad_value", "createUser", "/users", {})


def test_accounts(control):
    anna = control.anna
    bob = anna.good("createUser", "/users", {"name": "bob", "password": PASSWORD, "role": "viewer"}, status=201).json
    anna.refused(409, "name_conflict", "createUser", "/users", {"name": "Bob", "password": PASSWORD, "role": "viewer"})
    anna.refused(400, "bad_value", "createUser", "/users", {"name": "eve", "password": PASSWORD, "role": "root"})
    anna.refused(404, "unknown_user", "editUser", "/users/usr_0000000000001", {"role": "user"})
    assert bob["last_login"] is None and anna.good("getUser", f"/users/{bob['id']}").json == bob
    browser = control.login("bob")
    browser.refused(403, "denied", "listUsers", "/users")
    anna.good("editUser", "/users/bob", {"role": "user"})
    assert browser.session().json["role"] == "user"
    # One's own password: the old one is needed, and other sessions end.
    other = control.login("bob")
    browser.refused(401, "login_failed", "changePassword", "/session:change-password", {"password": "wrong", "new_password": "another long one"})
    browser.good("changePassword", "/session:change-password", {"password": PASSWORD, "new_password": "another long one"})
    assert browser.session().status == 200 and other.session().status == 401
    control.refused(401, "login_failed", "logIn", "/login", {"name": "bob", "password": PASSWORD})
    # Locked, everything of theirs ends at once.
    anna.good("editUser", "/users/bob", {"disabled": True})
    assert browser.session().status == 401
    control.refused(401, "login_failed", "logIn", "/login", {"name": "bob", "password": "another long one"})
    anna.good("editUser", "/users/bob", {"disabled": False})
    # Root sets a new password; sessions are listed for whom they concern.
    browser = control.login("bob", "another long one")
    mine = browser.good("listSessions", "/sessions").json["items"]
    assert {s["user"] for s in mine} == {"bob"} and [s["current"] for s in mine] == [True]
    theirs = next(s for s in anna.good("listSessions", "/sessions").json["items"] if s["user"] == "anna")
    browser.refused(404, "unknown_session", "deleteSession", f"/sessions/{theirs['id']}")
    assert "new password" in control.spinctl("password", "reset", "bob", stdin=PASSWORD + "\n").stdout
    assert browser.session().status == 401
    browser = control.login("bob")
    anna.good("deleteSession", f"/sessions/{browser.good('listSessions', '/sessions').json['items'][0]['id']}", status=204)
    assert browser.session().status == 401
    # The last admin stays.
    for body in ({"role": "user"}, {"disabled": True}):
        anna.refused(409, "last_admin", "editUser", "/users/anna", body)
    anna.refused(409, "last_admin", "deleteUser", "/users/anna")
    anna.good("deleteUser", "/users/bob", status=204)
    assert [u["name"] for u in anna.good("listUsers", "/users").json["items"]] == ["anna"]


def test_tokens(control):
    made = control.anna.good("createToken", "/tokens", {"name": "Home-Assistant", "role": "user", "expires_in": 3600}, status=201).json
    assert re.fullmatch(r"spin_[0-9a-z]{13}_[0-9a-f]{64}", made["secret"]) and made["owner"] == "anna"
    control.anna.refused(409, "name_conflict", "createToken", "/tokens", {"name": "anna", "role": "user"})
    control.anna.refused(400, "bad_value", "createToken", "/tokens", {"name": "x", "role": "user", "expires_in": 1})
    listed = control.anna.good("listTokens", "/tokens").json["items"]
    assert made["secret"] not in str(listed) and "Home-Assistant" in [t["name"] for t in listed]
    who = control.good("getSession", "/session", who=made["secret"]).json
    assert (who["kind"], who["name"], who["role"]) == ("token", "Home-Assistant", "user")
    assert control.anna.good("getToken", f"/tokens/{made['id']}").json["last_used"]
    for wrong in (made["secret"][:-1] + "0", made["secret"].upper(), made["secret"][5:], "spin_", "x"):
        if wrong != made["secret"]:
            control.refused(401, "bad_token", "getSession", "/session", who=wrong)
    control.anna.good("deleteToken", "/tokens/Home-Assistant", status=204)
    control.refused(401, "bad_token", "getSession", "/session", who=made["secret"])
    control.anna.refused(404, "unknown_token", "deleteToken", "/tokens/Home-Assistant")
    # Narrower than its role, and never wide enough to make another.
    narrow = control.anna.good("createToken", "/tokens", {"name": "narrow", "role": "admin", "scope": " act see"}, status=201).json
    assert narrow["scope"] == "see act"
    for operation, path in (("getSession", "/session"), ("listDevices", "/devices")):
        control.good(operation, path, who=narrow["secret"])
    for operation, path in (("listTokens", "/tokens"), ("getOpenapi", "/openapi.yaml")):
        control.refused(403, "denied", operation, path, who=narrow["secret"])
    control.refused(403, "denied", "createToken", "/tokens", {"name": "wide", "role": "admin"}, who=narrow["secret"])
    for scope in ("", "all", "see,act", "access"):
        control.anna.refused(400, "bad_value", "createToken", "/tokens", {"name": "x", "role": "user", "scope": scope})
    # Secrets are not on the disk.
    assert made["secret"][20:].encode() not in b"".join(f.read_bytes() for f in (control.folder / "state").iterdir() if f.is_file())


def test_audit_tells_of_it(control):
    """Who, from where, what it was and became; no password and no secret."""
    control.anna.good("createUser", "/users", {"name": "ada", "password": PASSWORD, "role": "viewer"}, status=201)
    control.anna.good("editUser", "/users/ada", {"role": "user"})
    control.login("ada")
    control.refused(401, "login_failed", "logIn", "/login", {"name": "ada", "password": "a wrong guess"})
    made = control.anna.good("createToken", "/tokens", {"name": "adas", "role": "viewer"}, status=201).json
    control.anna.good("deleteUser", "/users/ada", status=204)
    told = control.root.items("/audit")
    newest = {entry["operation"]: entry for entry in sorted(told, key=lambda e: e["seq"])}
    assert (newest["createUser"]["who"], newest["createUser"]["way"]) == ("anna", "session")
    assert newest["editUser"]["before"]["role"] == "viewer" and newest["editUser"]["after"]["role"] == "user"
    assert newest["deleteUser"]["before"]["name"] == "ada" and newest["createToken"]["after"]["name"] == "adas"
    assert ("logIn", "ada", "done") in [(e["operation"], e["who"], e["outcome"]) for e in told]
    assert "login_failed" in [e["reason"] for e in told]  # counted with its like, a minute long
    assert not any(secret in str(told) for secret in (PASSWORD, "a wrong guess", made["secret"][20:]))


def test_spinctl(control):
    token = control.spinctl("tokens", "add", "prom", "--role", "metrics", "--only", "system", "--for", "90d").stdout.strip()
    assert control.good("getMetrics", "/metrics", who=token).status == 200
    assert re.search(r"prom +metrics +system", control.spinctl("tokens").stdout)
    control.spinctl("tokens", "remove", "prom")
    control.spinctl("users", "add", "carl", "--role", "user", stdin=PASSWORD + "\n")
    control.spinctl("users", "add", "dora", stdin="short\n", code=1)
    control.spinctl("users", "role", "carl", "--role", "viewer")
    assert re.search(r"carl +viewer +no", control.spinctl("users").stdout)
    control.spinctl("users", "lock", "carl")
    assert re.search(r"carl +viewer +yes", control.spinctl("users").stdout)
    control.spinctl("users", "unlock", "carl")
    code = control.spinctl("users", "login-code", "carl").stdout.split()[0]
    carl = Browser(control, control.good("logIn", "/login", {"code": code}))
    assert carl.session().json["name"] == "carl"
    control.refused(401, "login_failed", "logIn", "/login", {"code": code})
    line = next(x for x in control.spinctl("sessions").stdout.splitlines() if "carl" in x)
    control.spinctl("sessions", "remove", line.split()[0])
    assert carl.session().status == 401
    control.good("makeLoginCode", "/users/carl:login-code", {"minutes": 1}, who=control.root)
    control.spinctl("users", "remove", "carl")
    control.spinctl("users", "remove", "carl", code=1)


def totp(secret, step):
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_codes_of_an_authenticator(control):
    control.anna.good("createUser", "/users", {"name": "tom", "password": PASSWORD, "role": "user"}, status=201)
    tom = control.login("tom")
    tom.refused(409, "no_codes", "confirmTotp", "/session/totp:confirm", {"code": "000000"})
    given = tom.good("beginTotp", "/session/totp").json
    assert given["uri"].startswith("otpauth://totp/SPIN:tom?secret=" + given["secret"])
    step = int(time.time()) // 30
    wrong = next(c for c in (f"{n:06}" for n in range(9)) if c not in [totp(given["secret"], step + d) for d in (-2, -1, 0, 1, 2)])
    tom.refused(401, "login_failed", "confirmTotp", "/session/totp:confirm", {"code": wrong})
    first = totp(given["secret"], step)
    recovery = tom.good("confirmTotp", "/session/totp:confirm", {"code": first}).json["recovery"]
    assert len(set(recovery)) == 10
    tom.refused(409, "codes_on", "beginTotp", "/session/totp")
    name = {"name": "tom", "password": PASSWORD}
    control.refused(401, "code_needed", "logIn", "/login", name)
    control.refused(401, "login_failed", "logIn", "/login", {**name, "totp": first})  # taken already
    assert control.login("tom", totp=totp(given["secret"], step + 1)).session().status == 200
    control.login("tom", totp=recovery[3].upper())
    control.refused(401, "login_failed", "logIn", "/login", {**name, "totp": recovery[3]})
    again = control.login("tom", totp=recovery[4])
    again.good("endTotp", "/session/totp", status=204)
    control.login("tom")
    control.anna.good("deleteUser", "/users/tom", status=204)


def test_guessing_becomes_slow_but_nobody_is_locked_out(control):
    control.login()  # what failed before is forgotten
    replies = [control.ask("logIn", "/login", {"name": "anna", "password": "wrong"}) for _ in range(12)]
    assert {r.status for r in replies} == {401, 429}
    waits = [int(r.headers["Retry-After"]) for r in replies if r.status == 429]
    assert all(1 <= w <= 30 for w in waits) and replies[-1].json["key"] == "too_many_attempts"
    assert control.anna.session().status == 200  # whoever is in stays in
    assert control.good("listUsers", "/users", who=control.root).status == 200
    # The wait is over when it says so.
    deadline = time.monotonic() + 40
    while True:
        reply = control.ask("logIn", "/login", {"name": "anna", "password": PASSWORD})
        if reply.status == 200:
            break
        assert reply.status == 429 and time.monotonic() < deadline, reply.body
        time.sleep(int(reply.headers["Retry-After"]) / 4)


def stream(control, headers):
    """An open event stream, with its snapshot read."""
    api = Api(control.url)
    link = api._connection(10)
    link.request("GET", "/api/v1/events", headers=headers)
    response = link.getresponse()
    assert response.status == 200
    response.readline()
    return response


def ends(response):
    """Within a second of what was done; stats come each second, so a stream that goes on is noticed."""
    start = time.monotonic()
    while response.readline():
        assert time.monotonic() - start < 5, "it goes on"
    return time.monotonic() - start


def test_what_is_revoked_ends_its_open_streams(control):
    control.anna.good("createUser", "/users", {"name": "eve", "password": PASSWORD, "role": "viewer"}, status=201)
    witness = stream(control, {"Cookie": control.anna.cookie})
    made = control.anna.good("createToken", "/tokens", {"name": "kiosk", "role": "viewer"}, status=201).json
    sessions = [control.login("eve") for _ in range(4)]
    open_ones = [stream(control, {"Cookie": s.cookie}) for s in sessions]
    by_token = stream(control, {"Authorization": f"Bearer {made['secret']}"})
    control.anna.good("deleteToken", f"/tokens/{made['id']}", status=204)
    assert ends(by_token) < 1
    sessions[0].good("logOut", "/logout", status=204)
    assert ends(open_ones[0]) < 1
    control.anna.good("editUser", "/users/eve", {"role": "user"})
    assert max(ends(s) for s in open_ones[1:]) < 1
    again = stream(control, {"Cookie": sessions[1].cookie})
    control.anna.good("editUser", "/users/eve", {"disabled": True})
    assert ends(again) < 1
    control.anna.good("editUser", "/users/eve", {"disabled": False})
    last = stream(control, {"Cookie": control.login("eve").cookie})
    control.anna.good("deleteUser", "/users/eve", status=204)
    assert ends(last) < 1
    assert witness.readline()
    witness.close()


def test_all_outlives_a_kill(control):
    """Sessions, tokens, accounts; and after ten minutes a sensitive action asks for the password."""
    token = token_of(control.folder, "viewer")
    control.anna.good("reauthenticate", "/session:reauthenticate", {"password": PASSWORD})
    control.anna.refused(401, "login_failed", "reauthenticate", "/session:reauthenticate", {"password": "wrong"})
    control.process.kill9()
    with contextlib.closing(sqlite3.connect(control.folder / "state" / "state.db")) as db, db:
        db.execute("UPDATE sessions SET password_given=password_given-601*1000000000")
    control.start()
    Process.started.remove(control.process)
    assert control.anna.session().json["name"] == "anna"
    assert control.good("getSession", "/session", who=token).json["role"] == "viewer"
    wanted = {"name": "late", "role": "viewer"}
    control.anna.refused(403, "password_needed", "createToken", "/tokens", wanted)
    assert control.anna.good("listTokens", "/tokens").json["items"]
    control.anna.good("reauthenticate", "/session:reauthenticate", {"password": PASSWORD})
    control.anna.good("createToken", "/tokens", wanted, status=201)


def test_every_operation_was_asked(control):
    """Last: what is tagged `access` is asked here, as test_contract.py asks the rest."""
    assert set(described(control.spec)) - set(described(control.spec, without="access")) <= control.asked
