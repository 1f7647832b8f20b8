"""One moment of a block: what each channel holds, who holds which lock; a step in words."""

from collections import defaultdict
from enum import StrEnum
from typing import NamedTuple

from mpscope._render.labels import DEFAULTS, SPELLED, as_written
from mpscope._render.theme import printable
from mpscope._trace.channels import Channel
from mpscope._trace.events import Event
from mpscope._trace.logs import Call
from mpscope._trace.totals import squeezed


class Parcel(NamedTuple):
    """A message on its way; `sent` is False while it is still in its sender's buffer."""

    number: int
    what: str
    sender: str
    sent: bool
    call: Call | None = None


class Place(NamedTuple):
    """What stands between processes: a queue, both directions of a pipe, a lock, a server."""

    name: str
    kind: str
    """ "queue", "pipe", "server", or one of `LOCKS`."""
    channels: tuple[str, ...]


class State(StrEnum):
    """What a process is doing, in one word."""

    ABSENT = "not started yet"
    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    ENDED = "ended"
    FAILED = "failed"
    KILLED = "killed"


class Activity(NamedTuple):
    """The same with a few words on it."""

    state: State
    words: str
    channel: str = ""
    """What it waits for."""


class Moment:
    """How things stand after some steps. Read it, do not change it."""

    def __init__(self) -> None:
        self.index = 0
        self.contents: dict[str, dict[object, Parcel]] = defaultdict(dict)
        self.holders: dict[str, list[str]] = defaultdict(list)
        self.flags: dict[str, bool] = {}
        self.calls: dict[str, int] = defaultdict(int)
        self.printed: dict[str, str] = {}
        """The line that each process printed last."""

    def waiting_in(self, channel: str) -> list[Parcel]:
        """What the channel holds, the next to come out first; unsent messages come last."""
        parcels = self.contents.get(channel, {}).values()
        return sorted(parcels, key=lambda parcel: (not parcel.sent, parcel.sent and parcel.number))

    def go_on(self, event: Event) -> None:
        """Take one more step."""
        self.index += 1
        kind, channel = event.kind, event.channel
        parcels = self.contents[channel] if kind in _CARRIED else {}
        if kind == "put":
            key: object = event.number or ("kept", len(parcels), self.index)
            parcels[key] = Parcel(event.number, event.what, event.process, False)
        elif kind == "send":
            parcels[event.number] = Parcel(event.number, event.what, event.process, True)
        elif kind == "receive":
            parcels.pop(event.number, None)
        elif kind == "drop":
            lost = [k for k, p in parcels.items() if not p.number and p.sender == event.process]
            parcels.pop(next(iter(lost), None), None)
        elif kind == "acquire":
            self.holders[channel].append(event.process)
        elif kind == "release" and event.process in self.holders[channel]:
            self.holders[channel].remove(event.process)
        elif kind in ("set", "clear"):
            self.flags[channel] = kind == "set"
        elif kind == "reply":
            self.calls[channel] += 1
        elif kind in ("print", "error"):
            self.printed[event.process] = event.what


_CARRIED = {"put", "send", "receive", "drop"}


def sentence(event: Event, about: Channel | None = None, feeder: bool = False) -> str:
    """What happened, in words; `feeder`: it was the queue's feeder thread that sent."""
    who, channel = event.process, event.channel
    what = printable(event.what)
    if event.kind == "send" and feeder:
        return f"The feeder thread of {who} sends {what} into {channel}."
    if event.kind == "receive" and about is not None and about.ends is not None:
        return f"{who} receives {what} at {about.ends[1]}."
    if event.kind == "receive":
        return f"{who} gets {what} from {channel}."
    if event.kind == "end":
        return f"{who} ends well." if not event.number else f"{who} ends with code {event.number}."
    if event.kind == "reply":
        return f"{about.server if about else 'A server'} answers {who}: {channel}.{what}"
    return _SENTENCES.get(event.kind, "{who}: {kind} {channel}").format(
        who=who, what=what, channel=channel, kind=event.kind
    )


_SENTENCES = {
    "start": "{who} starts {what}.",
    "exception": "{who} fails: {what}",
    "print": "{who} prints: {what}",
    "error": "{who} writes to stderr: {what}",
    "put": "{who} puts {what} into {channel}.",
    "send": "{who} sends {what} through {channel}.",
    "drop": "{channel} drops {what}, which cannot be pickled.",
    "eof": "{who} meets the end of {channel}: every writing end is closed.",
    "broken": "{who} cannot send through {channel}: no reader is left.",
    "acquire": "{who} gets {channel}.",
    "timeout": "{who} gives up waiting for {channel}.",
    "release": "{who} gives {channel} back.",
    "wait": "{who} waits for {channel}.",
    "wake": "{who} goes on after {channel}.",
    "close": "{who} closes its end of {channel}.",
    "set": "{who} sets {channel}.",
    "clear": "{who} clears {channel}.",
    "notify": "{who} notifies {channel}.",
    "join": "{who} returns from {channel}.join().",
    "note": "{who}: {what}",
    "killed": "{who} is stopped by {what}.",
}


def brief(what: str, call: Call | None = None) -> str:
    """A message, or a call of a proxy, in few letters: "'A1…'", "[0] = 1", "append(3)"."""
    if call is not None and call.method in SPELLED:
        return as_written(call, "").removeprefix(".")
    if call in DEFAULTS:
        return f"{call.method}()"
    return squeezed(what)
