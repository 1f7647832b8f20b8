"""The grader of queue-4."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.lateness import EVERY_ONE
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.workers.exercises import Late, Thick
from mpscope import ChannelKind, Event, Kind, ProcessOutcome


class Pipeline(Grader):
    """Who washes the slow plate is done last; the colleague's is still on its way then."""

    cases = {
        "twelve plates, the last one slow": ([*range(10), Late(10), Thick(11)], 2),
        "no plates": ([], 1),
    }
    least_children = 6
    late = EVERY_ONE

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
        if run.started < 6:
            return "too-few-processes"
        if any(child.outcome is not ProcessOutcome.WELL for child in run.children):
            return "sent-home-by-force"
        room = run.case[1]
        readers = {box: who for box, who in _inboxes(run).items() if _is_bounded(run, box, room)}
        if len(readers) < 3:
            return "unbounded"
        crowded = [box for box, who in readers.items() if len(who) > 1]
        return "lonely-station" if run.case[0] and len(crowded) < 3 else None

    def _of_stuck(self, run: Run) -> str | None:
        if run.failures:
            return None
        if run.waiting(CHILD, Kind.PUT):
            return "overtaken" if run.some_ended_well else "nobody-collects"
        if run.waiting(CHILD, Kind.RECEIVE):
            return "sentinel-missing"
        if run.waiting("parent", Kind.RECEIVE) and not run.failures:
            return "overtaken"
        return None


def _inboxes(run: Run) -> dict[str, set[str]]:
    """Queue, of a manager or not ─▶ the children that have taken something out of it."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in [*run.did(Kind.RECEIVE, CHILD), *run.calls("get", who=CHILD)]:
        found[event.channel].add(event.process)
    return dict(found)


def _is_bounded(run: Run, channel: str, room: int) -> bool:
    """Whether a queue had a limit of at most `room`; of a managed one, whether it kept to it."""
    about = run.trace.channels[channel]
    if about.kind is ChannelKind.QUEUE:
        return about.size is not None and 0 < about.size <= room
    return about.kind is ChannelKind.PROXY and _most_inside(run, channel) <= room


def _most_inside(run: Run, channel: str) -> int:
    """The most that a managed queue is known to have held at a time."""
    inside = most = 0
    for event in _puts_and_gets(run, channel):
        inside += 1 if event.method == "put" else -1
        most = max(most, inside)
    return most


def _puts_and_gets(run: Run, channel: str) -> Iterator[Event]:
    """A put counts when its reply has come, a get when it is asked for: never too many inside."""
    counts = (("put", Kind.REPLY), ("get", Kind.REQUEST))
    for event in run.trace.stream(Kind.REQUEST, Kind.REPLY):
        if event.channel == channel and (event.method, event.kind) in counts:
            yield event
