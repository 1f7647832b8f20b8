"""Where each process stands: at work, waiting, or ended; what a wait is for, and who could end it.

ProcessLog (what it has begun), Tally (who uses what) ─▶ Whereabouts.of() ─▶ Standing, Wait
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mpscope._diagnosis.usage import Tally, main_wait
from mpscope._trace.events import Doing, ProcessLog, all_events, main_stack

_ANSWERS = {"get": "puts something into {}", "put": "gets something from {}"}
_ANSWERS |= {"join": "calls {}.task_done()", "acquire": "releases {}", "wait": "wakes {}"}


class Wait(NamedTuple):
    """What one process waits for, and who could end that."""

    kind: str
    """What it has begun: "receive", "send", "put", "acquire", "wake", "join", "reply", "end"."""
    channel: str
    """The queue, pipe direction, lock, process or proxy."""
    unbounded: bool
    """Without a time-out."""
    began_ns: int
    until: str
    """What a helper would have to do, in the singular: "sends through mine"."""
    helpers: tuple[str, ...]
    """Who could: labels, in the order of the processes."""
    what: str = ""
    """Proxy calls: the call."""


class Standing(NamedTuple):
    """Where one process stands."""

    label: str
    text: str
    """What it does, in words: "waits in mine.recv() (the cell, line 7)"."""
    wait: Wait | None
    ended: bool
    serves: bool
    """A manager's server: idle where others wait."""
    place: str = ""
    """The line it is at: "the cell, line 7"; empty where that is not known."""


class Whereabouts:
    """Reads from the logs where each process stands.

    Args:
        tally: what the logs add up to.
        ends: how the processes that have ended did.
        busy: what the parent runs if it does not wait.
    """

    def __init__(self, tally: Tally, ends: Mapping[str, str], busy: str) -> None:
        self.tally, self.ends, self.busy = tally, ends, busy

    def of(self, label: str) -> Standing:
        """Where one process stands."""
        if label in self.ends:
            return Standing(label, self.ends[label], None, True, False)
        log = self.tally.logs.get(label)
        if log is None:
            return Standing(label, "is still starting", None, False, False)
        if label.startswith("manager-"):
            return Standing(label, "serves its proxies", None, False, True)
        doing = main_wait(log)
        if doing is None:
            at = main_stack(log)
            text = self.busy if label == "parent" else (f"runs {at}" if at else "is busy")
            return Standing(label, text, None, False, False, at)
        if doing.kind == "end":
            return self._at_its_end(label, doing)
        if doing.kind == "idle":  # serves whoever submits something
            return Standing(label, f"waits for a task of {doing.channel}", None, False, True)
        at = f" ({doing.where})" if doing.where else ""
        wait = self._wait(label, doing)
        return Standing(label, self._phrase(doing) + at, wait, False, False, doing.where)

    def _at_its_end(self, label: str, doing: Doing) -> Standing:
        unread = [q for q in _unread(label, self.tally.logs.values()) if self.tally.is_full(q)]
        if not unread:
            return Standing(label, "has run to its end and is leaving", None, False, False)
        text = (
            f"has run to its end and waits, at exit, until somebody reads {' and '.join(unread)}: "
            "its feeder thread still holds messages (join before drain)"
        )
        helpers = self._helpers(label, unread[0], "receive", not_by={"put"})
        until = f"gets everything from {unread[0]}"
        wait = Wait("end", unread[0], True, doing.began_ns, until, helpers)
        return Standing(label, text, wait, False, False)

    def _phrase(self, doing: Doing) -> str:
        name, about = doing.channel, self.tally.about.get(doing.channel, "")
        call = call_of(doing.kind, name, about)
        if doing.kind == "send":
            return f"waits in {call}: the pipe is full and nobody reads it"
        if doing.kind == "put":
            return f"waits in {call}: the queue is full"
        if doing.kind == "collect":
            return f"waits for a result of {name}"
        if doing.kind == "shutdown":
            return f"waits until {name} has ended"
        if doing.kind == "reply":
            server = about.rpartition(" ")[2] or "the manager"
            return f"waits for {server} to answer a call on {name}"
        return f"waits in {call}" if call else "is busy"

    def _wait(self, label: str, doing: Doing) -> Wait | None:
        found = self._until(label, doing)
        if found is None:
            return None
        until, helpers = found
        kind, name = doing.kind, doing.channel
        return Wait(kind, name, doing.unbounded, doing.began_ns, until, helpers, doing.what)

    def _until(self, me: str, doing: Doing) -> tuple[str, tuple[str, ...]] | None:
        """What would end a wait, and who could do it."""
        name, kind, about = doing.channel, doing.kind, self.tally.about.get(doing.channel, "")
        sender, arrow, receiver = name.partition(" → ")
        if kind == "receive" and arrow:
            return f"sends through {sender}", self._helpers(me, name, "send", end=sender)
        if kind == "receive":
            put = f"puts something into {name}"
            return put, self._helpers(me, name, "send", not_by={"receive"})
        if kind == "send" and arrow:
            return f"receives from {receiver}", self._helpers(me, name, "receive", end=receiver)
        if kind in ("send", "put"):
            got = f"gets something from {name}"
            return got, self._helpers(me, name, "receive", not_by={"send", "put"})
        if kind == "join":
            return "ends", self.tally.in_order([name])
        if kind in ("collect", "shutdown"):
            deed = "returns it" if kind == "collect" else "has done its tasks"
            return deed, self._workers(name)
        if kind == "reply":
            helpers = self.tally.in_order(self.tally.can_reach(name) - {me})
            deed = _ANSWERS.get(doing.what.partition("(")[0], "uses {}")
            return deed.format(name), helpers
        if kind == "acquire" and about != "semaphore":
            return f"releases {name}", self.tally.in_order(self.tally.holders(name))
        if kind == "acquire":
            return f"releases {name}", self._helpers(me, name, "release")
        if name.endswith(".join"):
            queue = name.removesuffix(".join")
            return f"calls {queue}.task_done()", self._helpers(me, queue, "receive")
        if kind == "wake" and about == "barrier":
            missing = self.tally.can_reach(name) - self.tally.tried["wake", name]
            return f"calls {name}.wait()", self.tally.in_order(
                missing - {me} - self._bystander(name)
            )
        if kind == "wake":
            deed = "notify" if about == "condition" else "set"
            verb = f"notifies {name}" if deed == "notify" else f"sets {name}"
            return verb, self._helpers(me, name, deed, not_by={"wake"})
        return None

    def _workers(self, name: str) -> tuple[str, ...]:
        """Those of a pool: the living, if there are any, else all that it ever had."""
        workers = self.tally.given[name]
        return self.tally.in_order(workers - self.tally.ended or workers)

    def _bystander(self, barrier: str) -> set[str]:
        """The parent makes a barrier, and need not be a party."""
        return set() if "parent" in self.tally.did("wake", barrier) else {"parent"}

    def _helpers(
        self, me: str, name: str, use: str, end: str = "", not_by: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Who has used a channel that way; else who could; not those who use it the other way."""
        active = self.tally.did(use, name) - {me}
        if active and not active <= self.tally.ended:
            return self.tally.in_order(active)
        able = self.tally.can_reach(name, end) - {me}
        others = set().union(*(self._users(other, name) for other in not_by))
        able = (able - others or able) | active
        alive = able - self.tally.ended
        return self.tally.in_order(alive | active or able)

    def _users(self, use: str, name: str) -> set[str]:
        return self.tally.did(use, name) | self.tally.tried[use, name]


def call_of(kind: str, name: str, about: str) -> str:
    """The call that a process is in: "mine.recv()", "numbers.get()", "lock.acquire()"."""
    sender, arrow, receiver = name.partition(" → ")
    if kind == "receive":
        return f"{receiver}.recv()" if arrow else f"{name}.get()"
    if kind == "send":
        return f"{sender}.send()" if arrow else f"{name}.put()"
    if kind == "put":
        return f"{name}.put()"
    if kind == "join":
        return f"{name}.join()"
    if kind not in ("acquire", "wake"):
        return ""
    if name.endswith(".join"):
        return f"{name}()"
    return f"{name}.wait()" if about in ("condition", "event", "barrier") else f"{name}.acquire()"


def _unread(label: str, logs: Iterable[ProcessLog]) -> list[str]:
    """The queues that still hold something this process has put."""
    events = all_events(logs)
    read = {(event.channel, event.number) for event in events if event.kind == "receive"}
    mine = [event for event in events if event.process == label and event.kind == "put"]
    left = {e.channel: None for e in mine if not e.number or (e.channel, e.number) not in read}
    return list(left)
