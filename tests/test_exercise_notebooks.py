"""The exercise notebooks say what the catalogue says; Run All on unchanged starters never stops.

A check runs under every start method by itself, so each notebook is compared under one only; one of
them twice in one kernel, as by a learner who runs all cells once more.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from answers import UNFILLED
from course import ROOT, code_cells, compared_outputs, read, tags
from nbval_run import run_nbval, twice

from ipc_helpers.grading.catalogue import EXERCISES, Exercise, catalogue, notebook_of

NOTEBOOKS = sorted(EXERCISES.glob("*.ipynb"))
ALL = list(catalogue().exercises.values())
CODE_LINES = 15  # of a starter; blank lines, comments and docstrings are not code
# What a starter waits for stands in it, and in no helper: the account of a hang names that line.
LONGER = {
    "costs-2": "a clock is moved from one line to another, past birth, work and end",
    "costs-5": "both sides of a conversation, in which each answer gives a block back",
    "first-2": "two loops up to the end of file, one on each side: there it hangs",
    "second-2": "a segment from its making to its end, in a child and in the parent",
    "shared-1": "views and a segment, each made, used and let go of, in a child and in the parent",
    "shared-2": "a segment from its making to its end, in a child and in the parent",
    "shared-3": "a segment from its making to its end, in a child and in the parent",
    "shared-4": "one who writes, one who reads, and the parent that hands out what they share",
}
MOST_LINES = 22  # whatever the reason
per_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_one_for_each_lesson_and_it_is_what_the_catalogue_says() -> None:
    assert set(NOTEBOOKS) == {notebook_of(lesson) for lesson in catalogue().lessons}
    command = [sys.executable, ROOT / "tools" / "make_exercises.py", "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@per_notebook
def test_every_cell_was_run_and_is_compared(path: Path) -> None:
    cells = code_cells(read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(tags(cell) for cell in cells), "nothing is ignored"
    by_hand = [cell for cell in cells if cell.source.startswith("# By hand")]
    code = [cell for cell in cells[1:] if cell not in by_hand]
    silent = [cell.id for cell in code if not compared_outputs(cell)]
    assert silent == [], "all but the imports show something"


def test_a_starter_is_short() -> None:
    count = {one.id: code_lines(one.starter.read_text(encoding="utf-8")) for one in ALL}
    longer = {name for name, lines in count.items() if lines > CODE_LINES}
    assert longer == set(LONGER), "shorten it, or say why; what is short needs no reason"
    assert max(count.values()) <= MOST_LINES


def code_lines(source: str) -> int:
    about = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, about)]
    docs = [node.body[0] for node in nodes if ast.get_docstring(node)]
    silent = {line for doc in docs for line in range(doc.lineno, doc.end_lineno + 1)}
    lines = enumerate(map(str.strip, source.splitlines()), 1)
    return sum(bool(line) and line[0] != "#" and number not in silent for number, line in lines)


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_the_starter_is_refused_with_a_helpful_message(exercise: Exercise) -> None:
    """As stored; the next test compares that with a new run."""
    call = f'check("{exercise.id}")'
    cells = code_cells(read(notebook_of(exercise.lesson)))
    [cell] = [cell for cell in cells if cell.source.startswith(call)]
    shown = cell.outputs[0].data["text/plain"]
    assert ": not yet.\n" in shown and f'hint("{exercise.id}")' in shown
    assert not UNFILLED.search(shown), shown


@pytest.mark.slow
@per_notebook
def test_unchanged_starters_run_through_and_leave_nothing(
    path: Path, subtests: pytest.Subtests
) -> None:
    notebook = twice(read(path)) if "02" in path.stem else read(path)
    run = run_nbval(notebook, f"exercises/{path.stem}", "spawn")
    for verdict in run.verdicts:
        with subtests.test(f"{path.stem} {verdict.cell}"):
            if verdict.complaint:
                pytest.fail(verdict.complaint, pytrace=False)
    assert len(run.verdicts) == len(code_cells(notebook)) + 1, run.end_of_output
    assert run.left_in_kernel == [] and run.left_at_end == []
