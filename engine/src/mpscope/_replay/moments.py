"""One moment of a block: what each channel holds, who holds which lock."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import NamedTuple

from mpscope._trace.events import Event
from mpscope._trace.logs import Call


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


class Doing(NamedTuple):
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

    def copy(self) -> Moment:
        other = Moment()
        other.index = self.index
        for channel, parcels in self.contents.items():
            other.contents[channel] = dict(parcels)
        for lock, holders in self.holders.items():
            other.holders[lock] = list(holders)
        other.flags, other.printed = dict(self.flags), dict(self.printed)
        other.calls.update(self.calls)
        return other

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
