"""What a learner calls: `check`, `hint`, `solution`, `predict`, `progress`."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ipc_helpers import worker_cell
from ipc_helpers.grading import record, sandbox
from ipc_helpers.grading.answer import Refused, find
from ipc_helpers.grading.catalogue import Exercise, catalogue
from ipc_helpers.grading.feedback import Verdict
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.runner import CHECK_S, Report
from ipc_helpers.lesson import Source

worker_cell.make_known()
NO_ATTEMPT = {"never-run", "not-written"}


class Said(str):
    """Text whose `repr` is itself, so that a cell's last line shows it as it is."""

    def __repr__(self) -> str:
        return str(self)


def check(id: str, answer: Callable[..., Any] | None = None, seconds: float = CHECK_S) -> Verdict:
    """Run an answer and say what is right, what is not, and what to look at again.

    Args:
        id: the exercise, "queue-1".
        answer: the function; by default the one in the `%%worker` cell of the exercise.
        seconds: how long all of it may take; the check ends one second later at the latest.

    Nothing that the answer does reaches the notebook: it runs in a process of its own.
    Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    verdict = examine(exercise, answer, grader_of(exercise.id).methods, seconds)
    if verdict.finding not in NO_ATTEMPT and not _is_starter(exercise):
        record.note(exercise.id, attempts=1)
    if verdict.passed and not record.load().get(exercise.id, {}).get("solved"):
        record.note(exercise.id, solved=record.now())
    return verdict


def _is_starter(exercise: Exercise) -> bool:
    """Whether the cell still holds the starter: to run all cells is no attempt."""
    module = sys.modules.get(f"{worker_cell.PACKAGE}.{exercise.module}")
    text = inspect.getsource(module) if module is not None else ""
    return text.strip() == exercise.starter.read_text(encoding="utf-8").strip()


def examine(
    exercise: Exercise, answer: object, methods: Sequence[str], seconds: float = CHECK_S
) -> Verdict:
    """`check` without a note in the record, and with start methods to choose."""
    try:
        found = find(exercise, answer)
    except Refused as no:
        facts = {name: str(value) for name, value in no.facts.items()}
        return Verdict(exercise, [Report("", "", no.finding, facts)])
    return Verdict(exercise, sandbox.perform(exercise.id, found, methods, seconds))


def hint(id: str) -> Said:
    """The next hint each time; after the last one the first comes again.

    Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    taken = record.note(exercise.id, hints=1)["hints"]
    number = (taken - 1) % len(exercise.hints) + 1
    last = "\n(the last one; the first comes next)" if number == len(exercise.hints) else ""
    text = exercise.hints[number - 1].strip()
    return Said(f"Hint {number} of {len(exercise.hints)}: {text}{last}")


class Solution(Source):
    """An explained solution."""

    def __init__(self, exercise: Exercise) -> None:
        text = exercise.solution.read_text(encoding="utf-8").rstrip()
        super().__init__(text, f"solutions/{exercise.module}.py")
        self.why = exercise.why.strip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        bundle = super()._repr_mimebundle_()
        return {kind: f"{self.why}\n\n{text}" for kind, text in bundle.items()}


def solution(id: str, insist: bool = False) -> Solution | Said:
    """The solution and why it is one: after an attempt, or if you insist.

    Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    if not (insist or record.load().get(exercise.id, {}).get("attempts")):
        return Said(
            f'Try it first: check("{exercise.id}"), and hint("{exercise.id}") when you are stuck. '
            f'solution("{exercise.id}", insist=True) shows it all the same.'
        )
    if not exercise.solution.exists():
        return Said("The solutions are not part of this copy of the course: ask your instructor.")
    record.note(exercise.id, shown=True)
    return Solution(exercise)


def predict(id: str, answer: object = ...) -> Said:
    """Compare a prediction with what happens. Wrong is fine.

    Raises `WrongUse` if there is no such prediction.
    """
    question = catalogue().prediction(id)
    if answer is ...:
        return Said(f"{question.question}\nPut your answer in the place of the three dots.")
    if answer in ("y", "n"):
        answer = answer == "y"
    given, answers = _plain(answer), [_plain(right) for right in question.answers]
    first = _plain(str(answer).partition(",")[0]) if answers[0] in ("yes", "no") else given
    right = given in answers or first in answers
    record.note(question.id, attempts=1, right=right)
    told = ("yes" if answer else "no") if isinstance(answer, bool) else answer
    begin = "Yes" if right else f"It is {question.answers[0]}, not {told}; a surprise is worth more"
    return Said(f"{begin}. {question.reason.strip()}")


def _plain(answer: object) -> str:
    words = {True: "yes", False: "no"}
    text = words[answer] if isinstance(answer, bool) else str(answer)
    return "".join(c for c in text.lower().rstrip(" .!") if c.isalnum() or c in "-.")


def progress(
    export: str | os.PathLike[str] | None = None, reset: str | bool = False
) -> record.Board | Said:
    """What is done, tried and open, in the whole course.

    Args:
        export: a file to write it to, as CSV, a line per exercise.
        reset: the id of an exercise to forget, or True to forget all.

    Raises `WrongUse` if there is no such exercise to forget.
    """
    if reset:
        record.forget(None if reset is True else catalogue().exercise(str(reset)).id)
    if export is None:
        return record.Board()
    Path(export).write_text(record.as_csv(), encoding="utf-8", newline="")
    return Said(f"{len(catalogue().exercises)} exercises written to {Path(export).name}")
