"""What every test has to obey: it leaves nothing behind. Hooks and a fixture for `conftest.py`.

The engine's tests and the course's share them: each conftest imports them all.
"""

from __future__ import annotations

import gc
import os
import re
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import machine
import pytest
from outside import MARK, START_METHODS, Watch, belongs_to_others, shared_names
from xdist.scheduler import LoadScopeScheduling

from mpscope._supervision import faults
from mpscope._supervision.sweep import sweep

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # what a shell does to jobs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # here, Ctrl-C is what we test
os.environ[MARK] = uuid.uuid4().hex  # every child inherits it, however it is started
machine.watch()
names_at_first = shared_names()
finished: set[str] = set()  # the tests that have a verdict

# Side by side, the tests of these files stay in one worker.
TOGETHER = {"test_kernel.py": "a kernel that is killed leaves names for a moment"}


class SideBySide(LoadScopeScheduling):
    """Each test goes to whoever is free, but for those that stay together.

    (xdist's own `--dist loadgroup` writes the group into a test's id, which pytest 9.2 ignores.)
    """

    def _split_scope(self, nodeid: str) -> str:
        name = PurePosixPath(nodeid.partition("::")[0]).name
        if name == "test_browser.py":  # two browsers, each with one lesson after the other
            lesson = re.search(r"\[(?:exercises/(?:exercises_|checkpoint_)?)?(\d+)", nodeid)
            return f"{name} {int(lesson[1]) % 2}" if lesson else name
        return TOGETHER.get(name, nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SideBySide:
    return SideBySide(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs under each start method is slow under all but the first: see `make check-fast`."""
    for item in items:
        chosen = getattr(item, "callspec", None)
        if chosen and chosen.params.get("method") in START_METHODS[1:]:
            item.add_marker("slow")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there before the first test stays; to look through it at each collection costs."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    finished.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Side by side, a test cannot tell whose a name is; at the end, none may be left."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if len(finished) < session.testscollected and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.INTERRUPTED  # to run the failed ones is not enough
    if not session.config.getoption("numprocesses", None):
        return
    until = time.monotonic() + 5
    while (left := nobodys_names()) and time.monotonic() < until:
        sweep()  # a kernel that was killed leaves its names to the next import
        time.sleep(0.1)
    if left:
        print(f"\nleft in shared memory after all tests: {left}")
        session.exitstatus = pytest.ExitCode.INTERRUPTED  # no test has failed that could run again


def nobodys_names() -> list[str]:
    """The new names in shared memory that no living process has."""
    return sorted(n for n in shared_names() - names_at_first if not belongs_to_others(n, {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How steady the machine was."""
    for _, seconds in machine.watched.stalls() if machine.watched else ():
        terminalreporter.write_line(f"the machine stood still for {seconds:.1f} s")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """After each test: no process, no shared-memory segment, no semaphore of ours.

    And no fault of ours that was kept from the program.
    """
    watch = Watch()
    yield
    left, kept = watch.left(), faults.found[:]
    faults.found.clear()
    assert not left, "the test left behind:\n" + "\n".join(left)
    assert not kept, "mpscope itself has failed:\n" + "\n".join(kept)
