"""The grader of races-4: somebody rings before, while, and after the learner's function waits."""

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

FALSE_ALARM = "somebody rings too early"
PARTNERS = {
    "one waits, one rings": (stepwise.fill_and_ring,),
    FALSE_ALARM: (stepwise.ring_by_mistake, stepwise.fill_and_ring),
}


def empty_box(mp: Any) -> dict[str, Any]:
    bell, box = mp.Condition(), mp.Value("i", 0, lock=False)
    return {"bell": bell, "box": box, "told": stepwise.Told(*mp.Pipe(duplex=False))}


def heard(bell: Any, box: Any, told: stepwise.Told) -> Any:
    return told.all()[0]


class HearTheBell(Grader):
    pictured = False
    cases = {name: (name,) for name in PARTNERS}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        workers = (partial(stepwise.wait_for, answer=answer), *PARTNERS[case[0]])
        cast = Cast(workers, empty_box, heard, locks_are_steps=True)
        self.table = explore(cast, lambda: nullcontext(mp), switches=3)
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        return ["7"]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == run.expected:
            return None
        text = " ".join(self.table.outcomes)
        if "raised" in text:
            return "without-the-lock" if "acquire" in text or "Assertion" in text else "failed"
        if "no end after" in text:
            return "polled"
        if "A waits for bell" in text:
            stuck = next(one for one in self.table.runs.values() if one.failure)
            looked = any(step.name == "read" for step in stuck.steps if step.worker == "A")
            return "looked-too-early" if looked else "did-not-look"
        if "None" in self.table.outcomes:
            return "told-nothing"
        if "0" in self.table.outcomes:
            return "believed-the-bell" if run.name == FALSE_ALARM else "gave-up"
        return None

    def shown(self, run: Run) -> Any:
        bad = self.table.bad[0] if self.table.bad else next(iter(self.table))
        return Text(f"{self.table.runs[bad].text}, in one of {len(self.table)} orders")
