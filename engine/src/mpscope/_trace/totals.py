"""Who did how much on which channel, and whose numbers depend on timing.

Trace ─▶ Totals ─▶ .sent .got .calls .did .printed: channel ─▶ process ─▶ how much
                          .rivals .vague: whose numbers may differ from run to run
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from mpscope._trace.channels import may_be_read_past_us
from mpscope._trace.kinds import ChannelKind, Kind, ProcessOutcome

if TYPE_CHECKING:
    from mpscope._trace.trace import Trace

DRAWS = {"get", "get_nowait", "pop", "popleft", "popitem"}  # calls that take what others cannot
DEEDS = {"acquire", "timeout", "wake", "set", "clear", "notify", "eof", "broken", "drop"}

Table = dict[str, Counter[str]]  # process -> what -> how often


class Totals:
    """The totals of a block.

    ``rivals``: for a process that draws from the same channel as others, all of them.  How the
    messages are shared out depends on who is quick, and so does all that each does with them.
    ``private``: channels that one of such rivals has for itself.
    ``in_conditions``: locks that are taken again by whoever had to wait for their condition.
    ``looping``: processes that use a condition, and look again and again whether it is true.
    ``read_past_us``: pipes of which nobody knows how much was read.
    ``vague``: processes that were stopped, and might have come further, or not so far.
    """

    def __init__(self, trace: Trace) -> None:
        self._channels = trace.channels
        self.sent: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.got: dict[str, Counter[str]] = defaultdict(Counter)
        self.read: dict[str, list[str]] = defaultdict(list)
        self.calls: dict[str, Table] = defaultdict(lambda: defaultdict(Counter))
        self.did: dict[str, Table] = defaultdict(lambda: defaultdict(Counter))
        self.printed: Table = defaultdict(Counter)
        self._heard: dict[tuple[str, str], set[str]] = {}  # before the first send: heard where?
        self.read_past_us = {
            name
            for name, channel in self._channels.items()
            if may_be_read_past_us(channel, trace.logs)
        }
        self._count(trace)
        self.vague: set[str] = set()
        self._note_how_it_stopped(trace)
        self.rivals = self._find_rivals()
        self.private = self._find_private()
        self.in_conditions = {
            lock
            for lock in self.did
            if (found := self._channels.get(lock))
            and (
                found.kind is ChannelKind.CONDITION or (found.kind is ChannelKind.LOCK and found.of)
            )
        }
        self.conditions = {
            proxy
            for proxy, callers in self.calls.items()
            if any("notify" in method for called in callers.values() for method in called)
        }
        users = [self.did[lock] for lock in self.in_conditions]
        users += [self.calls[proxy] for proxy in self.conditions]
        self.looping = {who for table in users for who in table}

    def _count(self, trace: Trace) -> None:
        hearing: dict[str, set[str]] = defaultdict(set)
        for event in trace.events:
            kind, who, channel = event.kind, event.process, event.channel
            if trace.leaves(event):
                self.sent[channel][who].append(event.what)
                if (who, channel) not in self._heard:
                    self._heard[who, channel] = set(hearing[who])
            elif kind == Kind.RECEIVE:
                self.got[channel][who] += 1
                self.read[channel].append(event.what)
                hearing[who].add(channel)
            elif kind == Kind.REPLY:
                self.calls[channel][who][event.method] += 1
            elif kind == Kind.PRINT:
                self.printed[who]["line"] += 1
            elif kind in DEEDS:
                self.did[channel][who][kind] += 1

    def _note_how_it_stopped(self, trace: Trace) -> None:
        """At a deadline, who waits is where it always comes to; who runs may be anywhere.

        At the ordinary end of a block, whoever is still there may be anywhere, too.
        """
        left = {p.label for p in trace.processes if p.outcome is ProcessOutcome.STOPPED}
        for log in trace.logs:
            doing = [doing for doing in log.doing() if doing.main]
            for wait in doing:
                if wait.kind == Kind.RECEIVE:
                    self.got[wait.channel][log.label] += 0  # a receiver that got nothing
            waits = any(d.unbounded or d.kind == Kind.END for d in doing)
            if log.label in left and not (trace.outcome.was_stopped and waits):
                self.vague.add(log.label)

    def _find_rivals(self) -> dict[str, set[str]]:
        draws = [
            {w for w, did in users.items() if DRAWS & set(did)} for users in self.calls.values()
        ]
        groups = [*map(set, self.got.values()), *draws]
        rivals: dict[str, set[str]] = {}
        for group in groups:
            if len(group) > 1:
                joined = group.union(*(rivals.get(who, set()) for who in group))
                rivals.update(dict.fromkeys(joined, joined))
        return rivals

    def _find_private(self) -> set[str]:
        """One such channel is shared: the other rivals were too late.  Several are one for each."""
        alone: dict[frozenset[str], set[str]] = defaultdict(set)
        for users in (self.sent, self.got):
            for channel, who in users.items():
                if len(who) == 1 and (group := self.rivals.get(*who)):
                    alone[frozenset(group)].add(channel)
        return {
            channel
            for channels in alone.values()
            for channel in channels
            if len(channels) > 1 or self.kind(channel) is ChannelKind.PIPE
        }

    def kind(self, channel: str) -> ChannelKind | None:
        found = self._channels.get(channel)
        return found.kind if found else None

    def channels(self) -> list[str]:
        """The channels that carried something: a reply's after what it answers, else by name."""
        depth = dict.fromkeys(self.sent, 1)
        for _ in self.sent:  # as many rounds as the longest chain could need
            depth = {
                channel: min(
                    1 + max((depth.get(name, 0) for name in self._heard[who, channel]), default=0)
                    for who in senders
                )
                for channel, senders in self.sent.items()
            }
        return sorted(self.sent, key=lambda channel: (depth[channel], natural(channel)))


def squeezed(what: str) -> str:
    """A message's description without long repetitions: a million zeros are b'\\x00…."""
    what = re.sub(r"([. ])\1{2,}", "…", what)
    what = re.sub(r"(\\x\w\w)\1{3,}(?:\\?x?\w?…)?", r"\1…", what)  # its end may be cut in a byte
    return re.sub("…+", "…", re.sub(r"([^\W\d])\1{5,}", r"\1…", what))


def natural(name: str) -> list[int | str]:
    """A key that sorts queue-2 before queue-10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
