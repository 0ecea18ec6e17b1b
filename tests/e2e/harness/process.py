# SPDX-License-Identifier: BSD-3-Clause
"""A program under test whose output is awaited line by line, with a deadline and without sleeping."""

import re
import signal
import subprocess
import threading
import time


class Process:
    """Runs `argv`; `lines` holds (monotonic time, text) of stdout and stderr together."""

    started = []  # all that a test made, newest last; conftest stops them and prints their logs

    def __init__(self, argv, name=None, stdin=None, **options):
        self.argv = [str(a) for a in argv]
        self.name = name or self.argv[0].rsplit("/", 1)[-1]
        self.lines = []
        self._changed = threading.Condition()
        self._open = True
        self._child = subprocess.Popen(
            self.argv, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", bufsize=1, **options)
        threading.Thread(target=self._read, daemon=True).start()
        Process.started.append(self)

    def _read(self):
        for line in self._child.stdout:
            with self._changed:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self._changed.notify_all()
        with self._changed:
            self._open = False
            self._changed.notify_all()

    @property
    def pid(self):
        return self._child.pid

    @property
    def text(self):
        return "\n".join(line for _, line in self.lines)

    def mark(self):
        """A place in the output: give it to wait_line or count as `since`."""
        return len(self.lines)

    def count(self, pattern, since=0):
        return sum(1 for _, line in self.lines[since:] if re.search(pattern, line))

    def wait_line(self, pattern, timeout=15, since=0, times=1):
        """Waits until `pattern` has come `times` times since mark `since`; returns the last match."""
        deadline = time.monotonic() + timeout
        at, seen = since, 0
        with self._changed:
            while True:
                while at < len(self.lines):
                    match = re.search(pattern, self.lines[at][1])
                    at += 1
                    if match:
                        seen += 1
                        if seen == times:
                            return match
                left = deadline - time.monotonic()
                if not self._open:
                    raise AssertionError(f"{self.name} ended (exit {self._child.wait()}) before /{pattern}/:\n{self.text}")
                if left <= 0 or not self._changed.wait(left):
                    if at >= len(self.lines) and left <= 0 or time.monotonic() >= deadline:
                        raise AssertionError(
                            f"{self.name}: /{pattern}/ came {seen} of {times} times in {timeout} s:\n{self.text}")

    def wait_exit(self, timeout=15):
        """The exit status, as the shell gives it (negative: killed by a signal)."""
        status = self._child.wait(timeout)
        with self._changed:
            self._changed.wait_for(lambda: not self._open, 5)
        return status

    @property
    def running(self):
        return self._child.poll() is None

    def signal(self, number):
        self._child.send_signal(number)

    def kill9(self):
        self._child.send_signal(signal.SIGKILL)
        return self.wait_exit()

    def stop(self, timeout=10):
        """Asks it to end, insists after `timeout`; safe to call twice."""
        if self.running:
            self._child.terminate()
            try:
                return self.wait_exit(timeout)
            except subprocess.TimeoutExpired:
                self._child.kill()
        return self.wait_exit()
