"""The grader of shared-4."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.lateness import EVERY_ONE
from ipc_helpers.grading.run import Run
from ipc_helpers.workers.exercises import BETWEEN, between
from mpscope import Kind

READS = 3  # of the reader; the writer has another number of values, which tells one from the other


class Pairs(Grader):
    """Each child says a word between the two halves; the trace tells which locks it holds then."""

    cases = {"two values": ([1, 2],), "four values": ([30, 40, 50, 60],)}
    least_children = 2
    limit_s = 4.0
    late = EVERY_ONE

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, between, *case)

    def expected(self, *case: Any) -> Any:
        return [(case[0][-1],) * 2] * (READS + 1)

    def examine(self, run: Run) -> str | None:
        if is_whole(run):  # which of the values are read is luck
            run.expected = run.result
        return super().examine(run)

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.failures or run.error or not run.started:
            return None
        held = held_between(run)
        if sorted(map(len, held.values())) != sorted((len(run.case[0]), READS)):
            return "nothing-between"
        if is_untouched(run):
            joined = len(run.did(Kind.JOIN, "parent")) >= len(run.children)
            return "changed-a-copy" if joined else "looked-too-early"
        always = {len(locks): set.intersection(*locks) for locks in held.values()}
        return None if set.intersection(*always.values()) else why_torn(run, always)


def held_between(run: Run) -> dict[str, list[set[str]]]:
    """Child -> the locks that it held, each time that it was between two halves."""
    depth: dict[tuple[str, str], int] = {}
    found: dict[str, list[set[str]]] = {}
    for event in run.trace.stream(Kind.ACQUIRE, Kind.RELEASE, Kind.PRINT):
        if event.kind is not Kind.PRINT:
            key = event.process, event.channel
            depth[key] = depth.get(key, 0) + (1 if event.kind is Kind.ACQUIRE else -1)
        elif event.what == BETWEEN:
            now = {lock for (who, lock), times in depth.items() if who == event.process and times}
            found.setdefault(event.process, []).append(now)
    return found


def why_torn(run: Run, always: dict[int, set[str]]) -> str:
    """The mistake, if no lock is held by both children from one half to the other."""
    protected = {pairs for pairs, locks in always.items() if locks}
    if protected == set(always):
        return "a-lock-each"
    if not protected:
        return "lock-each-half" if run.takers else "no-lock"
    return "writer-without" if protected == {READS} else "reader-without"


def is_whole(run: Run) -> bool:
    """Whether each pair has two equal numbers that were written, the last pair those at the end."""
    values, pairs = {0, *run.case[0]}, pairs_of(run)
    equal = all(len({*pair}) == 1 and {*pair} <= values for pair in pairs)
    return len(pairs) == READS + 1 and equal and {*pairs[-1]} == {run.case[0][-1]}


def is_untouched(run: Run) -> bool:
    """Whether the parent found its pair as it had made it, though values were to be written."""
    return pairs_of(run)[-1:] == [(0, 0)]


def pairs_of(run: Run) -> list[tuple[Any, ...]]:
    """The pairs that were returned."""
    seen = run.result if isinstance(run.result, list) else []
    return [tuple(pair) for pair in seen if isinstance(pair, list | tuple)]
