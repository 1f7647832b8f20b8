"""What each process did from one time to another: the public form of what a scene knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mpscope._trace.kinds import Role, SpanKind

if TYPE_CHECKING:
    from mpscope._trace.trace import Trace


Part = tuple[SpanKind, int, int, str]


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
        whole = scene.alive(process), scene.gone(process)
        waits = [(SpanKind.WAITING, *w[1:3], w.what) for w in scene.waits if w.lane == lane]
        tasks = [(SpanKind.TASK, *task[1:]) for task in scene.tasks if task.lane == lane]
        if process.role is Role.POOL_WORKER:
            found = _filled(tasks, *whole, SpanKind.WAITING, "for a task")
        else:
            found = _filled(waits, *whole, SpanKind.RUNNING, "")
        found += [(SpanKind.HOLDING, *hold[1:]) for hold in scene.holds if hold.lane == lane]
        for kind, start, stop, what in found:
            yield Span(process.label, kind, zero + start, zero + stop, what)


def _filled(parts: list[Part], at: int, end: int, kind: SpanKind, what: str) -> list[Part]:
    """The parts, with another sort of part wherever there is none, from `at` to `end`."""
    found: list[Part] = []
    for part in parts:
        _, start, stop, _ = part
        if start > at:
            found.append((kind, at, start, what))
        found.append(part)
        at = max(at, stop)
    return [*found, (kind, at, end, what)] if end > at else found
