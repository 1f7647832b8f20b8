"""The grader of hands-5: two clients on one line to a service, in every order."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any

from ipc_helpers.crew import Cast
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.interleaving import explore
from ipc_helpers.workers import stepwise
from mpscope import Text


def service(mp: Any) -> dict[str, Any]:
    """A line to a service that answers in the order of the questions."""
    answers, questions = mp.Pipe(duplex=False)
    lock = mp.Lock()
    told = stepwise.Told(*mp.Pipe(duplex=False))
    return {"line": (questions, answers), "lock": lock, "told": told}


def heard(line: Any, lock: Any, told: stepwise.Told) -> list[Any]:
    return sorted(told.all(), key=str)


class RightAnswer(Grader):
    pictured = False
    cases = {"two clients": (2,), "three clients": (3,)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        workers = tuple(partial(stepwise.ask, answer=answer, me=n + 1) for n in range(case[0]))
        cast = Cast(workers, service, heard, locks_are_steps=True)
        self.table = explore(cast, lambda: nullcontext(mp), switches=3)
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        return [str([(n, f"the answer to question {n}") for n in range(1, case[0] + 1)])]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == run.expected:
            return None
        text = " ".join(self.table.outcomes)
        if "nobody has asked" in text:
            return "listened-first"
        if "raised" in text:
            return "failed"
        if "waits for" in text:
            return "never-released"
        if "None" in text:
            return "nothing-returned" if len(self.table.outcomes) == 1 else "gave-up"
        names = {step.name for one in self.table.runs.values() for step in one.steps}
        if "lock lock" in names:
            return "two-holds"
        return "own-lock" if "Lock(" in run.source else "no-lock"

    def shown(self, run: Run) -> Any:
        wrong = [one for one in self.table.runs.values() if one.text not in run.expected]
        if not wrong:
            return run.result
        bad = wrong[0]
        return Text(f"{bad.text} in the order {bad.story}")
