"""Answers that nobody wrote for a grader: right ones pass, wrong ones do not, on every try.

They stand in `blind_answers/`, a file per exercise: `# %% right: NAME`, `# %% wrong: NAME`, each a
whole program. They were written from the tasks alone, before their author had read a grader, and
put in then; `git log` shows it. Whoever adds one does the same, and corrects a grader, not the
answer, when the two disagree; unless the answer is at fault.

Here each is judged once, in this process. `make blind` judges each ten times as a learner's check
does, in its sandbox, under every start method, beside two busy loops.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from course import START_METHODS
from test_exercises import private as private

from ipc_helpers import worker_cell
from ipc_helpers.grading.api import examine, patience_s
from ipc_helpers.grading.catalogue import catalogue
from ipc_helpers.grading.feedback import Verdict
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.runner import perform

FOLDER = Path(__file__).with_name("blind_answers")
TRIES = 10
MORE_S = 20.0  # what a check says to give it when the machine is busy
LIMIT_S = 10.0  # of a run: who hangs is found long before
HEADING = re.compile(r"^# %% (right|wrong): (.+?)(?: under (\w+))?\n", re.MULTILINE)
IN_EARNEST = "IPC_BLIND" in os.environ


class Blind(NamedTuple):
    """An answer, and whether it is right."""

    exercise: str
    name: str
    right: bool
    method: str
    """Under which it is judged here: a wrong one may be right under fork."""
    program: str


def answers() -> Iterator[Blind]:
    for path in sorted(FOLDER.glob("*.py")):
        _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
        for kind, name, method, program in zip(*(parts[n::4] for n in range(4)), strict=True):
            id = path.stem.replace("_", "-")
            yield Blind(id, name, kind == "right", method or "fork", program)


ANSWERS = list(answers())
PART_ONE = [one.id for one in catalogue().exercises.values() if one.lesson < "06"]
each = pytest.mark.parametrize(
    "blind", [pytest.param(blind, id=f"{blind.exercise}-{blind.name}") for blind in ANSWERS]
)


def test_there_are_a_hundred_half_of_them_right() -> None:
    assert len(ANSWERS) >= 100
    assert abs(sum(blind.right for blind in ANSWERS) - len(ANSWERS) / 2) <= 1


@pytest.mark.parametrize("id", PART_ONE)
def test_each_exercise_of_part_one_has_five(id: str) -> None:
    """Two right ones and two wrong ones at least: half of a hundred could be of one exercise."""
    right = [blind.right for blind in ANSWERS if blind.exercise == id]
    assert (len(right) >= 5, right.count(True) >= 2, right.count(False) >= 2) == (True,) * 3


@pytest.mark.slow
@each
def test_the_verdict_is_the_right_one(blind: Blind, tmp_path: Path) -> None:
    if blind.method not in START_METHODS:
        pytest.skip(f"no {blind.method} on this platform")
    exercise, grader = catalogue().exercise(blind.exercise), grader_of(blind.exercise)
    module = worker_cell.write(exercise.module, blind.program, tmp_path)
    function = getattr(module, exercise.function)
    file = str(tmp_path / worker_cell.PACKAGE / f"{exercise.module}.py")
    findings = []
    for name in grader.cases:
        late = not findings
        run, _ = perform(grader, function, blind.method, name, LIMIT_S, file, late)
        findings.append(grader.examine(run))
        if findings[-1]:
            break
    assert (findings[-1] is None) == blind.right, findings


@pytest.fixture(scope="module")
def two_busy_loops() -> Iterator[None]:
    """Two in all, however many answers are judged side by side."""
    first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"
    busy = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(busy) for _ in range(2 if first else 0)]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


def judged(blind: Blind, folder: Path) -> Verdict:
    """The verdict that a learner gets: who is told that time was up gives it more."""
    exercise = catalogue().exercise(blind.exercise)
    worker_cell.write(exercise.module, blind.program, folder)
    methods = grader_of(exercise.id).methods
    verdict = examine(exercise, None, methods, patience_s())
    if verdict.finding == "too-slow":
        verdict = examine(exercise, None, methods, MORE_S)
    return verdict


@pytest.mark.skipif(not IN_EARNEST, reason="`make blind` runs it: twenty minutes")
@each
def test_the_verdict_is_the_right_one_each_time(
    blind: Blind, tmp_path: Path, two_busy_loops: None
) -> None:
    verdicts = [judged(blind, tmp_path) for _ in range(TRIES)]
    found = Counter(verdict.finding for verdict in verdicts)
    print(blind.exercise, blind.name, dict(found))
    wrong = [verdict.text for verdict in verdicts if bool(verdict) != blind.right]
    assert not wrong, f"{found}: {wrong[0]}"
