# SPDX-License-Identifier: BSD-3-Clause
"""Listening beyond loopback: the household's authority, given certificates, names, origins, and what comes in plain."""

import json
import signal
import ssl
import stat

import pytest

from harness.api import token_of
from harness.gateway import program
from harness.netns import Netns, sh
from harness.tls import HERE, HERE6, PORT, TlsConnection, TlsControl, authority, dial, issue


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    """One for all tests that only ask; it outlives clean_up, which runs after each test."""
    control = TlsControl(tmp_path_factory.mktemp("tls"), names=["my.home", "panel.spin.home.arpa"],
                         cors=["https://panel.example"])
    Netns.made.remove(control.ns)
    yield control
    control.process.stop()
    control.ns.close()


def test_the_household_vouches_for_its_own(control):
    names = dict.fromkeys(value for kind, value in control.certificate()["subjectAltName"] if kind == "DNS")
    assert list(names) == ["spin.local", "spin.home.arpa", "panel.spin.home.arpa"]
    assert control.certificate(HERE6)
    for name in names:
        assert control.certificate(name=name)
    with pytest.raises(ssl.SSLCertVerificationError):
        control.certificate(name="my.home")  # not the household's to vouch for
    assert control.process.count("cannot vouch for my.home") == 1
    assert stat.S_IMODE((control.state_dir / "tls" / "ca.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((control.state_dir / "tls").stat().st_mode) == 0o700


def test_the_authority_can_vouch_for_nothing_else(control, tmp_path):
    signer = (control.ca, control.state_dir / "tls" / "ca.key")
    for subject, good in (("DNS:spin.local", True), ("DNS:a.spin.home.arpa", True), ("IP:10.1.2.3", True), ("IP:fd12::1", True),
                          ("DNS:example.org", False), ("DNS:xspin.local", False), ("IP:203.0.113.1", False),
                          ("IP:172.32.0.1", False), ("IP:2001:db8::1", False), ("DNS:spin.local,IP:8.8.8.8", False)):
        leaf, _ = issue(tmp_path, signer, "spin", subject)
        done = sh("openssl", "verify", "-CAfile", control.ca, leaf, check=False)
        assert (done.returncode == 0) == good, (subject, done.stdout, done.stderr)
        assert good or "permitted subtree violation" in done.stdout + done.stderr


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_protocols_are_refused(control):
    for protocols, good in ((["http/1.1"], True), (["h2", "http/1.1"], True), (["h2"], False), ([], True)):
        context = control.context()
        if protocols:
            context.set_alpn_protocols(protocols)
        if good:
            with context.wrap_socket(dial(control.ns, HERE), server_hostname=HERE) as link:
                assert link.selected_alpn_protocol() == ("http/1.1" if protocols else None)
        else:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(dial(control.ns, HERE), server_hostname=HERE)
    context = control.context()
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(dial(control.ns, HERE), server_hostname=HERE)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = control.context()
        context.minimum_version = context.maximum_version = version
        with context.wrap_socket(dial(control.ns, HERE), server_hostname=HERE) as link:
            link.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000"))
            assert link.recv(100).startswith(b"HTTP/1.1 4")
            assert not link.session.has_ticket  # nothing to resume on another listener


def test_plain_http_is_sent_to_https(control):
    with dial(control.ns, HERE) as link:
        link.sendall(f"GET /a?b=c HTTP/1.1\r\nHost: {HERE}:{PORT}\r\nCookie: x=y\r\n\r\n".encode())
        text = b"".join(iter(lambda: link.recv(65536), b""))  # and closes
    assert text.startswith(b"HTTP/1.1 308 ") and f"\r\nlocation: https://{HERE}:{PORT}/a?b=c\r\n".encode() in text.lower()
    with dial(control.ns, HERE) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 421 ")
    with dial(control.ns, HERE) as link:
        link.sendall(b"\x00\x01\x02\r\n\r\n")
        assert not link.recv(100).startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize("host, status", [
    (f"{HERE}:{PORT}", 200), ("my.home:13026", 200), ("MY.HOME:13026", 200), ("spin.local:13026", 200), ("spin.home.arpa.:13026", 200),
    ("localhost:1", 200), ("127.0.0.1", 200), ("[::1]:9", 200),
    ("my.home", 421), ("my.home:443", 421), (HERE, 421), (f"{HERE}:80", 421), (f"[{HERE6}]:{PORT}", 421), ("192.168.7.2:13026", 421),
    ("evil.example:13026", 421), ("my.home.evil.example:13026", 421), ("my.home@evil.example:13026", 421), ("", 421),
    ("my.home:13026:13026", 421), ("0xc0a80701:13026", 421)])
def test_host(control, host, status):
    """A name that was rebound to our address (DNS rebinding) is not ours."""
    assert control.request(headers={"Host": host}).status == status
    assert (control.request("POST", "/api/v1/undo", headers={"Host": host}).status == 421) == (status == 421)


@pytest.mark.parametrize("headers, status", [
    ({"Origin": f"https://{HERE}:{PORT}"}, 200),
    ({"Origin": f"http://{HERE}:{PORT}"}, 403),
    ({"Origin": f"https://{HERE}"}, 403),
    ({"Origin": "https://spin.local:13026"}, 403),  # ours, but not the one that was opened
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "https://panel.example.evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://panel.example"}, 200),
    ({"Origin": "http://panel.example"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "https://panel.example"}, 200),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403)])
def test_origin(control, headers, status):
    reply = control.request(headers=headers)
    assert reply.status == status
    listed = headers.get("Origin") == "https://panel.example"
    assert reply.headers["Access-Control-Allow-Origin"] == ("https://panel.example" if listed else None)
    assert "Access-Control-Allow-Credentials" not in reply.headers and reply.headers["Vary"] == "origin"


def test_preflight(control):
    ask = {"Origin": "https://panel.example", "Access-Control-Request-Method": "POST",
           "Access-Control-Request-Headers": "authorization"}
    reply = control.request("OPTIONS", "/api/v1/undo", headers=ask)
    assert reply.status == 204 and reply.headers["Access-Control-Allow-Origin"] == "https://panel.example"
    assert reply.headers["Access-Control-Allow-Methods"] == reply.headers["Allow"] == "POST, OPTIONS"
    allowed = reply.headers["Access-Control-Allow-Headers"].split(", ")
    assert "authorization" in allowed and "cookie" not in allowed and "*" not in allowed
    reply = control.request("OPTIONS", "/api/v1/undo", headers={**ask, "Origin": "https://evil.example"})
    assert reply.status == 403 and not [h for h in reply.headers if h.lower().startswith("access-control")]


def test_headers(control):
    for path in ("/api/v1/health", "/", "/api/v1/nothing"):
        headers = control.request(path=path).headers
        policy = headers["Content-Security-Policy"]
        for part in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert part in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cache-Control"] == ("no-store" if path.startswith("/api") else headers["Cache-Control"])
        assert "Strict-Transport-Security" not in headers and "Server" not in headers


def test_nobody_gets_in_without_an_account(control):
    for path in ("/devices", "/metrics", "/events", "/openapi.yaml"):
        assert control.request(path="/api/v1" + path).status in (401, 403)


def test_the_authority_is_handed_out(control):
    reply = control.request(path="/api/v1/ca.pem")
    assert reply.status == 200 and reply.headers["Content-Type"] == "application/pem-certificate-chain"
    assert reply.body == control.ca.read_bytes() and b"PRIVATE" not in reply.body
    done = sh(program("spinctl"), "--run-dir", control.run_dir, "ca")
    assert done.stdout.encode() == reply.body
    sh(program("spinctl"), "--run-dir", control.run_dir, "ca", "--file", control.folder / "copy.pem")
    assert (control.folder / "copy.pem").read_bytes() == reply.body


def test_one_address_gets_its_share(control):
    """Beyond it connections are closed at once; others, and loopback, are not touched."""
    crowd = [dial(control.ns, HERE) for _ in range(64)]
    last = dial(control.ns, HERE)
    assert last.recv(1) == b""
    assert control.api.request("GET", "/health").status == 200
    for link in crowd:
        link.close()


def test_certificates_follow_the_addresses(tmp_path):
    control = TlsControl(tmp_path, listen=["127.0.0.1:0", f"0.0.0.0:{PORT}"])
    with pytest.raises(ssl.SSLCertVerificationError):
        control.certificate(HERE, name="10.9.9.9")
    kept = TlsConnection(control.ns, HERE, control.context(), HERE)
    kept.request("GET", "/api/v1/health")
    kept.getresponse().read()
    control.ns.run("ip", "addr", "add", "10.9.9.9/24", "dev", "eth0")
    control.process.wait_line("certificate .* 10.9.9.9", 10)
    assert ("IP Address", "10.9.9.9") in control.certificate("10.9.9.9")["subjectAltName"]
    kept.request("GET", "/api/v1/health")  # on the connection from before
    assert kept.getresponse().status == 200
    # The authority stays over a restart, so nobody has to trust another.
    before = control.ca.read_bytes()
    kept.close()
    control.process.stop()
    control.start()
    assert control.ca.read_bytes() == before and control.certificate("10.9.9.9")


def test_given_certificates(tmp_path):
    signer = authority(tmp_path, "maker")
    issue(tmp_path, signer, "first", file="server")
    control = TlsControl(tmp_path, names=["my.home"], certificate=str(tmp_path / "server.pem"),
                         certificate_key=str(tmp_path / "server.key"))
    context = control.context(signer[0])

    def subject():
        return dict(x[0] for x in control.certificate(context=context, name="my.home")["subject"])["commonName"]

    assert subject() == "first"
    headers = control.request(headers={"Host": "my.home:13026"}, context=context, name="my.home").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    kept = TlsConnection(control.ns, HERE, context, "my.home")
    kept.request("GET", "/api/v1/health")
    kept.getresponse().read()
    issue(tmp_path, signer, "second", file="server")  # seen without a signal
    control.process.wait_line("certificate .*second", 15)
    assert subject() == "second"
    mark = control.process.mark()
    (tmp_path / "server.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n")
    control.process.signal(signal.SIGHUP)
    line = control.process.wait_line(r"tls: .*server.pem cannot be used as a certificate.*", 15, since=mark).group(0)
    assert "what was in use stays" in line
    assert subject() == "second"
    issue(tmp_path, signer, "third", file="server")
    control.process.signal(signal.SIGHUP)
    control.process.wait_line("certificate .*third", 15, since=mark)
    assert subject() == "third"
    issue(tmp_path, signer, "fourth", file="server", days=3)
    control.process.wait_line("server.pem holds a certificate that ends soon.*fourth.*newer", 15, since=mark)
    assert subject() == "fourth"
    kept.request("GET", "/api/v1/health")
    assert kept.getresponse().status == 200
    kept.close()


def test_a_bad_certificate_leaves_loopback(tmp_path):
    control = TlsControl(tmp_path, certificate=str(tmp_path / "none.pem"), certificate_key=str(tmp_path / "none.key"))
    assert "none.pem" in control.process.wait_line("tls: .*", 10).group(0)
    port = int(control.process.wait_line(r"ready on http://127.0.0.1:(\d+)").group(1))
    with dial(control.ns, "127.0.0.1", port) as link:
        link.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_session_over_https(tmp_path):
    """The cookie that browsers keep to this very host; its stream ends with it."""
    control = TlsControl(tmp_path)
    person = {"name": "anna", "password": "long enough, this"}
    reply = control.request("POST", "/api/v1/setup", headers={"Content-Type": "application/json"}, body=json.dumps(person))
    assert reply.status in (400, 401, 403)  # the first account is made near the gateway, or with its code
    code = control.api.get("/setup-code")["code"]
    assert control.api.request("POST", "/setup", {**person, "code": code}).status == 200
    reply = control.request("POST", "/api/v1/login", headers={"Content-Type": "application/json"}, body=json.dumps(person))
    assert reply.status == 200
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("__Host-spin=") and {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    mine = {"Cookie": cookie.split(";")[0], "Origin": f"https://{HERE}:{PORT}"}
    assert control.request(path="/api/v1/rules", headers=mine).status == 200
    assert control.request(path="/api/v1/rules", headers={"Cookie": mine["Cookie"].replace("__Host-spin", "spin")}).status == 401
    link = TlsConnection(control.ns, HERE, control.context(), HERE)
    link.request("GET", "/api/v1/events", headers=mine)
    stream = link.getresponse()
    assert stream.status == 200 and stream.readline()
    assert control.request("POST", "/api/v1/logout", headers=mine).status == 403  # without the header of the session
    assert control.request("POST", "/api/v1/logout", headers={**mine, "X-Spin-CSRF": reply.json["csrf"]}).status == 204
    while stream.readline():
        pass
    link.close()
    assert control.request(path="/api/v1/rules", headers=mine).status == 401


def test_the_providers_own_door(tmp_path):
    """Shut without consent; then only with a certificate of client_ca and a provider's token; shut again at once."""
    signer = authority(tmp_path, "provider-ca")
    mine, other = issue(tmp_path, signer, "north-net"), issue(tmp_path, authority(tmp_path, "other-ca"), "north-net", file="other")
    control = TlsControl(tmp_path, provider={"listen": f"{HERE}:13027", "client_ca": str(signer[0])})
    keys = {role: {"Authorization": f"Bearer {token_of(control.run_dir, role)}"} for role in ("provider", "admin")}

    def context(files=mine):
        context = control.context()
        if files:
            context.load_cert_chain(*files)
        return context

    def ask(path="/api/v1/devices", who="provider", files=mine, method="GET", body=None):
        link = TlsConnection(control.ns, HERE, context(files), HERE, port=13027)
        link.request(method, path, body, {**keys.get(who, {}), "Content-Type": "application/json"})
        return link, link.getresponse()

    with pytest.raises(ConnectionRefusedError):
        ask()
    assert control.api.request("POST", "/provider:grant", {"rights": ["devices", "flows"]}).status == 200
    assert ask()[1].status == 200
    for files in (None, other):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            ask(files=files)
    assert ask(who="admin")[1].status in (401, 403)  # a stolen one is worth nothing here
    assert ask("/api/v1/login", who="nobody", method="POST", body=json.dumps({"name": "a", "password": "b"}))[1].status in (401, 403)
    code = control.api.request("POST", "/help-codes", {"rights": ["devices"]}).json["code"]
    came = ask("/api/v1/login", who="nobody", method="POST", body=json.dumps({"code": code}))[1]  # nothing else is a login here
    assert came.status == 200 and came.headers["set-cookie"].startswith("__Host-spin=help_")
    assert control.request(headers=keys["provider"]).status in (200, 403)
    kept, stream = ask("/api/v1/events")
    assert stream.status == 200 and stream.readline()
    assert control.api.request("DELETE", f"/help-codes/{control.api.get('/help-codes')['items'][0]['id']}").status == 204
    assert control.api.request("POST", "/provider:end").status in (200, 204)
    while stream.readline():
        pass  # what was on its way; then it ends
    kept.close()
    with pytest.raises(ConnectionRefusedError):
        ask()


@pytest.mark.parametrize("config, hint", [
    ({"names": ["-bad"]}, "host name"), ({"names": ["192.0.2.1"]}, "host name"), ({"names": ["Upper.home"]}, "host name"),
    ({"cors": ["*"]}, "origin"), ({"cors": ["http://a.example"]}, "origin"), ({"cors": ["https://a.example/"]}, "origin"),
    ({"certificate": "/x"}, "certificate_key"), ({"provider": {"listen": "192.0.2.1:9"}}, "client_ca"),
    ({"events_max": 0}, "1 to"), ({"events_max_per_source": "many"}, "1 to"), ({"listen": ["my.home:9"]}, "numeric")])
def test_wrong_configuration(tmp_path, config, hint):
    (tmp_path / "spin.yaml").write_text(json.dumps(config))
    done = sh(program("spin-control"), "--config", tmp_path / "spin.yaml", "--run-dir", tmp_path, "--state-dir", tmp_path, check=False)
    assert done.returncode == 1 and "spin.yaml" in done.stderr and hint in done.stderr, done.stderr
