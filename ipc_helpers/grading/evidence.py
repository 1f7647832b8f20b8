"""What graders ask of a run, beyond its result: who could have met whom, and who held which lock.

Everything is told from the events; the text of an answer is looked at only for what leaves none.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from ipc_helpers.grading.grader import CHILD, UNSEEN, Run
from ipc_helpers.grading.order import Order
from mpscope import ChannelKind, Event, Kind

READS = {"__getitem__", "get", "copy", "items", "values", "__getattribute__"}
WRITES = {"__setitem__", "set", "update", "__setattr__"}
MOST = 100  # updates of one place by one child: a race shows long before
WHOLE = ""  # the key of a call that reads or writes everything


def function(run: Run, name: str) -> str:
    """The text of a function of the answer; empty if there is none of this name."""
    for node in ast.parse(run.source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.unparse(node)
    return ""


def asks_for(run: Run, attribute: str) -> bool:
    """Whether the answer looks at such an attribute of anything; a text does not count."""
    nodes = ast.walk(ast.parse(run.source))
    return any(isinstance(node, ast.Attribute) and node.attr == attribute for node in nodes)


def returns_a_value(run: Run, name: str) -> bool:
    """Whether a function of the answer has a `return` with something behind it."""
    nodes = ast.walk(ast.parse(function(run, name)))
    return any(isinstance(node, ast.Return) and node.value is not None for node in nodes)


def catches(run: Run, name: str) -> bool:
    """Whether a function of the answer has a `try`."""
    return any(isinstance(node, ast.Try) for node in ast.walk(ast.parse(function(run, name))))


def puts_of_children(run: Run) -> dict[str, list[int]]:
    """Child ─▶ when it put something into a queue, of a manager or not, in time order."""
    found: dict[str, list[int]] = defaultdict(list)
    for event in [*run.did(Kind.PUT, CHILD), *run.calls("put", who=CHILD)]:
        found[event.process].append(event.time_ns)
    return {who: sorted(times) for who, times in found.items()}


def could_meet(run: Run, one: str, other: str) -> bool:
    """Whether two children could have been at work at the same time.

    They could not if the parent had joined the first before it started the second.
    """
    joins = {e.channel: e.time_ns for e in run.did(Kind.JOIN, "parent")}
    starts = {p.label: p.started_ns for p in run.children}
    return not any(
        first in joins and joins[first] < starts[second]
        for first, second in ((one, other), (other, one))
    )


# Ways to see that a child has ended which are not on record.
ENDS = ("is_alive", "exitcode", "sentinel", "active_children")


def read_by_luck(run: Run) -> bool:
    """Whether the parent has read the last that its children wrote, and nothing told it to.

    It has waited by the clock, then, and a child was late. Whoever looks again and again until all
    is there has looked before, too.
    """
    steps = (Kind.REQUEST, Kind.ACQUIRE)
    read = [event for kind in steps for event in run.did(kind, "parent")]
    shared = {event.channel for event in read}
    wrote = [e for kind in steps for e in run.did(kind, CHILD) if e.channel in shared]
    if not run.late or not wrote or any(word in run.source for word in (*ENDS, *UNSEEN)):
        return False
    last = max(wrote, key=lambda event: event.time_ns)
    looks = sorted(event for event in read if event.channel == last.channel)
    born = run.trace.process(last.process).started_ns
    if any(born < event.time_ns < last.time_ns for event in looks):
        return False
    after = [event for event in looks if event.time_ns > last.time_ns]
    return bool(after) and not Order(run).before(last, after[0])


# ---- shared data: who read and wrote it, and which locks were held meanwhile ---------------------


class Update(NamedTuple):
    """A child has read a place of an object, and then written it."""

    read: Event
    write: Event
    held: set[str]
    """The locks that it held all the while, each in one piece."""


def lost_updates(run: Run) -> list[set[str]]:
    """For each race on managed data, the locks that its children held.

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


def _updates(run: Run, label: str) -> dict[tuple[str, str], list[Update]]:
    """(object, key) ─▶ how a child has updated it, again and again."""
    holds: Counter[str] = Counter()  # lock -> how often it was acquired so far
    held: set[str] = set()
    read: dict[tuple[str, str], tuple[Event, dict[str, int]]] = {}  # ... and the holds at that time
    found: dict[tuple[str, str], list[Update]] = defaultdict(list)
    for event in run.trace.stream(Kind.REQUEST, Kind.REPLY, Kind.ACQUIRE, Kind.RELEASE):
        if event.process != label:
            continue
        step, where = event.method or event.kind, (event.channel, _key(event))
        if step == "acquire" and event.kind is not Kind.REQUEST:
            holds[event.channel] += 1
            held.add(event.channel)
        elif step == "release" and event.kind is not Kind.REPLY:
            held.discard(event.channel)
        elif step in READS and event.kind is Kind.REQUEST:
            read.setdefault(where, (event, {lock: holds[lock] for lock in held}))
        elif step in WRITES and event.kind is Kind.REQUEST:
            before = read.pop(where, read.get((event.channel, WHOLE)))
            if before is not None:
                kept = {lock for lock, hold in before[1].items() if hold == holds[lock]}
                found[where].append(Update(before[0], event, kept & held))
    return found


def _key(event: Event) -> str:
    """What a call of a dict or list is about, as far as the record of the call shows it."""
    if event.method in ("copy", "items", "values", "update"):
        return WHOLE
    return event.call.args[0] if event.call and event.call.args else WHOLE


def holds_of(run: Run, label: str, lock: str) -> int:
    """How many times a child took a lock; to take it again while holding it does not count."""
    depth, holds = 0, 0
    for event in run.trace.stream(Kind.ACQUIRE, Kind.RELEASE):
        if (event.process, event.channel) != (label, lock):
            continue
        if event.kind is Kind.ACQUIRE:
            holds += depth == 0
            depth += 1
        else:
            depth -= 1
    return holds


# ---- queues ------------------------------------------------------------------------------------


def inboxes(run: Run) -> dict[str, set[str]]:
    """Queue, of a manager or not ─▶ the children that have taken something out of it."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in [*run.did(Kind.RECEIVE, CHILD), *run.calls("get", who=CHILD)]:
        found[event.channel].add(event.process)
    return dict(found)


def most_inside(run: Run, channel: str) -> int:
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


def is_bounded(run: Run, channel: str, room: int) -> bool:
    """Whether a queue had a limit of at most `room`; of a managed one, whether it kept to it."""
    about = run.trace.channels[channel]
    if about.kind is ChannelKind.QUEUE:
        return about.size is not None and 0 < about.size <= room
    return about.kind is ChannelKind.PROXY and most_inside(run, channel) <= room
