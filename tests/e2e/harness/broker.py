# SPDX-License-Identifier: BSD-3-Clause
"""Debian's mosquitto as the broker, and its own clients beside it."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

from .process import Process

SHIPPED = Path(__file__).resolve().parents[3] / "platform" / "mosquitto"
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port():
    """A port that nobody has now, and that may be taken again at once."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Broker:
    """mosquitto on loopback; `lines` are of its configuration, after that of the listener."""

    def __init__(self, folder, *lines, port=None, anonymous=True):
        self.port = port or free_port()
        self.file = folder / f"mosquitto-{self.port}.conf"
        self.file.write_text("\n".join([
            "user root", f"allow_anonymous {'true' if anonymous else 'false'}", "log_dest stderr",
            "log_type all", "set_tcp_nodelay true", f"listener {self.port} 127.0.0.1", *lines]) + "\n")
        self.process, self.ears = None, 0

    def start(self):
        self.process = Process([MOSQUITTO, "-c", self.file], name="mosquitto")
        self.process.wait_line(r"mosquitto version \S+ running")
        return self

    def stop(self):
        self.process.stop()

    def kill9(self):
        self.process.kill9()

    def subscribe(self, *topics, options=()):
        """Lines "topic payload" of a mosquitto_sub, as Heard."""
        self.ears += 1
        argv = ["mosquitto_sub", "-h", "127.0.0.1", "-p", self.port, "-i", f"ear-{self.ears}", "-F", "> %r %t %p", *options]
        heard = Heard(Process([*argv, *(x for t in topics for x in ("-t", t))], name="mosquitto_sub"))
        self.process.wait_line(rf"Sending SUBACK to ear-{self.ears}$")
        return heard

    def publish(self, topic, payload, *options):
        how = ["-n"] if payload is None else ["-s"] if len(payload) > 4096 else ["-m", payload]
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-t", topic, *how, *options],
                       input=payload if how == ["-s"] else None, text=True, check=True, timeout=60)


class ShippedBroker(Broker):
    """platform/mosquitto as it is, apart from ports and paths; `accounts` are names with their passwords."""

    def __init__(self, folder, accounts):
        self.port, self.web, self.file = free_port(), free_port(), folder / "mosquitto.conf"
        text = (SHIPPED / "spin.conf").read_text()
        for old, new in (("listener 1883", f"listener {self.port}"), ("listener 1884", f"listener {self.web}"), ("/etc/spin/mosquitto", str(folder))):
            text = text.replace(old, new)
        self.file.write_text("user root\nlog_dest stderr\nlog_type all\n" + text)
        (folder / "acl").write_text((SHIPPED / "acl").read_text())
        (folder / "passwd").write_text("")
        for name, password in accounts.items():
            subprocess.run(["mosquitto_passwd", "-b", folder / "passwd", name, password], check=True)
        self.process, self.ears = None, 0


class Heard:
    def __init__(self, process):
        self.process = process

    def mark(self):
        return self.process.mark()

    def message(self, topic, since=0, timeout=20, fits=".*"):
        """The payload of the next one on this topic (a pattern): JSON where it is, else text."""
        line = self.process.wait_line(rf"^> [01] (?:{topic}) ({fits})$", timeout, since)
        text = line.group(line.lastindex)
        try:
            return json.loads(text)
        except ValueError:
            return text

    def until(self, topic, wants, since=0, timeout=20):
        """The first one that `wants` says yes to."""
        n = 1
        while True:
            text = self.process.wait_line(rf"^> [01] (?:{topic}) (.*)$", timeout, since, times=n).group(1)
            n += 1
            if text and wants(json.loads(text)):
                return json.loads(text)

    def stop(self):
        self.process.stop()
