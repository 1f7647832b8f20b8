"""The grader of races-3: transfers that cross, go in a ring, or share no account."""

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

APART = "two transfers that share no account"


def bank(mp: Any) -> dict[str, Any]:
    """Four accounts with 100 each, and a lock for each."""
    accounts = [mp.Value("i", 100, lock=False) for _ in range(4)]
    locks = [mp.Lock() for _ in range(4)]
    return {"accounts": accounts, "locks": locks}


def balances(accounts: Any, locks: Any) -> list[int]:
    return [account.value for account in accounts]


class Transfer(Grader):
    pictured = False
    cases = {
        "there and back": ((0, 1, 10), (1, 0, 30)),
        "a ring of three": ((0, 1, 10), (1, 2, 20), (2, 0, 40)),
        APART: ((0, 1, 10), (3, 2, 20)),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        workers = tuple(partial(stepwise.transfer, answer=answer, order=order) for order in case)
        cast = Cast(workers, bank, balances, locks_are_steps=True)
        self.table = explore(cast, lambda: nullcontext(mp), switches=len(case))
        return list(self.table.outcomes)

    def expected(self, *case: Any) -> list[str]:
        money = [100] * 4
        for source, target, amount in case:
            money[source] -= amount
            money[target] += amount
        return [str(money)]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error:
            return None
        runs = list(self.table.runs.values())
        text = " ".join(self.table.outcomes)
        if "raised" in text:
            return "failed"
        if "deadlock" in text:
            return "circle"
        if "waits for" in text:
            return "never-released"
        if run.result == run.expected:
            waits = run.name == APART and any(s.waits_for for r in runs for s in r.steps)
            return "one-big-lock" if waits else None
        if len(self.table.outcomes) == 1:
            return "wrong-way"
        writes = {sum(step.name == "write" for step in one.steps) for one in runs}
        if len(writes) > 1:
            return "gave-up"
        taken = any(step.name.startswith("lock") for one in runs for step in one.steps)
        return "half-locked" if taken else "no-lock"

    def shown(self, run: Run) -> Any:
        bad = self.table.bad[0] if self.table.bad else next(iter(self.table))
        return Text(self.table.runs[bad].text)
