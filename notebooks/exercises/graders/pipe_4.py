"""The grader of pipe-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.riddle import Riddle, plain
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind


class TeaParty(Riddle):
    """Who waits for whom is not written down here: it is read from the report of the run."""

    cases = {"the tea party": ()}
    limit_s = 1.5
    keys = ("parent", "Ada", "Bo", "last message")

    def play(self, mp: Any) -> None:
        exercises.tea_party(mp)

    def judge(self, run: Run, said: dict[str, Any]) -> str | None:
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
    return {"ada": "Ada", "bo": "Bo"}.get(plain(said), plain(said))


def _two_wait_for_each_other(told: dict[str, Any]) -> bool:
    return any(told.get(friend) == who for who, friend in told.items())
