"""What goes wrong in mpscope itself is no failure of the program: each place is broken once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import observed_workers as workers
import pytest
from outside import START_METHODS

from mpscope import DeadlineExceeded, _block, _notes, observe
from mpscope._supervision import faults, report
from mpscope._supervision.cleanup import Cleanup
from mpscope._supervision.judge import Judge
from mpscope._supervision.lookout import Lookout
from mpscope._supervision.ours import Foreign
from mpscope._supervision.watchdog import Watchdog

METHOD = START_METHODS[0]
TOLD = "a look of mpscope's own has failed: KeyError: 12 (test_own_faults.py, line "


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Each test here breaks something, and that is kept; after it, all counts as before."""
    yield
    found = {one.partition(" (")[0] for one in faults.found}
    faults.found.clear()
    faults._told.clear()
    assert found == {"KeyError: 12"}


def break_down(*args: Any) -> Any:
    raise KeyError(12)


PLACES = {
    "a look": (Judge, "_finding"),
    "whom the block does not know": (Foreign, "note"),
    "the logs": (_block, "read_folder"),
    "notes on a block that ended well": (_notes, "mention"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_program_gets_its_results(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(*PLACES[place], break_down)
    with observe(METHOD) as mp:
        child = mp.Process(target=workers.sleep, args=(0.5,))
        child.start()
        child.join()
    assert child.exitcode == 0
    told = capsys.readouterr().err
    assert told.count(TOLD) == 1 and told.startswith("note: "), told


def test_a_program_gets_its_own_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_notes, "explain", break_down)
    monkeypatch.setattr(Foreign, "note", break_down)
    with pytest.raises(ZeroDivisionError), observe(METHOD):
        1 / 0  # noqa: B018
    assert TOLD in capsys.readouterr().err


def test_who_has_closed_stderr_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_notes, "mention", break_down)
    with open(os.devnull, "w") as closed:
        monkeypatch.setattr(sys, "stderr", closed)
    with observe(METHOD):
        pass


def test_an_interrupt_stays_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "wait_graph", break_down)
    monkeypatch.setattr(_block, "last_words", break_down)
    monkeypatch.setattr(report, "interrupted", break_down)
    with pytest.raises(KeyboardInterrupt), observe(METHOD) as mp:
        mp._supervisor.interrupted = report.Account([], {}, [])
        raise KeyboardInterrupt
    assert TOLD in capsys.readouterr().err


@pytest.mark.parametrize("broken", [(Judge, "_finding"), (_block, "last_words")])
def test_the_deadline_holds(
    broken: tuple[Any, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(*broken, break_down)
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded) as caught, observe(METHOD, deadline_s=0.5):
        time.sleep(20)
    assert time.monotonic() - began < 10
    assert TOLD in capsys.readouterr().err
    if broken[0] is Judge:
        assert str(caught.value).endswith("Who waited for whom, nobody could see: KeyError: 12.")


@pytest.mark.parametrize(
    "home, name",
    [(Lookout, "_is_late"), (Watchdog, "_starts_a_thread"), (Cleanup, "wake")],
)
def test_the_deadline_of_a_block_in_a_thread_holds(
    home: type, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that watches it goes on after a failure."""
    works, calls = getattr(home, name), []

    def breaks_at_first(self: Any) -> Any:
        calls.append(1)
        return break_down() if len(calls) == 1 else works(self)

    monkeypatch.setattr(home, name, breaks_at_first)
    ended: list[str] = []

    def run() -> None:
        with pytest.raises(DeadlineExceeded), observe(METHOD, deadline_s=0.5):
            while not ended:
                time.sleep(0.01)
        ended.append("in time")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    in_time, _ = list(ended), ended.append("too late")
    thread.join(10)
    assert in_time == ["in time"]


PROGRAM = """
import sys
from mpscope import _notes
from mpscope._run import launcher, session

def break_down(*args):
    raise KeyError(12)

session.cause_of = break_down
sys.argv = ["mpscope", "run", sys.argv[1]]
launcher.main()
"""


def test_an_unchanged_program_ends_as_it_would_alone(tmp_path: Path) -> None:
    faults.note(KeyError(12))  # the one of this test is in another process
    (tmp_path / "launch.py").write_text(PROGRAM)
    (tmp_path / "program.py").write_text("print('done'); raise SystemExit(3)")
    command = [sys.executable, "launch.py", "program.py"]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30
    )
    assert (ended.returncode, ended.stdout) == (3, "done\n"), ended.stderr
    assert "note: a look of mpscope's own has failed: KeyError: 12" in ended.stderr
