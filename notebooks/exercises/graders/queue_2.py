"""The grader of queue-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.evidence import asks_for
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers.exercises import produce
from mpscope import ChannelKind, Kind


class Sentinels(Grader):
    cases = {
        "two producers": ([[1, 2], [3]],),
        "three producers, one with nothing": ([[4], [], [5, 0, 6]],),
    }
    least_children = 3
    late = (2,)

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        box, results = mp.Queue(), mp.Queue()
        turns = [mp.Event() for _ in range(len(case[0]) + 1)]
        arguments = (box, len(case[0]), results)
        mp.Process(target=answer, args=arguments, name="consumer").start()
        for place, items in enumerate(case[0]):  # the second producer is the late one
            of_producer = (box, items, turns[place], turns[place + 1])
            mp.Process(target=produce, args=of_producer).start()
        turns[0].set()
        return results.get()

    def expected(self, *case: Any) -> int:
        return sum(map(sum, case[0]))

    def diagnose(self, run: Run) -> str | None:
        got = [event.what for event in run.did(Kind.RECEIVE, "consumer")]
        ended, producers = got.count("None"), len(run.case[0])
        if run.failed_with("TypeError"):
            return "added-a-sentinel"
        waiting = run.waiting("consumer", Kind.RECEIVE, on=ChannelKind.QUEUE)
        if waiting and ended == producers:
            return "one-too-many"
        if run.stuck and "consumer" in run.trace.graph.ended and not run.did(Kind.PUT, "consumer"):
            return "returned-not-put"
        if run.result is None or run.result == run.expected:
            return None
        if len(run.did(Kind.PUT, "consumer")) > 1:
            return "put-each-time"
        if ended == producers:
            return None  # it has heard all: the end is not what it got wrong
        if ended + got.count("0") == producers:
            return "zero-is-no-end"
        if asks_for(run, "empty"):  # neither a look nor a get() in vain leaves an event
            return "asked-empty"
        if "Empty" in run.source:
            return "gave-up"
        return "first-sentinel" if ended == 1 else None
