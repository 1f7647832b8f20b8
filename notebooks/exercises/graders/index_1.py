"""The grader of index-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

ONE, TWO = ("one", ["cat", "dog", "cat"]), ("two", ["dog"])
LONG = ("long", [f"{number}-{'x' * 200}" for number in range(3_000)])


class Merge(Grader):
    """Texts that come in another order than their names, and some of them twice."""

    cases = {
        "each text once": ([ONE, TWO],),
        "in another order": ([TWO, ONE],),
        "one text twice": ([TWO, ONE, TWO],),
        "a long text": ([LONG, ONE, LONG, TWO],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, exercises.deliver, case[0])

    def expected(self, *case: Any) -> dict[str, list[str]]:
        texts = {name: set(found) for name, found in case[0]}
        words = set().union(*texts.values())
        return {word: sorted(n for n, found in texts.items() if word in found) for word in words}

    def shown(self, run: Run) -> Any:
        if not isinstance(run.result, dict):
            return run.result
        return {word: run.result[word] for word in list(run.result)[:3]}

    def diagnose(self, run: Run) -> str | None:
        if run.waiting("parent", Kind.JOIN):
            return "joined-first"
        if run.waiting("parent", Kind.RECEIVE):
            return "no-end"
        if run.stuck or run.error or run.failures or not isinstance(run.result, dict):
            return None
        texts = dict(run.case[0])
        if set(run.result) == set(texts):
            return "not-turned-round"
        wrong = {word for word in run.expected if word not in run.result}
        if wrong:
            return "lost-a-text"
        return _about_the_names(run)


def _about_the_names(run: Run) -> str | None:
    """What is wrong with the names of some word."""
    for word, names in run.expected.items():
        got = run.result[word]
        if not isinstance(got, list):
            return None
        if len(got) > len(set(got)):
            return "named-twice"
        if set(got) < set(names):
            return "lost-a-text"
        if got != names and sorted(got) == names:
            return "in-order-of-arrival"
    return None
