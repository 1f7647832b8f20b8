"""The answers that the tests hand in: the starter, solutions, and named mistakes.

    notebooks/exercises/starters/queue_3.py    the starter: refused, whatever for
    notebooks/exercises/solutions/queue_3.py   passes
    notebooks/exercises/mistakes/queue_3.py    # %% second               passes, too
                                               # %% second (in pieces)   and so does this
                                               # %% wrong: joined-first  refused with this finding

A wrong answer replaces only what it has wrong: it is the solution with these definitions after it.
`# %% wrong: NAME under spawn` is wrong under other start methods than fork.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ipc_helpers.grading.catalogue import EXERCISES, Exercise, catalogue

FOLDER = EXERCISES / "mistakes"
SECTION = re.compile(
    r"^# %% (?:(second)|wrong: ([\w-]+))(?: \((.*)\))?(?: under (\w+))?$\n", re.MULTILINE
)

# What no message may still have in it when it is shown.
UNFILLED = re.compile(r"\{(got|expected|child|error|method|case|kind|function|arguments|code)\}")


class Answer(NamedTuple):
    """What somebody might hand in."""

    name: str
    source: str
    finding: str | None
    method: str


def answers_of(exercise: Exercise) -> list[Answer]:
    """The solution, the other right answers, and every wrong one."""
    solution = exercise.solution.read_text(encoding="utf-8")
    return [Answer("solution", solution, None, ""), *_in_file(exercise, solution)]


def _in_file(exercise: Exercise, solution: str) -> Iterator[Answer]:
    text = (FOLDER / f"{exercise.module}.py").read_text(encoding="utf-8")
    assert SECTION.match(text), "begins with a section"
    headings = list(SECTION.finditer(text))
    assert len(headings) == text.count("# %%"), "a heading that is none"
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        source = text[heading.end() : end]
        second, finding, variant, method = heading.groups()
        if second:
            yield Answer(f"second ({variant})" if variant else "second", source, None, "")
        else:
            name = f"{finding} ({variant})" if variant else finding
            yield Answer(name, f"{solution}\n\n{source}", finding, method or "fork")


def numbers() -> str:
    """How much there is, in a line."""
    exercises = catalogue().exercises.values()
    wrong = sum(answer.finding is not None for one in exercises for answer in answers_of(one))
    hints = sum(len(one.hints) for one in exercises)
    return (
        f"{len(exercises)} exercises, {wrong} named wrong answers, {hints} hints, "
        f"{len(catalogue().predictions)} predictions"
    )
