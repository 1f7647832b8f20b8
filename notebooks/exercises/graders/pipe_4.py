"""The grader of pipe-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class TeaParty(Grader):
    """Who waits for whom is not written down here: it is read from the report of the run."""

    methods = ("spawn",)
    cases = {"the tea party": ()}
    limit_s = 1.5
    riddle = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.said = answer()
        if isinstance(self.said, dict) and None not in self.said.values():
            exercises.tea_party(mp)

    def expected(self, *case: Any) -> Any:
        return None

    def examine(self, run: Run) -> str | None:
        return self.diagnose(run)

    def diagnose(self, run: Run) -> str | None:
        if run.error is not None:
            return "raised"
        said = self.said
        if not isinstance(said, dict) or set(said) != {"parent", "Ada", "Bo", "last message"}:
            return "other-shape"
        if None in said.values():
            return "unanswered"
        waits = {
            who: _friend(wait.channel.ends[1])
            for who, wait in run.trace.waits.items()
            if wait.channel and wait.channel.ends and wait.operation is Kind.RECEIVE
        }
        if len(waits) < 3:
            return "too-slow"  # not even all children had begun
        told = {who: _name(said[who]) for who in waits}
        if told == {friend: who for who, friend in waits.items()}:
            return "turned-round"
        if told != waits:
            return "short-circle" if _two_wait_for_each_other(told) else "another-circle"
        last = run.did(Kind.RECEIVE)[-1].what.strip("'\"")
        same = str(said["last message"]).strip("'\" ").casefold() == last.casefold()
        return None if same else "never-arrived"


def _friend(end: str) -> str:
    """Who is at the other end: the ends are called for_Ada, Ada, Ada_to_Bo ..."""
    if "_to_" in end:
        return end.rpartition("_")[2]
    return end.removeprefix("for_") if end.startswith("for_") else "parent"


def _name(said: Any) -> str:
    """A friend's name, however it is written."""
    plain = str(said).strip()
    return {"ada": "Ada", "bo": "Bo", "parent": "parent"}.get(plain.casefold(), plain)


def _two_wait_for_each_other(told: dict[str, Any]) -> bool:
    return any(told.get(friend) == who for who, friend in told.items())
