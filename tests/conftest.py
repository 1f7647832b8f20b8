"""What every test has to obey: it leaves nothing behind."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator

import machine
import pytest
from outside import MARK, Watch, shared_names

os.environ[MARK] = uuid.uuid4().hex  # every child inherits it, however it is started
machine.watch()
names_at_first = shared_names()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Side by side, a test cannot tell whose a name is; at the end, none may be left."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    until = time.monotonic() + 5
    while (left := shared_names() - names_at_first) and time.monotonic() < until:
        time.sleep(0.1)
    if left and session.config.getoption("numprocesses", None):
        print(f"\nleft in shared memory after all tests: {sorted(left)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How steady the machine was; what the exercises amount to, if they have been tested."""
    for _, seconds in machine.watched.stalls() if machine.watched else ():
        terminalreporter.write_line(f"the machine stood still for {seconds:.1f} s")
    reports = [r for found in terminalreporter.stats.values() for r in found]
    if any("test_a_mistake_is_met" in getattr(report, "nodeid", "") for report in reports):
        from answers import numbers

        terminalreporter.write_line(numbers())


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """After each test: no process, no shared-memory segment, no semaphore of ours."""
    watch = Watch()
    yield
    left = watch.left()
    assert not left, "the test left behind:\n" + "\n".join(left)
