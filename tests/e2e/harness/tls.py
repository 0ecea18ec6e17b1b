# SPDX-License-Identifier: BSD-3-Clause
"""spin-control on addresses of a namespace of its own, and clients that speak TLS to it."""

import http.client
import json
import socket
import ssl
import threading

from .api import Api, Reply, UnixConnection
from .gateway import program
from .netns import Netns, sh

HERE = "192.168.7.1"
HERE6 = "fd00:7::1"
PORT = 13026


class TlsConnection(http.client.HTTPSConnection):
    """To an address, in a namespace, with the name that a browser would show."""

    def __init__(self, ns, address, context, name, port=PORT, timeout=10):
        super().__init__(name, port, timeout=timeout, context=context)
        self._ns, self._address, self._context_, self._name = ns, address, context, name

    def connect(self):
        self.sock = self._context_.wrap_socket(dial(self._ns, self._address, self.port, self.timeout),
                                               server_hostname=self._name)


def dial(ns, address, port=PORT, timeout=10):
    """A connected TCP socket; a thread of its own enters the namespace, so that ours stays where it is."""
    found = []

    def connect():
        try:
            with ns.entered():
                found.append(socket.create_connection((address, port), timeout))
        except OSError as error:
            found.append(error)

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


class TlsControl:
    """spin-control alone, in `ns` with HERE and HERE6, configured by `config` (a dict, written as YAML's JSON)."""

    def __init__(self, folder, ns=None, **config):
        self.folder, self.run_dir, self.state_dir = folder, folder / "run", folder / "state"
        self.run_dir.mkdir(exist_ok=True)
        self.state_dir.mkdir(exist_ok=True)
        self.ns = ns or home_ns()
        self.config = {"listen": ["127.0.0.1:0", f"{HERE}:{PORT}", f"[{HERE6}]:{PORT}"], **config}
        self.file = folder / "spin.yaml"
        self.start()

    def start(self):
        self.file.write_text(json.dumps(self.config))
        self.process = self.ns.popen(program("spin-control"), "--config", self.file, "--run-dir", self.run_dir,
                                     "--state-dir", self.state_dir, "--web-dir", self.folder / "web", name="spin-control")
        self.process.wait_line(r"control: ready on /", 15)
        self.api = Api("http://localhost", unix=self.run_dir / "api.sock")

    @property
    def ca(self):
        return self.state_dir / "tls" / "ca.pem"

    def context(self, ca=None):
        return ssl.create_default_context(cafile=str(ca or self.ca))

    def certificate(self, address=HERE, context=None, name=None):
        """The verified certificate, as ssl's dict; `subjectAltName` in it."""
        with (context or self.context()).wrap_socket(dial(self.ns, address), server_hostname=name or address) as link:
            return link.getpeercert()

    def request(self, method="GET", path="/api/v1/health", address=HERE, headers=None, body=None, context=None, name=None):
        link = TlsConnection(self.ns, address, context or self.context(), name or address)
        try:
            link.request(method, path, body, headers or {})
            response = link.getresponse()
            return Reply(response, response.read())
        finally:
            link.close()

    def unix(self):
        return UnixConnection(self.run_dir / "api.sock")


def home_ns():
    ns = Netns("home")
    ns.run("ip", "link", "add", "eth0", "type", "bridge")
    ns.run("ip", "addr", "add", f"{HERE}/24", "dev", "eth0")
    ns.run("ip", "addr", "add", f"{HERE6}/64", "dev", "eth0", "nodad")
    ns.run("ip", "link", "set", "eth0", "up")
    return ns


def authority(folder, name):
    """A certificate authority made with the openssl program: (certificate, key)."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    sh("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
       "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-out", certificate, "-keyout", key)
    return certificate, key


def issue(folder, signer, name, subject="DNS:my.home", file=None, days=90):
    """A certificate for `subject`, signed by what authority() gave: (certificate, key)."""
    file = file or name
    certificate, key, request = (folder / f"{file}.{ending}" for ending in ("pem", "key", "csr"))
    sh("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
       "-addext", f"subjectAltName={subject}", "-out", request, "-keyout", key)
    sh("openssl", "x509", "-req", "-in", request, "-CA", signer[0], "-CAkey", signer[1], "-CAcreateserial",
       "-copy_extensions", "copy", "-days", str(days), "-out", certificate)
    return certificate, key
