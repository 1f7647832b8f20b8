"""Answers that nobody wrote for a grader: right ones pass, wrong ones do not, on every try.

They stand in `blind_answers/`, a file per exercise: `# %% right: NAME`, `# %% wrong: NAME`, each a
whole program, made from the task alone. What a wrong one is told is not asked for here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from course import START_METHODS
from test_exercises import hand_in, machine_is_busy
from test_exercises import private as private

from ipc_helpers.grading.catalogue import catalogue
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.runner import CHECK_S

# Three checks of each answer take twenty minutes, and a busy machine makes right ones late.
pytestmark = pytest.mark.skipif("IPC_BLIND" not in os.environ, reason="`make blind` runs it")
FOLDER = Path(__file__).with_name("blind_answers")
TRIES = 3
HEADING = re.compile(r"^# %% (right|wrong): (.+)\n", re.MULTILINE)


def answers() -> list[tuple[str, str, bool, str]]:
    """(exercise, name, whether it is right, program)"""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
        for kind, name, program in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            found.append((path.stem.replace("_", "-"), name, kind == "right", program))
    return found


ANSWERS = answers()


def test_there_are_two_of_each_for_every_exercise_of_part_one() -> None:
    for exercise in catalogue().exercises.values():
        for kind in (True, False):
            count = sum((exercise.id, kind) == (id, right) for id, _, right, _ in ANSWERS)
            assert count >= 2 or exercise.id not in {id for id, *_ in ANSWERS}, (exercise.id, kind)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("id", "right", "program"),
    [pytest.param(id, right, text, id=f"{id}-{name}") for id, name, right, text in ANSWERS],
)
def test_the_verdict_is_the_right_one_each_time(
    id: str, right: bool, program: str, tmp_path: Path
) -> None:
    methods = [method for method in START_METHODS if method in grader_of(id).methods]
    for _ in range(TRIES):
        seconds = 3 * CHECK_S if machine_is_busy() else CHECK_S
        verdict = hand_in(catalogue().exercise(id), program, tmp_path, methods, seconds)
        assert bool(verdict) == right, verdict.text
