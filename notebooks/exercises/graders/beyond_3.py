"""The grader of beyond-3: a pipe made of two queues."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.lateness import EVERY_ONE
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers import guests
from mpscope import ChannelKind, Kind


class TwoQueues(Grader):
    cases = {"a word": ("hello",), "a list": ([1, 2],)}
    late = EVERY_ONE
    same_end = False

    def stage(self, mp: Any, answer: Callable[..., Any], *case: Any) -> Any:
        mine, yours = answer(mp)
        self.same_end = mine is yours
        child = mp.Process(target=guests.talk, args=(yours,))
        child.start()
        mine.send(case[0])
        heard = [mine.recv(), mine.recv()]
        child.join()
        return heard

    def expected(self, *case: Any) -> list[Any]:
        return [[case[0], 1], [case[0], 2]]

    def diagnose(self, run: Run) -> str | None:
        if "Pickl" in repr(run.error) or run.failed_with("Pickl"):
            return "cannot-travel"
        if self.same_end:
            return "one-end-for-both"
        if run.raised(queue.Empty) or run.failed_with("Empty"):
            return "did-not-wait"
        if run.waiting("parent", Kind.RECEIVE) and run.waiting(CHILD, Kind.RECEIVE):
            heard_itself = {"parent"} & {event.process for event in run.did(Kind.RECEIVE)}
            return "hears-itself" if heard_itself else "not-crossed"
        if run.stuck or run.error or not isinstance(run.result, list):
            return None
        if run.result and run.result[0] == run.case[0]:
            return "hears-itself"
        kinds = {channel.kind for channel in run.trace.channels.values()}
        return "the-real-pipe" if ChannelKind.PIPE in kinds else None
