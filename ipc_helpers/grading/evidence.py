"""What graders ask of a run, beyond its result: who could have met whom, and who held which lock.

Everything is told from the events; the text of an answer is looked at only for what leaves none.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

from ipc_helpers.grading.grader import CHILD, Run
from mpscope import ChannelKind, Event, Kind

READS = {"__getitem__", "get", "copy", "items", "values", "__getattribute__"}
WRITES = {"__setitem__", "set", "update", "__setattr__"}
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


# ---- shared data: who read and wrote it, and which locks were held meanwhile ---------------------


def lost_updates(run: Run) -> list[set[str]]:
    """For each race on managed data, the locks that its children held, each in one piece.

    A race: two children that could meet have both read, and then written, the same place of an
    object, and no lock was held by both from the read to the write. It is wrong also on a run
    where nothing happened to be lost.
    """
    updates: dict[str, dict[tuple[str, str], set[str]]] = {}
    for child in run.children:
        updates[child.label] = _updates(run, child.label)
    labels = list(updates)
    return [
        held | updates[other][where]
        for place, one in enumerate(labels)
        for other in labels[place + 1 :]
        if could_meet(run, one, other)
        for where, held in updates[one].items()
        if where in updates[other] and not held & updates[other][where]
    ]


def _updates(run: Run, label: str) -> dict[tuple[str, str], set[str]]:
    """(object, key) that a child read and then wrote ─▶ the locks that it held all the while."""
    holds: Counter[str] = Counter()  # lock -> how often it was acquired so far
    held: set[str] = set()
    read: dict[tuple[str, str], dict[str, int]] = {}  # what was read -> the holds at that time
    found: dict[tuple[str, str], set[str]] = {}
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
            read.setdefault(where, {lock: holds[lock] for lock in held})
        elif step in WRITES and event.kind is Kind.REQUEST:
            before = read.pop(where, read.get((event.channel, WHOLE)))
            if before is not None:
                kept = {lock for lock, hold in before.items() if lock in held}
                kept = {lock for lock in kept if before[lock] == holds[lock]}
                found[where] = found.get(where, kept) & kept
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
