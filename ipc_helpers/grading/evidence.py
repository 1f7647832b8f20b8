"""What graders ask of a run, beyond its result: who waited for whom, who took what from where.

Everything is told from the events; the text of an answer is looked at only for what leaves none:
a look (`empty()`, `is_alive()`), a pause, a value that is returned. Races are in `updates`.
"""

from __future__ import annotations

import ast

from ipc_helpers.grading.order import Order
from ipc_helpers.grading.run import CHILD, UNSEEN, Run
from mpscope import Kind


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
