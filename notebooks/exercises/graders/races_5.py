"""The grader of races-5: more customers than tickets, in every order."""

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


def box_office(tickets: int, mp: Any) -> dict[str, Any]:
    left, lock = mp.Value("i", tickets, lock=False), mp.Lock()
    return {"left": left, "lock": lock, "told": stepwise.Told(*mp.Pipe(duplex=False))}


def books(left: Any, lock: Any, told: stepwise.Told) -> tuple[int, int, int]:
    """Tickets left, customers who were told yes, and answers that are neither yes nor no."""
    answers = told.all()
    return left.value, answers.count(True), answers.count("neither")


class LastTicket(Grader):
    pictured = False
    cases = {
        "one ticket, two customers": (1, 2),
        "two tickets, two customers": (2, 2),
        "no ticket, two customers": (0, 2),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        tickets, customers = case
        workers = (partial(stepwise.sell, answer=answer),) * customers
        state = partial(box_office, tickets)
        cast = Cast(workers, state, books, locks_are_steps=True)
        self.table = explore(cast, lambda: nullcontext(mp), switches=3)
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        tickets, customers = case
        return [str((max(0, tickets - customers), min(tickets, customers), 0))]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == run.expected:
            return None
        text = " ".join(self.table.outcomes)
        if "raised" in text:
            return "failed"
        if "waits for" in text:
            return "never-released"
        ends = [one.outcome for one in self.table.runs.values()]
        tickets, _ = run.case
        if any(strange for _, _, strange in ends):
            return "neither-yes-nor-no"
        if all(left == tickets for left, _, _ in ends) and any(sold for _, sold, _ in ends):
            return "not-taken"
        if any(left < 0 or sold > tickets for left, sold, _ in ends):
            names = {step.name for one in self.table.runs.values() for step in one.steps}
            return "looked-outside" if "lock lock" in names else "no-lock"
        return "sent-away"

    def shown(self, run: Run) -> Any:
        wrong = [one for one in self.table.runs.values() if one.text not in run.expected]
        if not wrong:
            return run.result
        bad = wrong[0]
        if bad.failure:
            return Text(bad.failure)
        left, sold, _ = bad.outcome
        return Text(f"{sold} sold and {left} left, in the order {bad.story}")
