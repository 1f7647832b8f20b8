"""The lab of lesson 07: where are the messages of a queue, and what is left of them at the end?

child: put() ─▶ buffer ─▶ feeder ─▶ pipe ─▶ parent: get()
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from ipc_helpers.labs.controls import Choice, Control, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, received
from ipc_helpers.workers import labs as workers
from mpscope import Event, Kind

RETURN, EXIT, CANCEL = "return", "os._exit()", "cancel_join_thread()"
FLUSH = "close(), join_thread(), os._exit()"
LATE, EARLY = "when all are put", "at once"
SILENCE_S = 0.5  # so long a silence, after the child's end, means that no more will come
COLORS = {"buffer": "#e69f00", "feeder": "#0072b2", "pipe": "#009e73", "received": "#868f99"}


class Moment(NamedTuple):
    """How many messages are where."""

    name: str
    buffer: int
    feeder: int
    pipe: int
    received: int


class AnatomyLab(Lab):
    """Where is a message after put(), and what is lost at the end?"""

    name = "anatomy"
    title = "Lab: inside a queue"
    question = (
        "Where are the messages when all calls of put() have returned, and which of them arrive? "
        "Change their size, and the way in which the child leaves."
    )
    deadline_s = 5.0

    def controls(self) -> Sequence[Control]:
        return (
            Number("messages", "Messages", 10, 1, 40),
            Number("size", "Size of a message in bytes", 20_000, 1, 200_000),
            Number("maxsize", "maxsize of the queue; 0 is no limit", 0, 0, 40),
            Choice("reads", "The parent reads", LATE, (LATE, EARLY)),
            Choice("leave", "The child leaves by", RETURN, (RETURN, EXIT, CANCEL, FLUSH)),
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
        assert run.mp is not None
        count = settings["messages"]
        put = sum(1 for _ in run.mp.trace.stream(Kind.PUT))
        got = len(received(run.mp.trace, "box"))
        facts = (
            f"calls of put() that returned: {put} of {count}",
            f"messages that arrived: {got} of {count}",
            f"the parent came to its end: {'no' if run.error else 'yes'}",
        )
        return Seen(
            facts, sentence(settings, put, got, moments(run.mp.trace.events), bool(run.error))
        )

    def _show(self, run: Run, settings: dict[str, Any]) -> None:
        super()._show(run, settings)
        if run.mp is not None:
            self._details.value = table(moments(run.mp.trace.events)) + self._details.value


def sentence(settings: dict[str, Any], put: int, got: int, seen: list[Moment], stuck: bool) -> str:
    """What was to be seen, with the numbers of this run."""
    if put < settings["messages"]:
        return (
            f"The queue has room for {settings['maxsize']}, so the next put() waits, and the "
            "parent waits until all are put: nobody can go on."
        )
    if stuck:
        return (
            f"The child left while its feeder was in the middle of a message. {got} had arrived "
            "whole; of the next one the pipe holds a part, and the parent waits for the rest."
        )
    if got < put:
        return f"{put} were put, and {got} arrived: the rest ended in the buffer, with the child."
    then = seen[0]
    if then.feeder:
        where = (
            f"When all were put, the pipe held {then.pipe} whole messages, the feeder was in the "
            f"middle of the next one, and {then.buffer} lay in the buffer."
        )
        return f"{where} The child waited at its end until all were sent."
    return "All had left the child before it ended, so all arrived, however it ended."


def moments(events: Sequence[Event]) -> list[Moment]:
    """Where the messages were when the child had put all it could, and at the end."""
    words = [event for event in events if event.kind == Kind.SEND and event.channel != "box"]
    busy = any(word.what.strip("'\"") == "busy" for word in words)
    found = [_at("at the end", events, busy)]
    for word in words[:1]:
        past = [event for event in events if event.time_ns <= word.time_ns]
        found.insert(0, _at("when all were put", past, busy))
    return found


def _at(name: str, events: Sequence[Event], busy: bool) -> Moment:
    """A send is on record when it begins: a busy feeder has the last message still in its hand."""
    mine = [event.kind for event in events if event.channel == "box"]
    put, sent, got = (mine.count(kind) for kind in (Kind.PUT, Kind.SEND, Kind.RECEIVE))
    in_hand = int(busy and sent > got)
    return Moment(name, put - sent, in_hand, sent - got - in_hand, got)


def table(seen: Sequence[Moment]) -> str:
    """The moments as a table: a square and a number for the messages in each place."""
    heads = "".join(f'<th scope="col">{place}</th>' for place in COLORS)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(one.name)}</th>'
        + "".join(
            f'<td style="text-align:left">{count} <span aria-hidden="true" style="color:{color}">'
            f"{'■' * count}</span></td>"
            for count, color in zip(one[1:], COLORS.values(), strict=True)
        )
        + "</tr>"
        for one in seen
    )
    caption = "<caption>Messages in each part of the queue</caption>"
    return f"<table>{caption}<tr><td></td>{heads}</tr>{rows}</table>"


def anatomy_lab() -> AnatomyLab:
    """The panel of lesson 07. Show it as a cell's last line."""
    return AnatomyLab()
