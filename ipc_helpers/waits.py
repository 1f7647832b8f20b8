"""Who waits for whom: what each process of a block waits for, who could end that, why they do not.

    logs, how the others have ended ─▶ Account ─▶ lines() of an error, a picture, a circle
                                          └─▶ cannot_end(): whether that will stay so for ever

A wait ends when one of its *helpers* does something: the processes that have done so before, or
else those that were given what it takes.  Where every process waits, and nothing is on its way that
could wake one of them, none of the waits can end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic_ns
from typing import NamedTuple

from ipc_helpers.events import Doing, ProcessLog, all_events, main_stack
from ipc_helpers.tally import Tally, main_wait

# What a manager's server does only when another process makes it: calls without a time-out.
ENDLESS_CALLS = {"get()", "get(True)", "acquire()", "acquire(True)", "join()", "wait()"}
ENDLESS_CALLS.add("wait(None)")
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


class Account:
    """Where every process of a block stands, at one moment.

    Args:
        logs: of all processes, the parent first.
        ends: how the processes that have ended did: "ended well", "was killed by SIGKILL".
        labels: all processes in the order of their start, also those that have no log yet.
        busy: what the parent runs if it does not wait.
    """

    def __init__(
        self,
        logs: Sequence[ProcessLog],
        ends: Mapping[str, str],
        labels: Sequence[str],
        busy: str = "is busy",
    ) -> None:
        self.ends = ends
        self.time_ns = monotonic_ns()
        self.logs = {log.label: log for log in logs}
        self.tally = Tally(logs, ends)
        self.labels = list(labels)
        self._busy = busy
        self.standings = {label: self._standing(label) for label in self.labels}
        self.circle = self._find_circle()

    # -- each process ---------------------------------------------------------------------------

    def _standing(self, label: str) -> Standing:
        if label in self.ends:
            return Standing(label, self.ends[label], None, True, False)
        log = self.logs.get(label)
        if log is None:
            return Standing(label, "is still starting", None, False, False)
        if label.startswith("manager-"):
            return Standing(label, "serves its proxies", None, False, True)
        doing = main_wait(log)
        if doing is None:
            at = main_stack(log)
            text = self._busy if label == "parent" else (f"runs {at}" if at else "is busy")
            return Standing(label, text, None, False, False, at)
        if doing.kind == "end":
            return self._at_its_end(label, doing)
        at = f" ({doing.where})" if doing.where else ""
        wait = self._wait(label, doing)
        return Standing(label, self._phrase(doing) + at, wait, False, False, doing.where)

    def _at_its_end(self, label: str, doing: Doing) -> Standing:
        unread = _unread(label, self.logs.values())
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
            return "ends", (name,)
        if kind == "reply":
            helpers = self.in_order(self.tally.can_reach(name) - {me})
            deed = _ANSWERS.get(doing.what.partition("(")[0], "uses {}")
            return deed.format(name), helpers
        if kind == "acquire" and about != "semaphore":
            return f"releases {name}", self.in_order(self.tally.holders(name))
        if kind == "acquire":
            return f"releases {name}", self._helpers(me, name, "release")
        if name.endswith(".join"):
            queue = name.removesuffix(".join")
            return f"calls {queue}.task_done()", self._helpers(me, queue, "receive")
        if kind == "wake" and about == "barrier":
            missing = self.tally.can_reach(name) - self.tally.tried["wake", name]
            return f"calls {name}.wait()", self.in_order(missing - {me} - self._bystander(name))
        if kind == "wake":
            deed = "notify" if about == "condition" else "set"
            verb = f"notifies {name}" if deed == "notify" else f"sets {name}"
            return verb, self._helpers(me, name, deed, not_by={"wake"})
        return None

    def _bystander(self, barrier: str) -> set[str]:
        """The parent makes a barrier, and need not be a party."""
        return set() if "parent" in self.tally.did("wake", barrier) else {"parent"}

    def _helpers(
        self, me: str, name: str, use: str, end: str = "", not_by: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Who has used a channel that way; else who could; not those who use it the other way."""
        active = self.tally.did(use, name) - {me}
        if active and not active <= self.tally.ended:
            return self.in_order(active)
        able = self.tally.can_reach(name, end) - {me}
        others = set().union(*(self._users(other, name) for other in not_by))
        able = (able - others or able) | active
        alive = able - self.tally.ended
        return self.in_order(alive | active or able)

    def _users(self, use: str, name: str) -> set[str]:
        return self.tally.did(use, name) | self.tally.tried[use, name]

    def in_order(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Labels in the order of the processes."""
        return tuple(label for label in self.labels if label in set(labels))

    # -- all of them ----------------------------------------------------------------------------

    def waiting(self) -> list[Standing]:
        """The processes that wait for others."""
        return [standing for standing in self.standings.values() if standing.wait is not None]

    def _find_circle(self) -> list[str]:
        """Processes of which each waits for the next, and the last for the first; or nothing."""
        for start in self.standings:
            path: list[str] = []
            label: str | None = start
            while label is not None and label not in path:
                path.append(label)
                label = self._next(label)
            if label == start:
                return path
        return []

    def _next(self, label: str) -> str | None:
        """The first helper that waits itself, if no helper is at work."""
        wait = self.standings[label].wait
        if wait is None:
            return None
        alive = [who for who in wait.helpers if not self.standings[who].ended]
        waiting = [who for who in alive if self.standings[who].wait is not None]
        return waiting[0] if waiting and len(waiting) == len(alive) else None

    def cannot_end(self) -> bool:
        """Whether every process waits without a time-out, and nothing is on its way to any."""
        living = [s for s in self.standings.values() if not s.ended and not s.serves]
        if any(standing.wait is None for standing in living):
            return False
        if any(not doing.main for s in living for doing in self.logs[s.label].doing()):
            return False  # a thread of somebody's
        return all(s.wait is not None and self._is_endless(s.wait) for s in living)

    def _is_endless(self, wait: Wait) -> bool:
        """Whether nothing that has begun could end this wait."""
        tally, name = self.tally, wait.channel
        broken = bool(tally.died_in("receive", name))
        if not wait.unbounded:
            return False
        if wait.kind == "receive":
            return broken or not tally.on_its_way(name)
        if wait.kind == "end" and not tally.is_full(name):
            return False  # its feeder thread is about to be done
        if wait.kind in ("send", "put", "end"):
            return broken or not tally.tried["receive", name] - tally.ended
        if wait.kind == "acquire":
            return not tally.is_free(name)
        if wait.kind == "join":
            standing = self.standings.get(name)
            return standing is not None and standing.wait is not None
        if wait.kind == "reply":
            return wait.what in ENDLESS_CALLS
        return wait.kind == "wake"

    # -- in words -------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """What each process does; below each that waits, who could end that and why they do not."""
        told = []
        for standing in self.standings.values():
            told.append(f"  {standing.label} {standing.text}")
            if standing.wait is not None:
                told.append(f"    {self.outlook(standing.wait)}")
        return told

    def outlook(self, wait: Wait) -> str:
        """ "until child-1 ends, but child-1 waits, too" """
        if not wait.helpers:
            return f"until somebody {wait.until}, but nobody is left who could"
        who = (
            _either(wait.helpers)
            if len(wait.helpers) <= 3
            else f"one of {len(wait.helpers)} others"
        )
        reasons: dict[str, list[str]] = {}
        for label in wait.helpers:
            standing = self.standings[label]
            if standing.wait is not None:
                reasons.setdefault("waits, too", []).append(label)
            elif standing.ended:
                reasons.setdefault(standing.text, []).append(label)
        told = " and ".join(_say(labels, reason) for reason, labels in reasons.items())
        return f"until {who} {wait.until}" + (f", but {told}" if told else "")


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


def _either(labels: Sequence[str]) -> str:
    if len(labels) > 3:
        return f"one of {len(labels)} others"
    return " or ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def _say(labels: Sequence[str], predicate: str) -> str:
    """ "child-1 waits, too", "a and b wait, too", "all 5 of them ended well" """
    if len(labels) == 1:
        return f"{labels[0]} {predicate}"
    names = " and ".join([", ".join(labels[:-1]), labels[-1]])
    names = names if len(labels) <= 3 else f"{len(labels)} of them"
    verb, _, rest = predicate.partition(" ")
    plural = {"waits,": "wait,", "was": "were", "has": "have"}.get(verb, verb)
    return f"{names} {plural} {rest}".rstrip()
