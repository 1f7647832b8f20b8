"""Every test of the course leaves nothing behind; the exercises say what they amount to."""

from __future__ import annotations

import _sooner  # noqa: F401
import leaks
import pytest
from leaks import (  # noqa: F401
    nothing_left_behind,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_xdist_make_scheduler,
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How steady the machine was; what the exercises amount to, if they have been tested."""
    leaks.pytest_terminal_summary(terminalreporter)
    reports = [r for found in terminalreporter.stats.values() for r in found]
    if any("test_a_mistake_is_met" in getattr(report, "nodeid", "") for report in reports):
        from answers import numbers

        terminalreporter.write_line(numbers())
