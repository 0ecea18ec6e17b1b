# SPDX-License-Identifier: BSD-3-Clause
"""IPFIX collectors: Debian's nfcapd and nfacctd over UDP, and one of ours over TCP and TLS that keeps what comes for Debian's ipfixDump."""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import ssl
import struct
import threading
import time
from pathlib import Path

from .broker import free_port  # noqa: F401
from .netns import sh
from .process import Process

NUMBERS = {"TCP": 6, "UDP": 17, "ICMP": 1, "ICMP6": 58, "ICMPv6": 58, "IGMP": 2}


def datagrams_unread(port):
    """Bytes that wait at the UDP sockets of this port, where none was dropped (proc_net_udp(5))."""
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    ours = [row for row in rows if int(row[1].rpartition(":")[2], 16) == port]
    assert all(row[12] == "0" for row in ours), "the kernel dropped datagrams"
    return sum(int(row[4].rpartition(":")[2], 16) for row in ours)


class Nfcapd:
    """Without its packets going further; `flows()` ends it and reads what it took."""

    def __init__(self, folder, port):
        self.folder, self.port = Path(folder), port
        self.folder.mkdir(exist_ok=True)
        self.process = Process([shutil.which("nfcapd") or "/usr/bin/nfcapd", "-w", self.folder, "-b", "127.0.0.1",
                                "-p", port, "-t", "3600"], name="nfcapd")
        self.process.wait_line("Startup", 20)

    def flows(self):
        """Rows of nfdump's csv, as dicts, when it has read all that came: what still waits at its socket it would leave there."""
        deadline = time.monotonic() + 20
        while (unread := datagrams_unread(self.port)) and time.monotonic() < deadline:
            os.sched_yield()
        assert unread == 0, f"nfcapd left {unread} bytes unread"
        self.process.signal(signal.SIGTERM)
        self.process.wait_exit()
        rows = []
        for file in sorted(self.folder.glob("nfcapd.*")):
            text = sh("nfdump", "-r", file, "-o", "csv", "-q").stdout
            names = sh("nfdump", "-r", file, "-o", "csv").stdout.splitlines()[0].split(",")
            rows += [row for row in csv.DictReader(io.StringIO(text), names) if row["ibyt"]]
        return rows


class Collector:
    """Keeps every byte of every connection, in `files`, one a connection."""

    def __init__(self, folder, port, context=None):
        self.folder, self.context, self.files = Path(folder), context, []
        self.met = threading.Semaphore(0)
        self.server = socket.create_server(("127.0.0.1", port))
        self.open = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.server.accept()
                if self.context:
                    try:
                        peer = self.context.wrap_socket(peer, server_side=True)
                    except (ssl.SSLError, OSError):
                        continue
                self.open.append(peer)
                file = self.folder / f"connection-{len(self.files)}.ipfix"
                file.touch()
                self.files.append(file)
                self.met.release()
                threading.Thread(target=self._keep, args=(peer, file), daemon=True).start()

    def _keep(self, peer, file):
        with contextlib.suppress(OSError), open(file, "ab", buffering=0) as to:
            while data := peer.recv(65536):
                to.write(data)

    def close(self):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept, and with it the port is free
        self.server.close()
        for peer in self.open:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()


def messages(data):
    """The whole IPFIX messages in it."""
    at = 0
    while at + 16 <= len(data):
        version, length = struct.unpack_from("!HH", data, at)
        assert version == 10 and 16 <= length <= 1400, (version, length)
        if at + length > len(data):
            return
        yield data[at:at + length]
        at += length


def records(file):
    """Data records as Debian's ipfixDump prints them: {element: text}."""
    done = sh("ipfixDump", "-i", file)
    assert "out of sequence" not in done.stderr and "Missing" not in done.stderr, done.stderr
    found = []
    for part in re.split(r"^--- data record \d+ ---$", done.stdout, flags=re.M)[1:]:
        part = part.split("---", 1)[0]
        found.append(dict(re.findall(r"^\s+\(\S+\)\s+(\S+) : (.*?)\s*$", part, re.M)))
    return found


class Nfacctd:
    """pmacct's collector over UDP: a reader of IPFIX that shares no code with our writer. `flows()` ends it and reads what it took."""

    def __init__(self, folder, port):
        folder = Path(folder)
        folder.mkdir(exist_ok=True)
        self.file = folder / "flows.json"
        config = folder / "nfacctd.conf"
        config.write_text(
            f"nfacctd_ip: 127.0.0.1\nnfacctd_port: {port}\nnfacctd_time_new: true\nplugins: print[all]\n"
            "aggregate[all]: src_host,dst_host,src_port,dst_port,proto\n"
            f"print_output[all]: json\nprint_output_file[all]: {self.file}\nprint_output_file_append[all]: true\n"
            "print_refresh_time[all]: 3600\n")
        self.process = Process([shutil.which("nfacctd") or "/usr/sbin/nfacctd", "-f", config], name="nfacctd")
        self.process.wait_line("waiting for NetFlow/IPFIX data", 20)

    def flows(self):
        """Its sums, as dicts."""
        self.process.signal(signal.SIGINT)  # writes what it has not written yet
        self.process.wait_exit()
        return [json.loads(line) for line in self.file.read_text().splitlines()]
