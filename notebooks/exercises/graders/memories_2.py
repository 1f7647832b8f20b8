"""The grader of memories-2."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ipc_helpers.grading.evidence import function, read_by_luck, returns_a_value
from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from ipc_helpers.grading.updates import WHOLE, Place, calls, lost_updates
from mpscope import Event, Kind


class BringHome(Grader):
    cases = {
        "three short lines": (["to be or", "not", "to be"],),
        "a long line": (["word " * 300, "end"],),
    }

    late = (0,)

    def children_for(self, *case: Any) -> int:
        return len(case[0])

    def speakers_for(self, *case: Any) -> int:
        return len(case[0])

    def expected(self, *case: Any) -> int:
        return sum(len(text.split()) for text in case[0])

    def diagnose(self, run: Run) -> str | None:
        if any(code > 1 for code in run.exit_codes().values()):
            return "exit-code-as-letter"
        if not run.stuck and (
            lost_updates(run, lambda: _Accesses(run)) or _memory_without_a_lock(run)
        ):
            return "lost-update"
        if run.result == run.expected or run.failures:
            return "read-by-luck" if read_by_luck(run) else None
        if not run.joined and _children_took_after_the_parent(run):
            return "read-too-early"
        if len(run.did(Kind.RECEIVE, "parent")) == 1:
            return "one-for-all"
        if run.result == 0 and run.children and not run.speakers:
            return "returned-to-nobody" if returns_a_value(run, "count") else "changed-a-copy"
        return None


def _children_took_after_the_parent(run: Run) -> bool:
    """Whether a child used what it shares with the parent when the parent had done so already."""
    steps = (Kind.ACQUIRE, Kind.REQUEST)
    last = {event.channel: event for kind in steps for event in run.did(kind, "parent")}
    return any(
        event.channel in last and last[event.channel].time_ns < event.time_ns
        for kind in steps
        for event in run.did(kind, CHILD)
    )


def _memory_without_a_lock(run: Run) -> bool:
    """Whether children that could meet update such memory. It leaves no events: only text tells."""
    if run.takers or run.one_by_one or len(run.children) < 2:
        return False
    has_none = any(word in run.source for word in ("Raw", "lock=False"))
    of_children = run.source.replace(function(run, "count_words"), "")
    return has_none and ".value +=" in of_children


class _Accesses:
    """What one child has read and written, event by event.

    Each access of a Value takes its own lock, so `total.value += 3` takes it twice. Which of them
    reads and which writes is on no record: the statement on the line of the event says it.
    """

    def __init__(self, run: Run) -> None:
        self._file = run.file
        self._opened: tuple[ast.stmt, str] | None = None  # an update that has begun, and its lock

    def __call__(self, event: Event) -> Iterator[tuple[Place, bool]]:
        yield from calls(event)
        statement = _statements(self._file).get(_line(event))
        here = Path(self._file).name == event.where.split(",")[0]
        if event.kind is Kind.ACQUIRE and statement is not None and here:
            place = event.channel, _index(statement, event.process)
            yield place, self._writes(statement, event.channel)

    def _writes(self, statement: ast.stmt, lock: str) -> bool:
        """Whether this access writes: the second one of `x.value += 1` does."""
        target = _target(statement)
        if not isinstance(target, ast.Attribute | ast.Subscript):
            return False
        value = statement.value  # type: ignore[attr-defined]
        if isinstance(statement, ast.AugAssign) or ast.unparse(target) in ast.unparse(value):
            begun = self._opened == (statement, lock)
            if self._opened is None or begun:
                self._opened = None if begun else (statement, lock)
            return begun
        return not any(isinstance(node, ast.Subscript) for node in ast.walk(value))


def _line(event: Event) -> int:
    found = re.search(r", line (\d+)", event.where)
    return int(found[1]) if found else 0


@cache
def _statements(file: str) -> dict[int, ast.stmt]:
    """Line ─▶ the statement on it that has no others inside."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    plain = [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and not hasattr(n, "body")]
    return {line: node for node in plain for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def _target(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.AugAssign):
        return statement.target
    return statement.targets[0] if isinstance(statement, ast.Assign) else None


def _index(statement: ast.stmt, label: str) -> str:
    """The place in an array, if it is written down; else it is taken for the child's own."""
    target = _target(statement)
    if isinstance(target, ast.Attribute):
        return WHOLE
    where = target if isinstance(target, ast.Subscript) else statement
    indices = [node.slice for node in ast.walk(where) if isinstance(node, ast.Subscript)]
    if all(isinstance(index, ast.Constant) for index in indices):
        return ast.unparse(indices[0]) if indices else WHOLE
    return f"of {label}"
