"""Who took part in a block, in start order, and how each one ended.

    events, logs ─▶ Cast ─▶ .members: [Member]  ─▶ describe, scene, trace

"Start order": the parent first, each process before the processes that it starts.  A process that
was killed before it could open its black box has no log, but its starter's records tell of it.
"""

from __future__ import annotations

import re
import signal
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mpscope._trace.events import Event, ProcessLog

WELL, FAILED, KILLED, STOPPED, OPEN = "well", "failed", "killed", "stopped", "open"

SERVER, POOL = "manager-", "pool-worker-"  # how the labels begin of who is no child of the user's

Verdict = tuple[str, str]  # the name and the text of the error that stopped a block


class Member(NamedTuple):
    """One process of the block. Times are `time.monotonic_ns()`."""

    label: str
    starter: str
    """Who started it; empty for the parent."""
    born_ns: int
    """When its starter called `start()`."""
    alive_ns: int
    """When it first ran code of ours; 0 if it never did."""
    gone_ns: int
    """When it ended, as far as anybody saw."""
    fate: str
    """WELL, FAILED (an exception, an exit code), KILLED (by somebody), STOPPED (by the end of the
    block) or OPEN (the block is still open)."""
    how: str
    """The name of the exception or signal, or "exit code 3"; empty if it ended well."""
    server: bool
    """A Manager's server."""

    @property
    def of_a_pool(self) -> bool:
        """A worker of a Pool or an executor: who starts and ends it is the pool's affair."""
        return self.label.startswith(POOL)


class Cast:
    """Everybody who took part; `stopped` says that the block ended with a supervisor's verdict."""

    def __init__(
        self, events: Sequence[Event], logs: Iterable[ProcessLog], stopped: bool = False
    ) -> None:
        self.stopped = stopped
        self._logs = {log.label: log for log in logs if log.texts}  # else killed too early
        self._by_stem = {log.stem: log for log in self._logs.values()}
        self._exits: dict[str, deque[Event]] = defaultdict(deque)
        self._starts: dict[str, list[Event]] = defaultdict(list)
        self._last: dict[tuple[str, str], Event] = {}
        self._latest: dict[str, int] = {}
        self._block_end = ""
        for event in events:
            self._latest[event.process] = event.time_ns
            if event.kind == "start":
                self._starts[event.process].append(event)
            elif event.kind == "exit":
                self._exits[event.what].append(event)
                self._block_end = event.where
            elif event.kind == "end":
                self._last["end", event.process] = event
            elif event.kind == "join":
                self._last["join", event.channel] = event
        parent = self._logs["parent"]
        self.began_ns = parent.texts[0][0] if parent.texts else 0
        self.ended = bool(self._block_end)  # the block, as far as its records go
        last_ns = events[-1].time_ns if events else self.began_ns
        self.stop_ns = next((e.time_ns for e in events if self.is_cleanup(e)), last_ns)
        """When the block ended, or was stopped; the rest is clean-up."""
        self.members = [
            Member("parent", "", self.began_ns, self.began_ns, self.stop_ns, WELL, "", False),
            *self._started_by("parent"),
        ]

    def is_cleanup(self, event: Event) -> bool:
        """Whether the end of the block did this, and not the learner's program."""
        return (
            event.process == "parent"
            and event.kind in ("close", "exit")
            and event.where == self._block_end != ""
        )

    def _started_by(self, starter: str, stem: str = "") -> Iterator[Member]:
        for start in self._starts.pop(starter, ()):
            own = f"{stem}.{start.number}" if stem else f"{start.number}"
            log = self._by_stem.get(own)
            exits = self._exits[start.what]  # names may be cut: first started, first told of
            exit = exits.popleft() if exits and not stem else None
            if log or exit:
                member = self._member(log.label if log else start.what, start, exit)
                yield member
                yield from self._started_by(member.label, own)
            # else start() failed, or the process has not come so far yet

    def _member(self, label: str, start: Event, exit: Event | None) -> Member:
        log = self._logs.get(label)
        fate, how = self._fate(label, exit)
        alive = log.texts[0][0] if log and log.texts else 0
        end, join = self._last.get(("end", label)), self._last.get(("join", label))
        done = end.time_ns if end else 0
        if fate in (WELL, FAILED) and done:
            gone = done
        else:
            gone = join.time_ns if join and fate != STOPPED else self.stop_ns
        gone = max(gone, self._latest.get(label, 0), start.time_ns)
        return Member(
            *(label, start.process, start.time_ns, alive, gone, fate, how),
            server=label.startswith(SERVER),
        )

    def _fate(self, label: str, exit: Event | None) -> tuple[str, str]:
        log = self._logs.get(label)
        if log is not None and log.exception:
            return FAILED, re.split(r"[:(]", log.exception)[0].strip()
        known = exit or self._last.get(("end", label))  # nobody tells of a grandchild's exit
        if known is None:
            return (STOPPED, "") if self.ended else (OPEN, "")
        code = known.number
        if code == 255 and ("end", label) not in self._last:  # the fork server went first
            return STOPPED, ""
        if code < 0:
            by_block = self.stopped or (code == -9 and ("join", label) not in self._last)
            return (STOPPED, "") if by_block else (KILLED, _signal_name(-code))
        return (WELL, "") if code == 0 else (FAILED, f"exit code {code}")


def names(labels: Sequence[str]) -> str:
    """ "parent, child-1 to child-4 and helper": runs of numbered labels are drawn together."""
    parts: list[str] = []
    while labels:
        length = 1
        while length < len(labels) and _follows(labels[length - 1], labels[length]):
            length += 1
        if length > 2:
            parts.append(f"{labels[0]} to {labels[length - 1]}")
        else:
            parts.extend(labels[:length])
        labels = labels[length:]
    if len(parts) > 6:
        parts = [*parts[:5], f"{len(parts) - 5} more"]
    return " and ".join(", ".join(parts).rsplit(", ", 1))


def _follows(one: str, other: str) -> bool:
    match = re.fullmatch(r"(.*?)(\d+)", one)
    return match is not None and other == f"{match[1]}{int(match[2]) + 1}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
