"""Races on shared data: who read a place and then wrote it, and which locks were held meanwhile.

counts.get('tea') ── read        counts['tea'] = 4 ── write
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, product
from typing import NamedTuple

from ipc_helpers.grading.order import Order
from ipc_helpers.grading.run import Run
from mpscope import ChannelKind, Event, Kind

READS = {"__getitem__", "get", "copy", "items", "values", "__getattribute__"}
WRITES = {"__setitem__", "set", "update", "__setattr__"}
MOST = 100  # updates of one place by one child: a race shows long before
SEMAPHORE = ChannelKind.SEMAPHORE
WHOLE = ""  # the key of what reads or writes everything

Place = tuple[str, str]  # object, key
Accesses = Callable[[Event], Iterator[tuple[Place, bool]]]


class Update(NamedTuple):
    """A child has read a place of an object, and then written it."""

    read: Event
    write: Event
    held: set[str]
    """The locks that it held all the while, each in one piece."""


def lost_updates(run: Run, accesses: Callable[[], Accesses] = lambda: calls) -> list[set[str]]:
    """For each race on shared data, the locks that its children held.

    A race: two children have both read, and then written, the same place of an object; no lock was
    held by both from the read to the write, and nothing says that one of them came first. It is
    wrong also on a run where nothing happened to be lost. `accesses()` reads the events of a child.
    """
    order = Order(run)
    updates = {child.label: _updates(run, child.label, accesses()) for child in run.children}
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


def _updates(run: Run, label: str, accesses: Accesses) -> dict[Place, list[Update]]:
    """How a child has updated each place, again and again."""
    locks = _Locks(run)
    read: dict[Place, tuple[Event, dict[str, int]]] = {}  # ... and the locks held at that time
    found: dict[Place, list[Update]] = defaultdict(list)
    for event in run.trace.stream(Kind.REQUEST, Kind.REPLY, Kind.ACQUIRE, Kind.RELEASE):
        if event.process != label:
            continue
        locks.follow(event)
        for where, writes in accesses(event):
            if not writes:
                read.setdefault(where, (event, locks.held()))
            elif before := read.pop(where, read.get((event.channel, WHOLE))):
                kept = before[1].items() & locks.held().items()
                found[where].append(Update(before[0], event, {lock for lock, _ in kept}))
    return found


class _Locks:
    """The locks that one child holds."""

    def __init__(self, run: Run) -> None:
        self._run, self._holds, self._depth = run, Counter[str](), Counter[str]()

    def follow(self, event: Event) -> None:
        step, lock = event.method or event.kind, event.channel
        if step == "acquire" and event.kind is not Kind.REQUEST:
            self._holds[lock] += self._depth[lock] == 0  # an RLock may be taken by who has it
            self._depth[lock] += 1
        elif step == "release" and event.kind is not Kind.REPLY:
            self._depth[lock] = max(0, self._depth[lock] - 1)

    def held(self) -> dict[str, int]:
        """Lock ─▶ which hold of it this is; a semaphore for several keeps nobody out."""
        about = self._run.trace.channels
        for_many = {n for n, c in about.items() if c.kind is SEMAPHORE and c.size not in (None, 1)}
        return {
            n: self._holds[n] for n, depth in self._depth.items() if depth and n not in for_many
        }


def calls(event: Event) -> Iterator[tuple[Place, bool]]:
    """The place of a managed object that an event reads or writes, and whether it writes."""
    if event.kind is Kind.REQUEST and event.method in READS | WRITES:
        yield (event.channel, _key(event)), event.method in WRITES


def _key(event: Event) -> str:
    """What a call of a dict or list is about, as far as the record of the call shows it."""
    if event.method in ("copy", "items", "values", "update"):
        return WHOLE
    return event.call.args[0] if event.call and event.call.args else WHOLE
