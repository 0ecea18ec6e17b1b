# SPDX-License-Identifier: BSD-3-Clause
"""Lists from servers: fetched, kept, refreshed; and servers that are slow, endless, lying or elsewhere."""

import gzip
import hashlib
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import threading

import pytest

from harness.gateway import BUILD, Gateway
from harness.process import Process

FAR, OTHER = "198.51.100.7", "198.51.100.8"
GOOD = b"[Adblock Plus 2.0]\n||ads.example^\n@@||good.ads.example^\n0.0.0.0 tracker.example\nexample.com##.ad\n"


class Server(http.server.ThreadingHTTPServer):
    """Answers every path with the behaviour of the same name, else with `pages`."""

    daemon_threads = True

    def __init__(self, address="127.0.0.1", certificate=None):
        """`certificate`: two files, with its key, for https."""
        self.pages, self.etag, self.asked, self.accepted = {"/list": GOOD}, '"1"', [], set()
        self.stopping = threading.Event()
        super().__init__((address, 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://{address}:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what this is about


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content_Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("If-None-Match")))
        server.accepted.add(self.headers.get("Accept"))
        page = server.pages.get(self.path)
        if callable(page):
            page(self)
        elif page is None:
            self.answer(404, b"<html>Not found</html>")
        elif server.etag and self.headers.get("If-None-Match") == server.etag:
            self.answer(304)
        else:
            self.answer(200, page, ETag=server.etag)


def endless(h):
    h.send_response(200)
    h.end_headers()
    while not h.server.stopping.is_set():
        h.wfile.write(b"a.example\n" * 1000)


def dripping(h):
    h.send_response(200)
    h.end_headers()
    while not h.server.stopping.wait(0.1):
        h.wfile.write(b"a")


def silent(h):
    h.server.stopping.wait(30)


def short(h):
    h.answer(200, b"a.example\n", Content_Length=100000)
    h.close_connection = True


def no_http(h):
    h.wfile.write(b"\x16\x03\x01garbage" * 50)
    h.close_connection = True


HOSTILE = [
    ("endless", endless, r"cannot be fetched: its answer is larger than its max of 1024 KiB"),
    ("dripping", dripping, r"cannot be fetched: its server did not end its answer within 2 s"),
    ("silent", silent, r"cannot be fetched: its server did not end its answer within 2 s"),
    ("loop", lambda h: h.answer(302, Location="/list"), r"cannot be fetched: its server sends us on more than 5 times"),
    ("to a file", lambda h: h.answer(302, Location="file:///etc/passwd"), r"cannot be fetched: .*address that is not http"),
    ("wrong length", short, r"cannot be fetched: its answer broke off after 10 bytes"),
    ("no HTTP", no_http, r"cannot be fetched: its server's answer is not HTTP"),
    ("404", lambda h: h.answer(404, b"example.org\n"), r"cannot be fetched: its server answers with status 404"),
    ("500", lambda h: h.answer(500, b"example.org\n"), r"cannot be fetched: its server answers with status 500"),
    ("empty", lambda h: h.answer(200), r"cannot be fetched: its server's answer is empty"),
    ("100 MB", lambda h: h.answer(200, b"a.example\n" * 10_000_000), r"cannot be fetched: its answer is larger than its max of 1024 KiB"),
    ("bomb", lambda h: h.answer(200, gzip.compress(b"a.example\n" * 5_000_000), Content_Encoding="gzip"),
     r"cannot be fetched: its answer is larger than its max of 1024 KiB"),
    ("broken gzip", lambda h: h.answer(200, b"no gzip at all", Content_Encoding="gzip"), r"cannot be fetched: "),
    ("a page", lambda h: h.answer(200, b"<!DOCTYPE html>\n<title>Sign in</title>\n"), r"is refused: it is no list but a web page"),
    ("binary", lambda h: h.answer(200, os.urandom(20000) + b"\0\n"), r"is refused: it is no list"),
    ("packed", lambda h: h.answer(200, gzip.compress(GOOD)), r"is refused: it is no list but a gzip file: unpack it first"),
    ("garbage", lambda h: h.answer(200, b"one two\nthree four\nfive.example\n"),
     r"is refused: it is no list: 1 entries were recognised \(domains\), 2 lines were not, the first at 1:5: expected one name"),
]


@pytest.fixture
def server():
    server = Server()
    yield server
    server.stopping.set()
    server.shutdown()
    server.server_close()


class Alone:
    """spin-control without a dataplane: what it makes of its lists."""

    def __init__(self, folder):
        self.gateway = Gateway(folder, None)
        self.config = folder / "spin.yaml"

    def start(self, *lists):
        self.config.write_text("lists:\n" + "".join(f"  - {json.dumps(one)}\n" for one in lists))
        self.gateway.start_control("--config", self.config, connected=False)
        return self

    def list(self, name="feed"):
        return self.gateway.api.get("/lists/" + name)

    def settled(self, name="feed"):
        """The list when its refresh has ended."""
        return self.gateway.api.until(lambda: (one := self.list(name)) and not one["refreshing"] and one, 20, "refreshed")

    def refresh(self, name="feed"):
        assert self.gateway.api.request("POST", f"/lists/{name}:refresh").status == 202
        return self.settled(name)


@pytest.fixture
def alone(clean_up, tmp_path):
    return Alone(tmp_path)


def feed(server, path="/list", **more):
    return {"name": "feed", "url": server.url + path, "action": "block", "allow_private": True, **more}


def test_a_feed_blocks_and_its_last_good_copy_outlives_the_server(server, make_home, tmp_path):
    server.pages["/list"] += FAR.encode() + b"\n"
    home = make_home()
    gateway, (tv, _) = home.gateway, home.devices
    lists = Alone(tmp_path)
    lists.gateway = gateway
    lists.start(feed(server))
    gateway.start_dataplane()
    gateway.control.wait_line("list 'feed': 3 entries")
    gateway.api.until(lambda: lists.list()["in_force"], 10, "in force")
    assert tv.ping(OTHER) and not tv.ping(FAR, 1)
    one = lists.settled()
    assert (one["entries"], one["exceptions"], one["lines_skipped"], one["format"]) == (3, 1, 1, "mixed")
    assert one["url"].endswith("/list") and one["next_fetch"] and one["fetched"] and not one["error"]

    lists.refresh()
    gateway.control.wait_line("list 'feed': its server has nothing newer")
    assert server.asked[-1] == ("/list", '"1"')
    gateway.api.until(lambda: (gateway.state_dir / "lists" / "feed.meta").exists(), 10, "its ETag kept")

    gateway.control.kill9()
    server.pages["/list"] = lambda h: h.answer(500)
    asked = len(server.asked)
    lists.start(feed(server))
    gateway.control.wait_line(r"lists \d+ are in force")
    assert lists.list()["entries"] == 3 and len(server.asked) == asked  # it was fetched a moment ago
    assert not tv.ping(FAR, 1)
    one = lists.refresh()
    assert "status 500" in one["error"] and one["entries"] == 3 and one["in_force"]
    assert gateway.api.get("/health")["status"] == "ok"  # the copy is young
    server.pages["/list"] = b"fresh.example\n"
    server.etag = '"2"'
    mark = gateway.control.mark()
    one = lists.refresh()
    gateway.control.wait_line(r"lists \d+ are in force", since=mark)
    assert one["entries"] == 1 and not one["error"] and tv.ping(FAR)


def test_hostile_servers_change_nothing_and_are_told(server, alone):
    server.pages["/list"] = GOOD
    alone.start(feed(server, max="1M", timeout="2s"))
    assert alone.settled()["entries"] == 2
    for what, behaviour, told in HOSTILE:
        server.pages["/list"] = behaviour
        one = alone.refresh()
        assert one["error"] and re.match(told, one["error"]), (what, one["error"])
        assert one["entries"] == 2 and one["next_fetch"], what
        alone.gateway.control.wait_line(re.escape(f"list 'feed' {one['error']}; what was in force stays"))
    server.pages["/list"], server.etag = b"ads.example\n", '"2"'
    one = alone.refresh()
    assert one["entries"] == 1 and one["error"] is None
    left = {p.name for p in (alone.gateway.state_dir / "lists").iterdir()}
    assert left <= {"feed.list", "feed.meta", "feed.meta.new"}


def test_a_first_fetch_that_fails_is_told_by_health(server, alone):
    alone.start(feed(server, "/nothing"))
    one = alone.settled()
    assert "status 404 (not found)" in one["error"] and one["entries"] == 0 and one["format"] is None
    assert one["changed"] is None and one["fetched"] is None and one["next_fetch"]


def test_servers_of_the_home_are_refused(server, alone):
    """Also behind a redirect, under other spellings, and by a name."""
    port = server.server_port
    hosts = ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "10.0.0.1", "[fd00::1]", "169.254.169.254"]
    alone.start(*({"name": f"l{i}", "url": f"http://{h}:{port}/list", "action": "block"} for i, h in enumerate(hosts)))
    for i, host in enumerate(hosts):
        error = alone.settled(f"l{i}")["error"]
        assert "an address of the home or of this machine" in error or "where nobody can be" in error, (host, error)
    assert server.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(server, alone, tmp_path):
    """Unless its authority is the list's own; and no redirect leads from https to http."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-keyout", key, "-out", cert, "-subj", "/CN=lists", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    secure = Server()
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    secure.url = f"https://127.0.0.1:{secure.server_port}"
    secure.pages["/down"] = lambda h: h.answer(302, Location=server.url + "/list")
    alone.start(feed(secure), {**feed(secure, ca=str(cert)), "name": "known"}, {**feed(secure, "/down", ca=str(cert)), "name": "down"},
                {**feed(secure, ca=str(cert)), "name": "other", "url": f"https://localhost:{secure.server_port}/list"})
    assert "certificate" in alone.settled()["error"]
    assert alone.settled("known")["entries"] == 2
    assert "from https to http" in alone.settled("down")["error"] and server.asked == []
    assert "localhost" in alone.settled("other")["error"]  # the certificate is of another name
    secure.shutdown()


def test_what_sha256_pins(server, alone):
    alone.start(feed(server, sha256=hashlib.sha256(GOOD).hexdigest()), {**feed(server, sha256="0" * 64), "name": "other"})
    assert alone.settled()["entries"] == 2
    assert "not the one that sha256 asks for" in alone.settled("other")["error"]


def test_the_program_that_fetches_is_shut_in(server):
    """It opens no other file for writing, and starts nothing: the body goes where fd 3 leads."""
    done = Process(["/bin/sh", "-c", f"{BUILD}/control/spin-fetch 3>/dev/full"], stdin=socket.socketpair()[0])
    done.wait_exit()  # an empty request
    assert "is started by spin-control" in done.text
    request = f"url {server.url}/list\nmax 100000\nallow_private true\n"
    full = Process(["/bin/sh", "-c", f"printf '{request}' | {BUILD}/control/spin-fetch 3>/dev/full"])
    full.wait_line("error it cannot be stored: No space left on device")


def test_allow_and_none_and_exceptions(make_home, tmp_path):
    home = make_home()
    gateway, (tv, _) = home.gateway, home.devices
    files = {"ads": "198.51.100.0/28\n||shop.example^\n@@||good.shop.example^\n", "mine": "198.51.100.9\nfine.example\n", "noted": "198.51.100.200\n"}
    actions = {"ads": "block", "mine": "allow", "noted": "none"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    lists = Alone(tmp_path)
    lists.gateway = gateway
    lists.start(*({"name": n, "file": str(tmp_path / n), "action": actions[n]} for n in files))
    gateway.start_dataplane()
    gateway.api.until(lambda: all(lists.list(n)["in_force"] for n in files), 10, "in force")
    assert not tv.ping(FAR, 1) and tv.ping("198.51.100.9") and tv.ping("198.51.100.200")
    gateway.api.until(lambda: lists.list("ads")["hits"] and lists.list("ads")["last_hit"], 10, "hits of the list")
    home.names({"bad.shop.example": ["198.51.100.100"], "good.shop.example": ["198.51.100.101"], "x.fine.example": ["198.51.100.8"]})
    for name in ("bad.shop.example", "good.shop.example", "x.fine.example"):
        assert home.resolve(tv, name)
    assert not tv.ping("198.51.100.100", 1) and tv.ping("198.51.100.101")
    assert tv.ping("198.51.100.8")  # listed by its address, allowed by its name


def test_a_list_of_100_megabytes(alone, tmp_path):
    """Refused with the size that would do; with that, in force within the memory there is."""
    big = tmp_path / "big"
    with open(big, "w") as f:
        for i in range(5_000_000):
            f.write(f"n{i:07d}.feed{i % 97}.example\n"[-21:].rjust(21, "x") if i % 2 else f"{i:07d}.host.example\n")
    assert big.stat().st_size > 100_000_000
    alone.start({"name": "feed", "file": str(big), "action": "block"})
    one = alone.settled()
    assert one["error"] == "is refused: it is larger than its max of 65536 KiB: raise max if that is meant"
    alone.gateway.control.stop()
    alone.start({"name": "feed", "file": str(big), "action": "block", "max": "256M"})
    alone.gateway.control.wait_line(r"list 'feed': 5000000 entries", 60)
    peak = next(int(line.split()[1]) for line in open(f"/proc/{alone.gateway.control.pid}/status") if line.startswith("VmHWM"))
    assert peak < 600_000, f"{peak} kB"
    assert not alone.settled()["error"]


def test_spinctl_lists(server, alone):
    alone.start(feed(server), {"name": "mine", "file": "/nowhere", "action": "allow"})
    alone.settled()
    ctl = alone.gateway.spinctl
    table = ctl("lists").stdout
    assert "LIST" in table and "feed  block" in table.replace("   ", "  ") and "mixed" in table
    assert "mine: cannot be read: /nowhere: No such file or directory" in table
    assert ctl("lists", "refresh", "feed").stdout == "feed: 2 entries (mixed)\n"
    server.pages["/list"] = lambda h: h.answer(404)
    done = ctl("lists", "refresh", "feed", check=False)
    assert done.returncode == 1 and "the list 'feed' cannot be fetched: its server answers with status 404" in done.stderr
    assert json.loads(ctl("lists", "--json").stdout)["items"][0]["name"] == "feed"
    assert "entries         2" in ctl("lists", "feed").stdout
    for argv, code, told in ((("lists", "moon"), 1, "no list 'moon'"), (("lists", "melt", "feed"), 2, "melt"),
                             (("lists", "refresh", "a/b"), 1, "no list 'a/b'")):
        done = ctl(*argv, check=False)
        assert done.returncode == code and told in done.stderr, done.stderr


def test_faults_of_the_configuration_have_a_place(alone, spawn):
    def line(**more):
        return {"name": "feed", "url": "https://example.org/x", "action": "block", **more}

    for bad, told in (
        (line(file="/x"), "either a file or a url"),
        ({"name": "x", "action": "block"}, "either a file or a url"),
        (line(url="ftp://example.org/x"), "is no address of a list: write https://server/path"),
        (line(url="https://me:secret@example.org/x"), "is no address of a list"),
        (line(url="https:///x"), "is no address of a list"),
        (line(name="../x"), "is no name of a list"),
        (line(name="a b"), "is no name of a list"),
        (line(action="drop"), "'drop' is no action of a list: write block, allow or none"),
        (line(every="24"), "'24' is not between 5m and 31d: write a number and its unit, as 24h"),
        (line(every="1m"), "'1m' is not between 5m and 31d"),
        (line(max="1T"), "'1T' is not between 1K and 512M"),
        (line(sha256="abc"), "'abc' is no SHA-256"),
        (line(allow_private="maybe"), "'maybe' is neither true nor false"),
        ({"name": "x", "file": "/x", "action": "block", "sha256": "0" * 64}, "are about a url"),
        (line(colour="red"), "unknown key 'colour'"),
    ):
        alone.config.write_text("lists:\n  - " + json.dumps(bad) + "\n")
        control = spawn(alone.gateway.control_argv("--config", alone.config))
        control.wait_line(r"spin.yaml:2:\d+: ")
        assert control.wait_exit() == 1 and told in control.text, control.text
