"""Drop-in, for the lessons: their programs print the same with the standard context."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from course import ROOT, START_METHODS, code_cells, lessons, read
from observing import as_in_a_notebook  # noqa: F401
from plain_programs import programs

from mpscope._supervision import quiescence, supervisor

# Programs of a lesson that print; fewer would prove little. Most of 00 and 09 is a measurement, a
# block that fails, or `interleavings()`: those need more than the standard context.
LEAST = {"00_start_here": 1, "09_races_one_step_at_a_time": 1}


def lessons_with_a_method(first: int) -> list[pytest.ParameterSet]:
    """Each lesson under one start method: the notebooks themselves run under all of them."""
    return [
        pytest.param(lesson, START_METHODS[(first + n) % len(START_METHODS)], id=lesson.stem)
        for n, lesson in enumerate(lessons())
    ]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the programs are bounded by SIGALRM")
@pytest.mark.parametrize(("lesson", "method"), lessons_with_a_method(0))
def test_programs_print_the_same_without_observe(lesson: Path, method: str) -> None:
    answer = subprocess.run(
        [sys.executable, ROOT / "tests" / "plain_notebook.py", lesson, method],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    plain = json.loads(answer.stdout[answer.stdout.rindex('{"') :])  # children print before it
    stored = {cell.id: said(cell) for cell in read(lesson).cells if cell.id in plain}
    assert plain == stored
    assert sum(map(bool, plain.values())) >= LEAST.get(lesson.stem, 2)


def said(cell: object) -> str:
    """What the parent printed; a transcript that the cell printed is none of it."""
    streams = [out for out in cell.outputs if out.output_type == "stream"]  # type: ignore[attr-defined]
    text = "".join(out.text for out in streams if out.name == "stdout")
    if "print(mp.transcript())" not in cell.source:  # type: ignore[attr-defined]
        return text
    return "".join(line for line in text.splitlines(True) if not is_told(line))


def is_told(line: str) -> bool:
    """Whether a line is one of a transcript: a label, then | or !."""
    return line.partition(" | ")[1] != "" or line.partition(" ! ")[1] != ""


@pytest.mark.slow
@pytest.mark.skipif("IPC_RUNS" not in os.environ, reason="`make soak` does it, IPC_RUNS=20 times")
@pytest.mark.parametrize(("lesson", "method"), lessons_with_a_method(1))
def test_no_program_of_a_lesson_seems_stuck(
    lesson: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at seven times as often as a learner's is, and judged whenever two looks are alike.

    `make soak` does it; of small programs the engine's test_healthy shows it every time.
    """
    monkeypatch.setattr(supervisor, "TICK_S", 0.02)
    monkeypatch.setattr(quiescence, "TELLING", set(range(2, 1000)))
    monkeypatch.setenv("IPC_START_METHOD", method)
    monkeypatch.chdir(lesson.parent)
    monkeypatch.setattr("ipc_helpers.show_source", lambda worker: None)
    cells = programs(code_cells(read(lesson)))
    assert cells
    for _ in range(int(os.environ["IPC_RUNS"])):
        namespace: dict[str, Any] = {"__name__": "notebook", "display": lambda *shown: None}
        for cell, source in cells:
            exec(compile(source, cell.id, "exec"), namespace)
