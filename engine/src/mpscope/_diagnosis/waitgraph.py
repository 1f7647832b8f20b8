"""Who waits for whom: what each process of a block waits for, who could end that, why they do not.

    logs, how the others have ended ─▶ Account ─▶ lines() of an error, a picture, a circle
                                          └─▶ cannot_end(): whether that will stay so for ever

A wait ends when one of its *unblockers* does something: the processes that have done so before, or
else those that were given what it takes.  Where every process waits, and nothing is on its way that
could wake one of them, none of the waits can end.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from mpscope._diagnosis.states import BUSY, Whereabouts
from mpscope._diagnosis.usage import Tally
from mpscope._diagnosis.words import either, say, together
from mpscope._recording.clock import monotonic_ns
from mpscope._trace.kinds import ChannelKind, Role
from mpscope._trace.logs import Call, ProcessLog
from mpscope._trace.waiting import WELL, End, Pattern, Standing, Waiting

# What a manager's server does only when another process makes it: calls without a time-out.
ENDLESS_CALLS = {Call(method, ()) for method in ("get", "acquire", "join", "wait")}
ENDLESS_CALLS |= {Call("get", ("True",)), Call("acquire", ("True",)), Call("wait", ("None",))}
_OF_THREADS = "receive", "send", "put", "acquire", "wake", "join"
MOST, GROUPS, FEW = 14, 6, 4  # processes told of one by one; then those that do the same; of a kind


class Account:
    """Where every process of a block stands, at one moment.

    Args:
        logs: of all processes, the parent first.
        ends: how the processes that have ended did.
        labels: all processes in the order of their start, also those that have no log yet.
        parent: where the parent stands if it does not wait.
    """

    is_cut: bool
    """There was no room to record all that was done: from what is missing nothing follows."""
    others: Sequence[str] = ()
    """Who keeps no log, and could still end these waits: threads, handlers, other programs."""

    given_in_vain: Mapping[str, Sequence[str]] = MappingProxyType({})
    """What was given to processes that were never started: channel -> their names."""
    survivors: Collection[str] = ()
    """Those that live on though terminate() was called for them, and do not die of SIGTERM."""
    own_things: Sequence[Pattern] = ()
    """What some wait for, or look at, that no other process can reach."""
    held_up = False
    """Whether the parent's main thread is in the midst of an event loop that has other tasks."""

    def __init__(
        self,
        logs: Sequence[ProcessLog],
        ends: Mapping[str, End],
        labels: Sequence[str],
        parent: Standing = BUSY,
        stopped: Collection[str] = (),
    ) -> None:
        self.ends = ends
        self.time_ns = monotonic_ns()
        self.logs = {log.label: log for log in logs}
        self.tally = Tally(logs, ends, labels)
        self.is_cut = self.tally.is_cut or any(
            end.well and label not in self.logs for label, end in ends.items()
        )
        whereabouts = self.whereabouts = Whereabouts(self.tally, ends, parent, stopped)
        self.standings = {label: whereabouts.of(label) for label in labels}
        self.cycle = self._find_cycle()

    # -- all of them ----------------------------------------------------------------------------

    def waiting(self) -> list[Standing]:
        """The processes that wait for others."""
        return [standing for standing in self.standings.values() if standing.wait is not None]

    def _find_cycle(self) -> list[str]:
        """Processes of which each waits for the next, and the last for the first; or nothing."""
        for start in {} if self.is_cut else self.standings:
            path: list[str] = []
            label: str | None = start
            while label is not None and label not in path:
                path.append(label)
                label = self._next(label)
            if label == start:
                return path
        return []

    def _next(self, label: str) -> str | None:
        """The first unblocker that waits itself, if no unblocker is at work."""
        wait = self.standings[label].wait
        if wait is None:
            return None
        alive = [who for who in wait.unblockers if not self.standings[who].ended]
        waiting = [who for who in alive if self.standings[who].wait is not None]
        return waiting[0] if waiting and len(waiting) == len(alive) else None

    def is_stuck(self, label: str) -> bool:
        """True if nobody whom this process waits for, even in a roundabout way, is at work."""
        seen, ahead = set(), [label]
        while ahead:
            standing = self.standings[ahead.pop()]
            if standing.wait is None and not standing.ended:
                return False
            if standing.label not in seen and standing.wait is not None:
                ahead += standing.wait.unblockers
            seen.add(standing.label)
        return True

    def living(self) -> list[Standing]:
        """The processes that live and could do something, the parent first."""
        return [s for s in self.standings.values() if not s.ended and not s.serves]

    def cannot_end(self) -> bool:
        """True if every process waits without a time-out, and nothing is on its way to any."""
        living = self.living()
        if self.is_cut or any(standing.wait is None for standing in living):
            return False
        if any(not doing.main for s in living for doing in self.logs[s.label].doing()):
            return False  # a thread of somebody's
        return all(s.wait is not None and self._is_endless(s.wait) for s in living)

    def _is_endless(self, wait: Waiting) -> bool:
        """True if nothing that has begun could end this wait."""
        tally, name = self.tally, wait.target
        broken = bool(tally.died_in("receive", name) or self.torn_by(name))
        if wait.bounded:
            return False
        if wait.operation == "receive":
            return broken or not tally.on_its_way(name)
        if wait.operation in ("send", "put", "end"):
            return broken or not tally.tried["receive", name] - tally.ended
        if wait.operation == "acquire":
            return not tally.is_free(name)
        if wait.operation == "join":
            standing = self.standings.get(name)
            return standing is not None and standing.wait is not None
        if wait.operation in ("collect", "shutdown"):  # no worker of that pool is idle
            workers = [self.standings[who] for who in wait.unblockers]
            return bool(workers) and all(worker.wait is not None for worker in workers)
        if wait.operation in ("set", "notify"):
            return wait.process in wait.unblockers or bool(tally.died_in("wake", name))
        if wait.operation == "reply":
            return bool(wait.asks) or wait.call in ENDLESS_CALLS
        if tally.kind(name) is ChannelKind.BARRIER:  # if all have come, one runs its action
            return len(tally.tried["wake", name] - tally.ended) < (tally.channels[name].size or 0)
        return wait.operation == "wake"

    def torn_by(self, queue: str) -> set[str]:
        """Who did not end well, and left a message in a queue that nobody has received whole."""
        return {who for who in self.tally.left_unread(queue) if not self.ends.get(who, WELL).well}

    # -- in words -------------------------------------------------------------------------------

    def lines(self) -> list[str]:
        """What each process does; below each that waits, who could end that and why they do not.

        Of many processes, those that say most; the others together, with their number.
        """
        told, rest = [], dict[str, list[str]]()
        most_telling = self._most_telling()
        for label, standing in self.standings.items():
            if label not in most_telling:
                rest.setdefault(standing.text, []).append(label)
                continue
            told.append(f"  {label} {standing.text}")
            below = [*filter(None, [standing.source]), *self._waits_of_threads(standing)]
            told += [f"    {text}" for text in below]
            if standing.wait is not None:
                told.append(f"    {self.outlook(standing)}")
        groups = sorted(rest.items(), key=lambda group: -len(group[1]))
        told += [f"  {together(labels, text)}" for text, labels in groups[:GROUPS]]
        if left := sum(len(labels) for _, labels in groups[GROUPS:]):
            told.append(f"  and {left} more")
        return told

    def _waits_of_threads(self, standing: Standing) -> list[str]:
        """What other threads of a process wait for, where its main thread does not."""
        log = self.logs.get(standing.label)
        found = [doing for doing in (log.doing() if log else []) if not doing.main]
        if not standing.runs or log is None or log.role not in (Role.PARENT, Role.CHILD):
            return []
        waits = [self.whereabouts.of_thread(standing.label, doing) for doing in found[:FEW]]
        return [
            f"a thread of it {wait.does}{f' ({wait.where})' * bool(wait.where)}, "
            f"{self.outlook(Standing('', '', wait))}"
            for wait in waits
            if wait is not None and wait.operation in _OF_THREADS
        ]

    def _most_telling(self) -> set[str]:
        """The processes of which each gets a line of its own: all, unless they are many."""
        labels = list(self.standings)
        if len(labels) <= MOST + 1:
            return set(labels)
        failed = [label for label in labels if not self.ends.get(label, WELL).well]
        texts = {standing.text: label for label, standing in reversed(self.standings.items())}
        kinds = list(texts.values())[-FEW:]
        order = [labels[0], *self.cycle[:FEW], *failed[:FEW], *kinds, *labels]
        return set(list(dict.fromkeys(order))[:MOST])

    def outlook(self, waiting: Standing) -> str:
        """ "until child-1 ends, but child-1 waits, too"; empty for a process that does not wait."""
        wait = waiting.wait
        if wait is None:
            return ""
        if self.is_cut and wait.operation != "join":
            return f"until somebody {wait.until}"
        if wait.unblockers == (waiting.label,):
            if wait.acquires:
                return f"until somebody {wait.until}, which {waiting.label} itself has acquired"
            return f"until it {wait.until} itself, which it cannot while it waits"
        if not wait.unblockers and wait.operation == "join":  # it is only being born
            return f"until {wait.target} ends"
        if not wait.unblockers:
            return f"until somebody {wait.until}, but no process of the block is left that could"
        who = either(wait.unblockers)
        reasons: dict[str, list[str]] = {}
        for label in wait.unblockers:
            standing = self.standings[label]
            if standing.wait is not None:
                reasons.setdefault("waits, too", []).append(label)
            elif standing.ended:
                reasons.setdefault(standing.text, []).append(label)
        told = ", and ".join(say(labels, reason) for reason, labels in reasons.items())
        return f"until {who} {wait.until}" + (f", but {told}" if told else "")
