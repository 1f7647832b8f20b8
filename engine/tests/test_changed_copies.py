"""What a child changes in its own copy is told where the parent goes on as if it were shared."""

from __future__ import annotations

import subprocess
import sys
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

import copies_programs as programs
import pytest
from observing import as_in_a_notebook, notes, per_method  # noqa: F401
from outside import START_METHODS

from mpscope import observe


@per_method
@pytest.mark.parametrize(("program", "said"), programs.FOR_NOTHING)
def test_a_change_that_never_reaches_the_parent_is_told(
    program: Any, said: list[str], method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp:
        program(mp)
    described = str(mp.describe())
    told = sorted(notes(capsys))
    assert len(told) == len(said)
    for note, words in zip(told, sorted(said), strict=True):
        assert note.startswith(f"note: {words}")
        assert words in described
        assert "which is read after join() (copies_programs.py, line " in note
        assert f" in {program.__name__})" in note


def test_a_matrix_that_forked_children_fill_stays_empty(capsys: Any) -> None:
    """A spawned child makes it anew, and nobody can say here what it made."""
    if "fork" not in START_METHODS:
        pytest.skip("needs fork")
    with observe("fork") as mp:
        programs.fill_a_matrix(mp)
    (note,) = notes(capsys)
    assert note.startswith("note: grid: child-1 and child-2 changed their copies, and the parent's")


@per_method
@pytest.mark.parametrize("program", programs.FOR_A_REASON)
def test_what_is_meant_to_be_a_childs_own_is_not(
    program: Any, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp:
        program(mp)
    assert notes(capsys) == []


def test_what_the_program_deletes_is_gone_although_its_variables_were_looked_at() -> None:
    with observe(START_METHODS[0]) as mp:
        ready, thing = mp.Event(), Counter("one")
        gone = weakref.ref(thing)
        programs.joined(mp)
        del thing
        assert gone() is None
        other = Counter("another")
        gone = weakref.ref(other)
        child = mp.Process(target=ready.set)
        child.start()
        while not ready.is_set():
            pass  # a loop that only asks is looked at, too
        del other
        assert gone() is None
        child.join()


def test_what_the_program_has_of_its_variables_stays() -> None:
    rows: list[int] = []
    mine = locals()
    with observe(START_METHODS[0]) as mp:
        programs.joined(mp)
    assert mine["rows"] is rows


PROGRAM = """
import multiprocessing

class Worker(multiprocessing.Process):
    result, total = None, 0
    def __init__(self):
        super().__init__()
        self.result = None
    def run(self):
        self.result = 7

if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    workers = [Worker() for _ in range(2)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
    print([worker.result for worker in workers])
"""


@per_method
def test_a_program_is_told_too(method: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(method=method), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mpscope", "run", str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[None, None]\n"
    assert done.stderr.startswith(
        "mpscope: result: Worker-1 and Worker-2 changed their copies, and the parent's, which is "
        "read after join() (program.py, line 17), is still None"
    )
