"""The grader of races-2: every order of what the learner's function does to the number."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any

from ipc_helpers.crew import Cast
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.interleaving import explore
from ipc_helpers.workers import races, stepwise
from mpscope import Text


class NoLoss(Grader):
    pictured = False
    cases = {"two processes": (2,), "three processes": (3,)}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        workers = (partial(stepwise.add, answer=answer),) * case[0]
        cast = Cast(workers, races.shared_count, races.number, locks_are_steps=True)
        self.table = explore(cast, lambda: nullcontext(mp), switches=3)
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        return [str(case[0])]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == run.expected:
            return None
        text = " ".join(self.table.outcomes)
        if "raised" in text:
            return "failed"
        if "deadlock" in text or "waits for" in text:
            return "never-released"
        if len(self.table.outcomes) == 1:
            return "counted-wrong"
        names = [[step.name for step in one.steps] for one in self.table.runs.values()]
        if any(steps.count("write") < run.case[0] for steps in names):
            return "gave-up"
        if not self._took_a_lock(run):
            return "own-lock" if "Lock(" in run.source else "no-lock"
        return "lock-too-short"

    def _took_a_lock(self, run: Run) -> bool:
        """Whether a process took the lock, or the Value's own."""
        names = {step.name for one in self.table.runs.values() for step in one.steps}
        return bool(names & {"lock lock", "lock count"})

    def shown(self, run: Run) -> Any:
        bad = self.table.runs[(self.table.bad or list(self.table))[0]]
        return Text(f"the count is {bad.text} in the order {bad.story}")
