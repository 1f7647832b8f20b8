"""Races on shared data: who read a place and then wrote it, and which locks were held meanwhile.

    a call of a managed object    counts.get('tea') ── read     counts['tea'] = 4 ── write
    a Value or an Array           each access takes its own lock: total.value += 3 takes it twice

Which of its accesses a `Value` was read by, and by which written, is on no record: the statement
that stands on the line of the event says it. Nothing else of the text is looked at.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

from ipc_helpers.grading.grader import Run
from ipc_helpers.grading.order import Order
from mpscope import ChannelKind, Event, Kind

READS = {"__getitem__", "get", "copy", "items", "values", "__getattribute__"}
WRITES = {"__setitem__", "set", "update", "__setattr__"}
MOST = 100  # updates of one place by one child: a race shows long before
WHOLE = ""  # the key of what reads or writes everything

Place = tuple[str, str]  # object, key


class Update(NamedTuple):
    """A child has read a place of an object, and then written it."""

    read: Event
    write: Event
    held: set[str]
    """The locks that it held all the while, each in one piece."""


def lost_updates(run: Run) -> list[set[str]]:
    """For each race on shared data, the locks that its children held.

    A race: two children have both read, and then written, the same place of an object; no lock was
    held by both from the read to the write, and nothing says that one of them came first. It is
    wrong also on a run where nothing happened to be lost.
    """
    order = Order(run)
    updates = {child.label: _updates(run, child.label) for child in run.children}
    return [
        mine.held | theirs.held
        for one, other in combinations(updates, 2)
        for where in updates[one].keys() & updates[other].keys()
        for mine, theirs in product(updates[one][where][:MOST], updates[other][where][:MOST])
        if not mine.held & theirs.held
        and not order.before(mine.write, theirs.read)
        and not order.before(theirs.write, mine.read)
    ]


def takes_a_lock_unseen(run: Run) -> bool:
    """Whether children take a lock that was not made through `mp`: it leaves no events, so that
    the text has to tell."""
    takes = re.search(r"\bwith \w+:|\.acquire\(", run.source)
    return bool(takes and not run.takers and "Lock(" in run.source)


def _updates(run: Run, label: str) -> dict[Place, list[Update]]:
    """How a child has updated each place, again and again."""
    locks, accesses = _Locks(run), _Accesses(run, label)
    read: dict[Place, tuple[Event, dict[str, int]]] = {}  # ... and the locks held at that time
    found: dict[Place, list[Update]] = defaultdict(list)
    for event in run.trace.stream(Kind.REQUEST, Kind.REPLY, Kind.ACQUIRE, Kind.RELEASE):
        if event.process != label:
            continue
        locks.follow(event)
        for where, writes in accesses.of(event):
            if not writes:
                read.setdefault(where, (event, locks.held()))
            elif before := read.pop(where, read.get((event.channel, WHOLE))):
                kept = before[1].items() & locks.held().items()
                found[where].append(Update(before[0], event, {lock for lock, _ in kept}))
    return found


class _Locks:
    """The locks that one child holds."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._holds: Counter[str] = Counter()  # how often it was taken so far
        self._depth: Counter[str] = Counter()  # an RLock may be taken by who has it

    def follow(self, event: Event) -> None:
        step, lock = event.method or event.kind, event.channel
        if step == "acquire" and event.kind is not Kind.REQUEST:
            self._holds[lock] += self._depth[lock] == 0
            self._depth[lock] += 1
        elif step == "release" and event.kind is not Kind.REPLY:
            self._depth[lock] = max(0, self._depth[lock] - 1)

    def held(self) -> dict[str, int]:
        """Lock ─▶ which hold of it this is; a semaphore for several keeps nobody out."""
        kept = (lock for lock, depth in self._depth.items() if depth)
        return {lock: self._holds[lock] for lock in kept if self._keeps_out(lock)}

    def _keeps_out(self, lock: str) -> bool:
        about = self._run.trace.channels[lock]
        return about.kind is not ChannelKind.SEMAPHORE or about.size in (None, 1)


class _Accesses:
    """What one child has read and written, event by event."""

    def __init__(self, run: Run, label: str) -> None:
        self._run, self._label = run, label
        self._opened: tuple[ast.stmt, str] | None = None  # an update that has begun, and its lock

    def of(self, event: Event) -> Iterator[tuple[Place, bool]]:
        """The place that an event reads or writes, and whether it writes."""
        if event.kind is Kind.REQUEST and event.method in READS | WRITES:
            yield (event.channel, _key(event)), event.method in WRITES
        elif event.kind is Kind.ACQUIRE:
            statement = _statements(self._run.file).get(_line(event))
            if statement is not None and Path(self._run.file).name == event.where.split(",")[0]:
                place = event.channel, _index(statement, self._label)
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


def _key(event: Event) -> str:
    """What a call of a dict or list is about, as far as the record of the call shows it."""
    if event.method in ("copy", "items", "values", "update"):
        return WHOLE
    return event.call.args[0] if event.call and event.call.args else WHOLE


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
