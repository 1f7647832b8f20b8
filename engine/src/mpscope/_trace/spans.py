"""What each process did from one time to another: the public form of what a scene knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mpscope._trace.kinds import SpanKind

if TYPE_CHECKING:
    from mpscope._trace.trace import Trace


class Span(NamedTuple):
    """What a process did from one time to another; both on the clock of `monotonic_ns()`."""

    process: str
    kind: SpanKind
    start_ns: int
    stop_ns: int
    what: str = ""
    """WAITING: the call that does not return, "numbers.get()", or what it waits for, "for a result
    of pool"; HOLDING: the lock; TASK: the name of the function; else empty."""


def spans_of(trace: Trace) -> Iterator[Span]:
    """The spans of each process in start order, each kind in the order of time."""
    scene, zero = trace.scene, trace.cast.began_ns
    for lane, process in enumerate(trace.processes):
        at, end = scene.alive(process), scene.gone(process)
        found: list[tuple[SpanKind, int, int, str]] = []
        for wait in (wait for wait in scene.waits if wait.lane == lane):
            if wait.start > at:
                found.append((SpanKind.RUNNING, at, wait.start, ""))
            found.append((SpanKind.WAITING, wait.start, wait.stop, wait.what))
            at = max(at, wait.stop)
        if end > at:
            found.append((SpanKind.RUNNING, at, end, ""))
        holds = (hold for hold in scene.holds if hold.lane == lane)
        found += [(SpanKind.HOLDING, *hold[1:]) for hold in holds]
        found += [(SpanKind.TASK, *task[1:]) for task in scene.tasks if task.lane == lane]
        for kind, start, stop, what in found:
            yield Span(process.label, kind, zero + start, zero + stop, what)
