"""What graders ask of a run, beyond its result: who waited for whom, who took what from where.

Everything is told from the events; the text of an answer is looked at only for what leaves none:
a look (`empty()`, `is_alive()`), a pause, a value that is returned. Races are in `updates`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from ipc_helpers.grading.grader import CHILD, UNSEEN, Run
from ipc_helpers.grading.order import Order
from mpscope import ChannelKind, Event, Kind


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


def ends_by(run: Run, name: str, attribute: str) -> bool:
    """Whether a loop of a function ends by what such an attribute says: `while not box.empty()`."""

    def looks(node: ast.AST) -> bool:
        return any(getattr(inner, "attr", "") == attribute for inner in ast.walk(node))

    def leaves(node: ast.If) -> bool:
        return any(isinstance(inner, ast.Break | ast.Return) for inner in ast.walk(node))

    nodes = list(ast.walk(ast.parse(function(run, name))))
    loops = [node for node in nodes if isinstance(node, ast.While) and looks(node.test)]
    return bool(loops) or any(
        isinstance(node, ast.If) and looks(node.test) and leaves(node) for node in nodes
    )


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
