# SPDX-License-Identifier: BSD-3-Clause
"""A TCP door before a broker or a collector, behind which it is away, slow, silent, lying or refusing at a word."""

import contextlib
import socket
import threading
import time

GARBAGE = bytes([0xff]) * 4096


class Door:
    """`how` is open, shut (nobody listens), refusing (closed at once), silent (never read), lying or slow."""

    def __init__(self, target):
        self.target, self.how, self.lock, self.peers = target, "open", threading.Lock(), []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self._accept()

    def turn(self, how):
        """Whoever stands in the door is thrown out."""
        with self.lock:
            was, self.how = self.how, how
            for peer in self.peers:
                with contextlib.suppress(OSError):
                    peer.shutdown(socket.SHUT_RDWR)
                peer.close()
            self.peers = []
        if how == "shut":
            with contextlib.suppress(OSError):
                self.server.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
            self.server.close()
        elif was == "shut":
            self.server = socket.create_server(("127.0.0.1", self.port))
            self._accept()

    def _accept(self):
        threading.Thread(target=self._run, args=(self.server,), daemon=True).start()

    def _run(self, server):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = server.accept()
                with self.lock:
                    how = self.how
                    if how == "refusing":
                        peer.close()
                        continue
                    self.peers.append(peer)
                if how == "silent":
                    continue
                threading.Thread(target=self._serve, args=(peer, how), daemon=True).start()

    def _serve(self, peer, how):
        with contextlib.suppress(OSError):
            if how == "lying":
                while peer.recv(65536):
                    peer.sendall(GARBAGE)
                return
            behind = socket.create_connection(("127.0.0.1", self.target))
            with self.lock:
                self.peers.append(behind)
            threading.Thread(target=self._pass, args=(behind, peer, how), daemon=True).start()
            self._pass(peer, behind, how)

    @staticmethod
    def _pass(source, sink, how):
        with contextlib.suppress(OSError):
            while data := source.recv(64 if how == "slow" else 65536):
                sink.sendall(data)
                if how == "slow":
                    time.sleep(0.1)  # the pace of a slow one
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
