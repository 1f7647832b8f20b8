"""The lab of lesson 07: where are the messages of a queue, and what is left of them at the end?

child: put() ─▶ buffer ─▶ feeder ─▶ pipe ─▶ parent: get()
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, received, yes
from ipc_helpers.words import said
from ipc_helpers.workers import labs as workers
from mpscope import Event, Kind

RETURN, EXIT, CANCEL, FLUSH = "return", "exit", "cancel", "flush"
LATE, EARLY = "late", "early"
SILENCE_S = 0.5  # so long a silence, after the child's end, means that no more will come
COLORS = {"buffer": "c2", "feeder": "c1", "pipe": "c3", "received": "grey"}  # of the palette


class Moment(NamedTuple):
    """How many messages are where."""

    when: str
    buffer: int
    feeder: int
    pipe: int
    received: int


class AnatomyLab(Lab):
    """Lesson 07's panel: where is a message after put(), and what is lost at the end?"""

    name = "anatomy"
    deadline_s = 5.0
    controls = (
        Number("messages", 10, 1, 40),
        Number("size", 20_000, 1, 200_000),
        Number("maxsize", 0, 0, 40),
        Choice("reads", LATE, (LATE, EARLY)),
        Choice("leave", RETURN, (RETURN, EXIT, CANCEL, FLUSH)),
    )

    def experiment(
        self, mp: Any, messages: int, size: int, maxsize: int, reads: str, leave: str
    ) -> None:
        box = mp.Queue(maxsize)
        settled, to_parent = mp.Pipe(duplex=False)
        child = mp.Process(
            target=workers.put_and_leave, args=(box, messages, size, leave, to_parent)
        )
        child.start()
        if reads == LATE:
            settled.recv()
            if leave in (EXIT, CANCEL):
                child.join()
        try:
            for _ in range(messages):
                box.get(timeout=SILENCE_S if reads == LATE else None)
        except queue.Empty:
            return
        child.join()

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        count = settings["messages"]
        put = sum(1 for _ in run.trace.stream(Kind.PUT))
        got = len(received(run.trace, "box"))
        facts = (
            self.says("returned", put=put, count=count),
            self.says("arrived", got=got, count=count),
            self.says("ended", yes=yes(not run.error)),
        )
        seen = moments(run.trace.events)
        return Seen(facts, sentence(settings, put, got, seen, bool(run.error)), table(seen))

    look_at_unended = look


def sentence(settings: dict[str, Any], put: int, got: int, seen: list[Moment], stuck: bool) -> str:
    """What was to be seen, with the numbers of this run."""
    if put < settings["messages"]:
        return said("lab.anatomy.full", room=settings["maxsize"])
    if stuck:
        return said("lab.anatomy.torn", got=got)
    if got < put:
        return said("lab.anatomy.lost", put=put, got=got)
    then = seen[0]
    how = "busy" if then.feeder else "gone"
    return said(f"lab.anatomy.{how}", pipe=then.pipe, buffer=then.buffer)


def moments(events: Sequence[Event]) -> list[Moment]:
    """Where the messages were when the child had put all it could, and at the end."""
    words = [e for e in events if e.channel != "box" and e.kind in (Kind.SEND, Kind.RECEIVE)]
    busy = any(word.what.strip("'\"") == "busy" for word in words)
    found = [_at("at_end", events, busy)]
    if words:  # on a busy machine the child's note of its word may be later than the parent's
        then = min(word.time_ns for word in words)
        past = [event for event in events if event.time_ns <= then]
        found.insert(0, _at("when_put", past, busy))
    return found


def _at(when: str, events: Sequence[Event], busy: bool) -> Moment:
    """A send is on record when it begins: a busy feeder has the last message still in its hand."""
    mine = [event.kind for event in events if event.channel == "box"]
    put, sent, got = (mine.count(kind) for kind in (Kind.PUT, Kind.SEND, Kind.RECEIVE))
    in_hand = int(busy and sent > got)
    return Moment(when, put - sent, in_hand, sent - got - in_hand, got)


def table(seen: Sequence[Moment]) -> str:
    """The moments as a table: a square and a number for the messages in each place."""
    cell = 'style="text-align:left;padding:2px clamp(4px,3vw - 12px,18px) 2px 0"'
    heads = (f'<th scope="col" {cell}>{said(f"lab.anatomy.{place}")}</th>' for place in COLORS)
    rows = "".join(
        f'<tr><th scope="row" {cell}>{escape(said(f"lab.anatomy.{one.when}"))}</th>'
        + "".join(
            f'<td {cell}>{count} <span aria-hidden="true" style="color:var(--mp-{color})">'
            f"{'■' * count}</span></td>"
            for count, color in zip(one[1:], COLORS.values(), strict=True)
        )
        + "</tr>"
        for one in seen
    )
    caption = escape(said("lab.anatomy.caption"))
    caption = f'<caption style="text-align:left">{caption}</caption>'
    return f"<table>{caption}<tr><td></td>{''.join(heads)}</tr>{rows}</table>"


anatomy_lab = AnatomyLab
