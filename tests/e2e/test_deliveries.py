# SPDX-License-Identifier: BSD-3-Clause
"""Notifications leave by the ways that spin.yaml names, and by no other: a real server, a sendmail, a command."""

import email
import email.policy
import http.server
import json
import queue
import ssl
import subprocess
import threading

from test_notifications import told

FAR = "198.51.100.7"
TOKEN = "tk_never_to_be_seen"


class Server(http.server.ThreadingHTTPServer):
    """Puts (method, path, headers, body) of every request into `got` and answers by its path."""

    daemon_threads = True

    def __init__(self, context=None):
        self.got, self.go_on = queue.Queue(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.put((self.command, self.path, dict(self.headers), json.loads(body)))
        if self.path == "/slow":
            self.server.go_on.wait(20)
        status = {"/away": 302, "/never": 404}.get(self.path, 200)
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:%d/elsewhere" % self.server.server_port)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def state(api, name):
    return next(d for d in api.get("/notifications/deliveries")["items"] if d["name"] == name)


def certificate(folder):
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


def configure(folder, server, tls, cert):
    """Every way there is; the words of the command prove that no shell reads them."""
    plain, secure = f"http://127.0.0.1:{server.server_port}", f"https://localhost:{tls.server_port}"
    mail = script(folder / "sendmail", f'echo "$@" > {folder}/mail.args\ncat > {folder}/mail.new && mv {folder}/mail.new {folder}/mail\n')
    tell = script(folder / "tell", f'{{ cat; echo "$@"; env; }} > {folder}/told.new && mv {folder}/told.new {folder}/told\n')
    stuck = script(folder / "stuck", "sleep 1000 & echo $! >&2; sleep 1000\n")
    rows = [
        f"{{name: plain, webhook: '{plain}/hook', token: {TOKEN}, allow_private: true}}",
        f"{{name: ntfy, webhook: '{plain}/home', template: ntfy, allow_private: true, severity: critical}}",
        f"{{name: matrix, webhook: '{plain}/_matrix/client/v3/rooms/!r:x', template: matrix, allow_private: true, severity: critical}}",
        f"{{name: private, webhook: '{plain}/private'}}",
        f"{{name: away, webhook: '{plain}/away', allow_private: true, severity: critical}}",
        f"{{name: never, webhook: '{plain}/never', allow_private: true, severity: critical}}",
        f"{{name: slow, webhook: '{plain}/slow', allow_private: true, severity: critical}}",
        f"{{name: secure, webhook: '{secure}/secure', ca: {cert}, allow_private: true, severity: critical}}",
        f"{{name: stranger, webhook: '{secure}/stranger', allow_private: true, severity: critical}}",
        f"{{name: night, webhook: '{plain}/night', allow_private: true, quiet: daily 00:00-00:00}}",
        f"{{name: tv, webhook: '{plain}/tv', allow_private: true, devices: [Television]}}",
        f"{{name: mail, mail: me@example.org, from: spin@example.org, sendmail: {mail}}}",
        f"{{name: command, command: [{tell}, '$(id)', '; touch {folder}/pwned']}}",
        f"{{name: stuck, command: [{stuck}], timeout: 1s, severity: critical}}",
        "{name: absent, command: [/nonexistent/program], severity: critical}",
    ]
    (folder / "spin.yaml").write_text("notifications:\n" + "".join(f"  - {row}\n" for row in rows))


def test_every_way_out(make_home, tmp_path):
    cert, context = certificate(tmp_path)
    server, tls = Server(), Server(context)
    configure(tmp_path, server, tls, cert)
    home = make_home(devices=1)
    gateway = home.gateway
    gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    gateway.start_dataplane()
    api = gateway.api
    api.until(lambda: api.get("/health")["dataplane"]["connected"], 15, "dataplane connected")
    assert home.devices[0].ping(FAR)
    dev = api.device(home.devices[0].mac)["id"]
    # Something about a device, of little weight: it goes where nothing else was asked for.
    assert api.request("PATCH", f"/devices/{dev}", {"name": "Télé\"vision", "profile": "guest"}).status == 200
    method, path, headers, body = server.got.get(timeout=15)
    assert (method, path, headers["Authorization"]) == ("POST", "/hook", "Bearer " + TOKEN)
    kept = next(n for n in api.get("/notifications")["items"] if n["message_key"] == "profile_set")
    assert body == kept
    api.until(lambda: (tmp_path / "mail").exists() and (tmp_path / "told").exists(), 15, "mail and command")
    assert (tmp_path / "mail.args").read_text() == "-i -f spin@example.org -- me@example.org\n"
    message = email.message_from_bytes((tmp_path / "mail").read_bytes(), policy=email.policy.default)
    assert message["To"] == "me@example.org" and message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "SPIN: " + kept["text"]
    assert message.get_content() == f"{kept['text']}\n\n{kept['why']}\n{kept['advice']}\n"
    said, words, *environment = (tmp_path / "told").read_text().splitlines()
    assert json.loads(said) == kept and words == f"$(id) ; touch {tmp_path}/pwned" and not (tmp_path / "pwned").exists()
    assert {line.split("=")[0] for line in environment} <= {"PATH", "LANG", "PWD", "_", "SHLVL", "OLDPWD"}
    api.until(lambda: state(api, "private")["lost"], 15, "refused")
    private = state(api, "private")
    assert "allow_private: true" in private["error"] and private["sent"] == 0
    night = state(api, "night")
    assert (night["queued"], night["waits_for_quiet"], night["quiet"]) == (1, True, "daily")
    assert state(api, "tv")["queued"] == 0 and state(api, "tv")["sent"] == 0
    api.request("PATCH", f"/devices/{dev}", {"name": "Television", "profile": "camera"})
    assert {server.got.get(timeout=15)[1], server.got.get(timeout=15)[1]} == {"/hook", "/tv"}
    # And something critical: by all of them, though one of the servers sleeps and two programs are of no use.
    with api.events("?types=notification") as events:
        gateway.dataplane.kill9()
        lost, _ = told(events, "dataplane_lost")
    got = {}
    while len(got) < 7:
        method, path, headers, body = server.got.get(timeout=15)
        got[path] = (method, headers, body)
    room = f"/_matrix/client/v3/rooms/!r:x/send/m.room.message/{lost['id']}-1"
    assert set(got) == {"/hook", "/", room, "/away", "/never", "/slow", "/night"}
    assert got["/"][2]["topic"] == "home" and got["/"][2]["priority"] == 5 and got["/"][2]["message"].startswith(lost["text"])
    assert got[room][0] == "PUT" and got[room][2]["body"].startswith(lost["text"])
    assert not any("Authorization" in got[path][1] for path in got if path != "/hook")
    assert tls.got.get(timeout=15)[1] == "/secure"
    assert api.get("/health")["status"] == "down"  # answers while a server sleeps
    assert state(api, "slow")["queued"] == 1 and state(api, "slow")["last_error"] is None
    server.go_on.set()
    for name, words in (("away", "redirects are not followed"), ("never", "is the address right?"), ("stranger", "certificate")):
        bad = api.until(lambda: (s := state(api, name))["lost"] and s, 15, name)  # pylint: disable=cell-var-from-loop
        assert words in bad["error"] and bad["queued"] == 0, bad
    stuck = api.until(lambda: (s := state(api, "stuck"))["error"] and s, 15, "stuck")
    assert stuck["error"] == "it took longer than 1 s" and stuck["queued"] == 1 and stuck["next_try"]
    assert "No such file" in state(api, "absent")["error"]
    api.until(lambda: state(api, "slow")["sent"] == 1, 15, "the sleeper took it")
    assert state(api, "night")["queued"] == 2 and state(api, "night")["sent"] == 1
    # A button to try them; a secret is seen by nobody but its server.
    answer = api.request("POST", "/notifications:test", {"delivery": "plain"})
    assert answer.status == 200 and answer.json["target"] == f"127.0.0.1:{server.server_port}"
    assert server.got.get(timeout=15)[3]["text"] == "This is a test of the delivery plain."
    refused = api.request("POST", "/notifications:test", {"delivery": "private"})
    assert (refused.status, refused.json["key"]) == (502, "delivery_failed") and "allow_private" in refused.json["detail"]
    assert gateway.spinctl("notifications", "test", "mail").stdout == "mail took the test\n"
    listed = gateway.spinctl("notifications", "deliveries").stdout
    assert "stranger" in listed
    assert server.got.empty() and TOKEN not in gateway.control.text + listed + json.dumps(api.get("/notifications/deliveries"))
