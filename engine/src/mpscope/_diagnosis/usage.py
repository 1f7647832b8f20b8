"""What the logs of a block add up to: who used what in which way, and what is still on its way.

    [ProcessLog] ─▶ Tally ─▶ waits (who waits for whom), patterns (what that is known as)

Counts only; which message is which does not matter here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from mpscope._recording.connection import READER
from mpscope._recording.records import CODE, REFUSED
from mpscope._trace.channels import channels_of
from mpscope._trace.events import Event, Events
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.logs import ProcessLog, call_in, shown
from mpscope._trace.tasks import PoolLog, pools_of

_KINDS = "put send receive eof close acquire release wake set notify".split()
_USES = {CODE[kind]: kind for kind in _KINDS} | {CODE["reply"]: "call"}
_PUT, _REPLY = CODE["put"], CODE["reply"]
MANAGED = {"Event", "Barrier", "Queue", "JoinableQueue"}  # and the locks
MANAGED_LOCKS = {"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"}
PIPE_HOLDS = 4096  # bytes, at the least: Linux gives a user with many pipes one page for each


class Tally:
    """Reads every record once.

    Args:
        logs: of all processes.
        ended: the labels of those that have ended.
        labels: all labels, in the order of their start.
    """

    def __init__(
        self, logs: Iterable[ProcessLog], ended: Iterable[str], labels: Sequence[str]
    ) -> None:
        self._labels = list(labels)
        self.logs = {log.label: log for log in logs}
        self.ended = frozenset(ended)
        self.channels = channels_of(self.logs.values())
        self.is_cut = any(log.is_cut for log in self.logs.values())
        types = MANAGED | MANAGED_LOCKS
        self._managed = {c.name for c in self.channels.values() if c.type in types}
        self.makers = {name: log.label for log in self.logs.values() for name in log.made}
        self.given: dict[str, set[str]] = defaultdict(set)
        """What -> who got it from whoever started it; "" stands for whoever got a message."""
        self._uses: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._unsent: Counter[str] = Counter()  # what living processes have put and not yet sent
        self._never_sent: Counter[str] = Counter()  # ... and what the others have
        self._signals: set[str] = set()  # what somebody has released without having acquired it
        self._takers: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))
        self.dropped: dict[str, dict[str, str]] = defaultdict(dict)
        """Queue -> who has put there what could not be pickled: the first of each."""
        self._bytes: Counter[str] = Counter()  # sent and not received
        self._unread: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
        self._last: dict[tuple[str, str], tuple[int, tuple[int, int]]] = {}
        self.tried: dict[tuple[str, str], set[str]] = defaultdict(set)  # begun, and not ended
        for log in self.logs.values():
            self._add(log)

    @cached_property
    def events(self) -> Events:
        """All that was done, in order: read when it is first asked for, and once for all."""
        return Events(self.logs.values())

    @cached_property
    def received(self) -> dict[str, list[Event]]:
        """Channel -> what was received from it, in order."""
        found: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            if event.kind == "receive":
                found[event.channel].append(event)
        return found

    def _add(self, log: ProcessLog) -> None:
        for label, what in log.given:
            self.given[what].add(label)
        for time, fate, size, mark, _, channel, _, kind, _, what in log.records():
            use = _USES.get(kind)
            if use is None:
                continue
            name = log.channels.get(channel, "")
            if kind == _REPLY and mark != REFUSED and name in self._managed:
                self._add_call(log.label, name, call_in(what).method, time)
            if use == "close" and fate == READER:
                continue  # who has closed a reading end may hold the writing end still
            if not time:
                self.tried[use, name].add(log.label)
                continue
            self._use(use, name, log.label, time)
            self._bytes[name] += -size if use == "receive" else size
            if use == "receive":
                self._unread[name][size, mark] -= 1
            if kind == _PUT and fate > 0:
                self._uses["send", name][log.label] += 1
                self._unread[name][size, mark] += 1
                self._last[name, log.label] = max(
                    (fate, (size, mark)), self._last.get((name, log.label), (0, (0, 0)))
                )
            elif kind == _PUT and fate < 0:
                self.dropped[name].setdefault(log.label, shown(what))
            elif kind == _PUT and fate == 0:
                self._never_sent[name] += 1
                self._unsent[name] += log.label not in self.ended

    def _use(self, use: str, name: str, label: str, time: int) -> None:
        self._uses[use, name][label] += 1
        if use == "acquire":
            self._takers[name] = max(self._takers[name], (time, label))
        elif use == "release" and self.count(use, name, label) > self.count("acquire", name, label):
            self._signals.add(name)

    def _add_call(self, label: str, lock: str, method: str, time: int) -> None:
        """A call of a managed lock, which is used as any other, or of what one waits for."""
        if time:
            of_lock = method in ("acquire", "release")
            use = method if of_lock else f"{method.removesuffix('_nowait')}()"
            self._use(use, lock, label, time)
        elif not time and method == "wait":  # a condition's, which gives the lock back meanwhile
            self.tried["wake", lock].add(label)

    @cached_property
    def pools(self) -> dict[str, PoolLog]:
        return pools_of(self.logs.values())

    # -- who ------------------------------------------------------------------------------------

    def did(self, use: str, name: str) -> set[str]:
        """Who has done that with that channel, lock or proxy."""
        return {label for label, count in self._uses[use, name].items() if count}

    def holders(self, lock: str) -> set[str]:
        """Who has acquired a lock last, if nobody has released it since; of others, by count."""
        taken, given_back = self._uses["acquire", lock], self._uses["release", lock]
        held = {label for label in taken if taken[label] > given_back[label]}
        channel = self.channels.get(lock)
        if channel and (channel.kind is ChannelKind.LOCK or channel.type in ("Lock", "RLock")):
            is_held = sum(taken.values()) > sum(given_back.values())  # by whoever has released
            return {self._takers[lock][1]} if is_held else set()
        return held - self.tried["wake", lock]

    def slot_holders(self, semaphore: str) -> set[str]:
        """Those that have all that a semaphore had to give; empty if they had less."""
        taken, given_back = self._uses["acquire", semaphore], self._uses["release", semaphore]
        holders = self.holders(semaphore)
        held = sum(taken[label] - given_back[label] for label in holders)
        found = self.channels.get(semaphore)
        full = found is not None and found.size and held >= found.size
        return holders if full and semaphore not in self._signals else set()

    def lost_slots(self, semaphore: str) -> set[str]:
        """The same, if all of them have ended."""
        holders = self.slot_holders(semaphore)
        return holders if holders <= self.ended else set()

    def can_reach(self, name: str) -> set[str]:
        """Who has made it, was given it or has used it: a channel, or an end of a pipe."""
        uses = [*self._uses.items(), *self.tried.items()]
        users = {who for (_, used), labels in uses if used == name for who in labels}
        return ({self.makers.get(name, "")} - {""}) | users | self.given[name]

    def kind(self, name: str) -> ChannelKind | None:
        """What a channel is; None for a process."""
        found = self.channels.get(name)
        return found.kind if found else None

    def ends(self, name: str) -> tuple[str, str] | None:
        """(sending end, receiving end) of a direction of a pipe; None for everything else."""
        found = self.channels.get(name)
        return found.ends if found else None

    def in_order(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Labels in the order of the processes."""
        wanted = set(labels)
        return tuple(label for label in self._labels if label in wanted)

    # -- how much -------------------------------------------------------------------------------

    def on_its_way(self, channel: str) -> bool:
        """True if a message has left, or is about to leave, and has not been received."""
        if self.total("send", channel) > self.total("receive", channel) or self._unsent[channel]:
            return True
        return bool(self.tried["send", channel] - self.ended)

    def left_unread(self, queue: str) -> set[str]:
        """Whose last message in a queue nobody has received: the sender may have died in it."""
        last = {who: message for (name, who), (_, message) in self._last.items() if name == queue}
        return {who for who, message in last.items() if self._unread[queue][message] > 0}

    def total(self, use: str, name: str) -> int:
        return sum(self._uses[use, name].values())

    def carriers(self) -> set[str]:
        """The channels that carried messages."""
        return {name for use, name in self._uses if use in ("put", "send")}

    def senders(self, channel: str) -> set[str]:
        return self.did("put", channel) | self.did("send", channel)

    def left(self, channel: str) -> int:
        """How many messages nobody has received, also those that were not sent yet."""
        sent = self.total("send", channel) + self._never_sent[channel]
        return sent - self.total("receive", channel)

    def lost(self, queue: str) -> int:
        """How many messages have ended with the buffers of their processes."""
        return self._never_sent[queue] - self._unsent[queue]

    def count(self, use: str, name: str, label: str) -> int:
        return self._uses[use, name][label]

    def is_full(self, channel: str) -> bool:
        """True if so much is unread that its pipe may hold no more."""
        return self._bytes[channel] >= PIPE_HOLDS

    def is_free(self, lock: str) -> bool:
        """True if a lock or semaphore could be had, as far as the logs tell."""
        found = self.channels.get(lock)
        first = found.size if found and found.size is not None else 1
        return first + self.total("release", lock) > self.total("acquire", lock)

    def sets_what_it_awaits(self, label: str, name: str) -> bool:
        """True if its main thread is in a wait, and in there in what should end it: a handler."""
        log = self.logs.get(label)
        doing = [d.kind for d in log.doing() if d.main and d.channel == name] if log else []
        return "wake" in doing and not {"set", "notify"}.isdisjoint(doing)

    def died_in(self, use: str, name: str) -> set[str]:
        """Who ended in the middle of it: killed, most likely."""
        return self.tried[use, name] & self.ended
