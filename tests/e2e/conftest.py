# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of the end-to-end tests: real processes in network namespaces (see harness/).

    def test_x(home):            # two devices, a router, both processes running
        home.gateway.api.get("/devices")
        home.devices[0].ping(home.router.ipv4)

    make_home(devices=3, offloads=True)    # another shape; .gateway.start() starts the processes
    make_gateway(ns, lan=[…], wan=[…])     # only the processes, on ports the test made itself
    spawn(argv)                            # any program, with wait_line()

Tests wait for a line, an event or an exit with a deadline; they never sleep. Logs are printed for a
failed test only. The build under test is $SPIN_BUILD (default build/), $SPIN_DRIVER the ports' driver.
Not root: `unshare -Urmn python3 -m pytest tests/e2e`.
"""

import os
import signal
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from harness.gateway import Gateway, Home, program  # noqa: E402
from harness.netns import Netns  # noqa: E402
from harness.process import Process  # noqa: E402


def pytest_sessionstart():
    """A namespace of one's own begins with loopback down, where spin-control listens; what a script runs in the
    background begins with SIGINT ignored, and so would what we start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.geteuid() == 0:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False)


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="needs namespaces: run as root or under `unshare -Urmn`"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for process in Process.started:
            report.sections.append((f"log of {process.name}", process.text[-8000:]))


@pytest.fixture(autouse=True)
def clean_up():
    """Whatever a test started is gone when it ends."""
    Process.started.clear()
    Netns.made.clear()
    yield
    for process in reversed(Process.started):
        process.stop()
    for ns in Netns.made:
        ns.close()


@pytest.fixture
def spawn(clean_up):
    return Process


@pytest.fixture
def make_home(clean_up, tmp_path):
    return lambda **shape: Home(tmp_path, **shape)


@pytest.fixture
def make_gateway(clean_up, tmp_path):
    return lambda ns, **options: Gateway(tmp_path, ns, **options)


@pytest.fixture
def home(make_home):
    home = make_home()
    home.gateway.start()
    return home


@pytest.fixture
def spinctl_path():
    return program("spinctl")
