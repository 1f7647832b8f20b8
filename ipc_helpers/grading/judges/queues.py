"""Lesson 02."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ipc_helpers.grading.grader import CHILD, TERMINATED, Judge, Run
from ipc_helpers.workers.exercises import Late, produce
from mpscope._recording import queues


class FirstProgram(Judge):
    id = "queue-1"
    cases = {"the first child is slow": ([Late(0), 1, 2],), "numbers in no order": ([5, 3, 9],)}

    def expected(self, *case: Any) -> list[int]:
        return [int(number) + 1 for number in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if any("NameError" in failure for failure in run.failures):
            return "global-queue"
        if run.stuck_in("parent", r"waits in .*get\(\)") and not run.did("put"):
            return "returned-not-put"
        starts, gets = run.did("start", "parent"), run.did("receive", "parent")
        if starts and gets and gets[0].time_ns < starts[-1].time_ns:
            return "one-by-one"
        if type(run.result) is not list or run.result == run.expected:
            return None
        if len(run.result) < len(run.expected):
            return "too-few"
        if Counter(map(str, run.result)) == Counter(map(str, run.expected)):
            return (
                "sorted" if run.result == sorted(run.result) and "sort" in run.source else "arrival"
            )
        return None


class Sentinels(Judge):
    id = "queue-2"
    cases = {
        "two producers": ([[1, 2], [3]],),
        "three producers, one with nothing": ([[4], [], [5, 0, 6]],),
    }
    least_children = 3

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        box, results = mp.Queue(), mp.Queue()
        turns = [mp.Event() for _ in range(len(case[0]) + 1)]
        arguments = (box, len(case[0]), results)
        mp.Process(target=answer, args=arguments, name="consumer").start()
        for place, items in enumerate(case[0]):
            of_producer = (box, items, turns[place], turns[place + 1])
            mp.Process(target=produce, args=of_producer).start()
        turns[0].set()
        return results.get()

    def expected(self, *case: Any) -> int:
        return sum(map(sum, case[0]))

    def diagnose(self, run: Run) -> str | None:
        sentinels = [e for e in run.did("receive", "consumer") if e.what == "None"]
        if any("TypeError" in failure for failure in run.failures):
            return "added-a-sentinel"
        if run.stuck_in("consumer", r"waits in box\.get\(\)") and len(sentinels) == len(
            run.case[0]
        ):
            return "one-too-many"
        if not run.did("put", "consumer") and run.stuck:
            return "returned-not-put"
        if run.result is None or run.result == run.expected:
            return None
        if len(run.did("put", "consumer")) > 1:
            return "put-each-time"
        if "empty()" in run.source:
            return "asked-empty"
        if "Empty" in run.source:
            return "gave-up"
        if len(sentinels) == 1:
            return "first-sentinel"
        got = [event.what for event in run.did("receive", "consumer")]
        return "zero-is-no-end" if "0" in got else None


class Drain(Judge):
    id = "queue-3"
    cases = {
        "three small letters": ([1, 2, 3],),
        "two big letters": ([300_000, 200_000],),
    }

    def expected(self, *case: Any) -> int:
        return sum(case[0])

    def diagnose(self, run: Run) -> str | None:
        if TERMINATED in run.exit_codes().values() and run.result != run.expected:
            return "stopped-the-postman"
        limited = re.search(r"\.join\((timeout=)?[\d.]+\)", run.source)
        if (
            limited
            and "terminate()" not in run.source
            and (run.stuck or _joined_before_drained(run))
        ):
            return "joined-with-a-limit"
        if run.stuck_in("parent", r"waits in [\w-]+\.join\(\) \("):
            return "joined-first"
        if "cancel_join_thread" in run.source:
            return "let-go"
        if "empty()" in run.source and run.result != run.expected:
            return "asked-empty"
        if "Empty" in run.source and run.result != run.expected:
            return "gave-up"
        if type(run.result) is int and 0 < run.result < run.expected:
            return "too-few"
        sent = [event.what for event in run.did("put", CHILD)]
        return "sent-a-number" if sent and all(what.isdigit() for what in sent) else None


def _joined_before_drained(run: Run) -> bool:
    joins, gets = run.did("join", "parent"), run.did("receive", "parent")
    return bool(joins and gets) and joins[0].time_ns < gets[-1].time_ns


class Pipeline(Judge):
    id = "queue-4"
    cases = {
        "twelve plates, the last one slow": ([*range(11), Late(11)], 2),
        "no plates": ([], 1),
    }
    least_children = 6

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with sizes_noted() as sizes:
            result = answer(mp, *case)
        self.bounded = sum(0 < size <= case[1] for size in sizes)
        return result

    def expected(self, *case: Any) -> list[int]:
        return sorted((int(plate) + 1) * 2 - 3 for plate in case[0])

    def diagnose(self, run: Run) -> str | None:
        if run.stuck:
            return self._of_stuck(run)
        if "CannotPickle" in repr(run.error) and "lambda" in str(run.error):
            return "lambda-cannot-travel"
        if run.error or type(run.result) is not list:
            return None
        if run.result != run.expected:
            extra = Counter(run.result) - Counter(run.expected)
            missing = Counter(run.expected) - Counter(run.result)
            if extra and not missing:
                return "twice"
            return "overtaken" if missing and not extra else None
        if len(run.children) < 6:
            return "too-few-processes"
        return "unbounded" if self.bounded < 3 else None

    def _of_stuck(self, run: Run) -> str | None:
        if run.stuck_in(CHILD, r"put\(\): the queue is full"):
            return "overtaken" if "ended well" in run.stuck else "nobody-collects"
        if run.stuck_in(CHILD, r"waits in .*get\(\)"):
            return "sentinel-missing"
        if run.stuck_in("parent", r"waits in .*get\(\)") and not run.failures:
            return "overtaken"
        return None


@contextlib.contextmanager
def sizes_noted() -> Iterator[list[int]]:
    """The sizes of all queues that are made in the block."""
    sizes: list[int] = []
    watched: Any = queues.Queue
    plain = watched.__init__

    def noting(self: Any, maxsize: int = 0, **rest: Any) -> None:
        sizes.append(maxsize)
        plain(self, maxsize, **rest)

    watched.__init__ = noting
    try:
        yield sizes
    finally:
        watched.__init__ = plain
