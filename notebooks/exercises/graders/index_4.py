"""The grader of index-4."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

LONG = "l" + "o" * 400_000 + "ng "  # more than a pipe takes: it cannot be sent to a dead parser
TEXTS = {"c": "the cat TROUBLE", "b": LONG + "cat", "a": "the dog"}
DIES, DIES_LATER = "die", "die after the answer"


class Survives(Grader):
    """The same texts, and the same index, whatever becomes of a parser."""

    cases = {
        "nobody dies": ("none",),
        "a slow parser": ("slow",),
        "one dies with a text in its hands": (DIES,),
        "one dies after an answer": (DIES_LATER,),
    }
    may_fail = True
    limit_s = 4.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with TemporaryDirectory() as folder:
            token = Path(folder, "token")
            token.touch()
            return answer(mp, partial(exercises.split_texts, case[0], str(token)), dict(TEXTS))

    def expected(self, *case: Any) -> dict[str, list[str]]:
        split = {name: set(text.split()) for name, text in TEXTS.items()}
        words = set().union(*split.values())
        return {word: sorted(n for n, found in split.items() if word in found) for word in words}

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.RECEIVE):
            return "waited-for-the-dead" if run.case == (DIES,) else None
        if run.waiting("parent", Kind.JOIN):
            return "never-sent-home"
        if run.raised(EOFError, OSError) and run.case[0] in (DIES, DIES_LATER):
            return "send-not-guarded" if run.case == (DIES_LATER,) else "eof-not-caught"
        if run.stuck or run.error or not isinstance(run.result, dict):
            return None
        names = [name for found in run.result.values() for name in found]
        if any(len(found) > len(set(found)) for found in run.result.values()):
            return "named-twice"
        return "lost-a-text" if set(names) < set(TEXTS) else None
