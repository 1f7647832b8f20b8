"""What a learner calls: `check`, `hint`, `solution`, `predict`, `progress`."""

from __future__ import annotations

import datetime
import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ipc_helpers import worker_cell
from ipc_helpers.grading import record, sandbox
from ipc_helpers.grading.answer import Answer, Refused, find
from ipc_helpers.grading.catalogue import Exercise, catalogue, is_checkpoint
from ipc_helpers.grading.checkpoint import Checkpoint
from ipc_helpers.grading.feedback import Told, Verdict
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.prediction import is_right
from ipc_helpers.grading.report import Report
from ipc_helpers.grading.runner import CHECK_S
from ipc_helpers.grading.shown import ShowsItself
from ipc_helpers.lesson import Source, shell
from ipc_helpers.words import said

if notebook := shell():
    worker_cell.load_ipython_extension(notebook)
NO_ATTEMPT = {"never-run", "new-kernel", "not-written"}
_last: dict[str, Verdict] = {}  # of each exercise


def check(
    id: str, answer: Callable[..., Any] | None = None, seconds: float | None = None
) -> Verdict:
    """Run an answer and say what is right, what is not, and what to look at again.

    Args:
        id: the exercise, "queue-1".
        answer: the function; by default the one in the `%%worker` cell of the exercise.
        seconds: how long all of it may take, by default five, and more on a machine that is busy;
            the check ends one second later at the latest.

    The verdict shows itself. Nothing that the answer does reaches the notebook: it runs in a
    process of its own. Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    time = patience_s() if seconds is None else seconds
    verdict = examine(exercise, answer, grader_of(exercise.id).methods, time).show()
    _last[exercise.id] = verdict
    if verdict.finding not in NO_ATTEMPT and not _is_starter(exercise, answer):
        record.note(exercise.id, attempts=1)
        if not verdict.passed:
            record.note(exercise.id, tried=_fingerprint(exercise, answer))
    if verdict.passed and not record.load().get(exercise.id, {}).get("solved"):
        record.note(exercise.id, solved=record.now())
    return verdict


def patience_s() -> float:
    """How long a check may take: the more runs there are for each core, the longer."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return CHECK_S * min(3.0, max(1.0, load / (os.cpu_count() or 1)))


def _is_starter(exercise: Exercise, answer: object) -> bool:
    """Whether the cell still holds the starter: to run all cells is no attempt."""
    return _written(exercise, answer) == exercise.starter.read_text(encoding="utf-8").strip()


def _written(exercise: Exercise, answer: object) -> str:
    """What the cell of the answer holds; nothing if it has not been run."""
    cell = getattr(answer, "__module__", f"{worker_cell.PACKAGE}.{exercise.module}")
    module = sys.modules.get(cell)
    has_file = getattr(module, "__file__", None)  # a function of the notebook's own has none
    return inspect.getsource(module).strip() if module and has_file else ""


def _fingerprint(exercise: Exercise, answer: object) -> str:
    """Of what was tried: the same again is no new try."""
    return hashlib.sha256(_written(exercise, answer).encode()).hexdigest()[:12]


def examine(
    exercise: Exercise, answer: object, methods: Sequence[str], seconds: float = CHECK_S
) -> Verdict:
    """`check` without a note in the record, and with start methods to choose."""
    try:
        found = find(exercise, answer)
    except Refused as no:
        facts = {name: str(value) for name, value in no.facts.items()}
        return Verdict(exercise, [Report("", "", no.finding, facts)])
    notes = [_what_was_checked(found), *([] if answer else _another_one(exercise))]
    return Verdict(exercise, sandbox.perform(exercise.id, found, methods, seconds), notes)


def _what_was_checked(found: Answer) -> str:
    written = datetime.datetime.fromtimestamp(Path(found.file).stat().st_mtime)
    file = f"{worker_cell.PACKAGE}/{Path(found.file).name}"
    return said("verdict.checked", file=file, time=f"{written:%H:%M:%S}")


def _another_one(exercise: Exercise) -> list[str]:
    """A warning if the notebook's function of this name is not the one that is checked."""
    mine = getattr(shell(), "user_ns", {}).get(exercise.function)
    module = getattr(mine, "__module__", None)
    alike = [o for o in catalogue().exercises.values() if o.function == exercise.function]
    known = {f"{worker_cell.PACKAGE}.{one.module}" for one in alike}
    if not inspect.isfunction(mine) or module in known:
        return []
    cell = f"`%%worker {exercise.module}`"
    first = str(module).removeprefix(f"{worker_cell.PACKAGE}.")
    how = "not_taken" if module == "__main__" else "taken_for_another"
    first = f"`%%worker {first}`"
    return [said(f"verdict.{how}", function=exercise.function, cell=cell, first=first)]


class Hint(Told, ShowsItself):
    """It stays below a verdict, whatever the last line of its cell is."""

    def _display(self) -> None:
        if self:  # an empty one is quiet
            super()._display()


def hint(id: str, insist: bool = False) -> Told:
    """A hint; the next one when another answer has been tried and checked, or if you insist.

    After the last hint the first comes again. Quiet below a verdict that is *right*, where it was
    left from an earlier try. Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    above = _last.get(exercise.id)
    if above is not None and above.passed and above.is_here:
        return Hint().show()
    known = record.load().get(exercise.id, {})
    tried, taken = known.get("tried", ""), known.get("hints", 0)
    again = taken and tried == known.get("hinted", "") and not insist
    if not again:
        taken = record.note(exercise.id, hints=1, hinted=tried)["hints"]
    number = (taken - 1) % len(exercise.hints) + 1
    text, count = exercise.hints[number - 1].strip(), len(exercise.hints)
    told = [said("hint.one", number=number, count=count, text=text)]
    if again:
        told.append(said("hint.more", id=exercise.id))
    elif number == count:
        told.append(said("hint.last"))
    return Hint("\n".join(told)).show()


class Solution(Source):
    """An explained solution."""

    def __init__(self, exercise: Exercise) -> None:
        text = exercise.solution.read_text(encoding="utf-8").rstrip()
        super().__init__(text, f"solutions/{exercise.module}.py")
        self.why = exercise.why.strip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        bundle = super()._repr_mimebundle_()
        return {kind: f"{self.why}\n\n{text}" for kind, text in bundle.items()}


def solution(id: str, insist: bool = False, into_cell: bool = False) -> Solution | Told:
    """The solution and why it is one: after an attempt, or if you insist.

    Args:
        id: the exercise, "queue-1".
        insist: show it without an attempt.
        into_cell: also put it into a new cell below, ready to run: for who has to catch up.

    Raises `WrongUse` if there is no such exercise.
    """
    exercise = catalogue().exercise(id)
    if not (insist or record.load().get(exercise.id, {}).get("attempts")):
        return Told(said("solution.try_first", id=exercise.id))
    if not exercise.solution.exists():
        return Told(said("solution.not_here"))
    record.note(exercise.id, shown=True)
    shown = Solution(exercise)
    if into_cell and (notebook := shell()):
        notebook.set_next_input(f"%%worker {exercise.module}\n{shown.text}")
    return shown


def predict(id: str, answer: object = ...) -> Told:
    """Compare a prediction with what happens. Wrong is fine.

    Raises `WrongUse` if there is no such prediction.
    """
    question = catalogue().prediction(id)
    if answer is ...:
        return Told(f"{question.question}\n{said('predict.ask')}")
    if answer in ("y", "n"):
        answer = answer == "y"
    told = ("yes" if answer else "no") if isinstance(answer, bool) else answer
    right = is_right(told, question.answers)
    first = record.load().get(question.id, {}).get("first", right)
    record.note(question.id, attempts=1, right=right, first=first)
    reason = question.reason.strip()
    if right:
        return Told(said("predict.right", reason=reason))
    return Told(said("predict.wrong", answer=question.answers[0], told=told, reason=reason))


def checkpoint(number: int) -> Checkpoint:
    """How you stand at the end of a part: what is right at the first answer, what to read again.

    Raises `WrongUse` if there is no such part.
    """
    return Checkpoint(catalogue().lesson(f"checkpoint_{number}"))


def progress(
    lesson: str | None = None,
    export: str | os.PathLike[str] | None = None,
    reset: str | bool = False,
) -> record.Board | Told:
    """What is done, tried and open, in the whole course or in one lesson.

    Args:
        lesson: its number, "07"; by default the whole course is shown.
        export: a file to write it to, as CSV, a line per exercise.
        reset: the id of an exercise, or the name of a checkpoint, to forget; True to forget all.

    Raises `WrongUse` if there is no such lesson, or no such exercise to forget.
    """
    if reset:
        record.forget(*_meant_by(reset))
    if export is None:
        return record.Board(lesson and catalogue().lesson(lesson))
    Path(export).write_text(record.as_csv(), encoding="utf-8", newline="")
    count = len(catalogue().exercises)
    return Told(said("progress.written", count=count, file=Path(export).name))


def _meant_by(reset: str | bool) -> list[str]:
    """The ids of what is to be forgotten; none for everything."""
    if reset is True:
        return []
    known = catalogue()
    if is_checkpoint(str(reset)) and reset in known.lessons:
        questions = [one.id for one in known.predictions_of(str(reset))]
        return questions + [one.id for one in known.exercises_of(str(reset))]
    return [known.exercise(str(reset)).id]
