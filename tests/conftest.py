"""What every test has to obey: it leaves nothing behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from machine import MACHINE
from outside import MARK, Watch

os.environ[MARK] = uuid.uuid4().hex  # every child inherits it, however it is started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How steady the machine was; what the exercises amount to, if they have been tested."""
    for _, seconds in MACHINE.stalls():
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
