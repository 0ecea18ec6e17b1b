# SPDX-License-Identifier: BSD-3-Clause
"""Tests that boot a virtual machine: namespaces and processes are those of the end-to-end tests.

    /usr/bin/python3 -m pytest tests/vm       after scripts/setup --vm; about 20 s a NIC
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from harness.netns import Netns  # noqa: E402
from harness.process import Process  # noqa: E402


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
