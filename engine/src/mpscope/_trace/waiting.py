"""Who waited for whom, as records: what a diagnosis finds, and a trace keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mpscope._trace.channels import Channel
from mpscope._trace.kinds import ChannelKind, Kind
from mpscope._trace.logs import Call
from mpscope._trace.processes import signal_name


class End(NamedTuple):
    """How a process ended; its text is a predicate: "ended well", "was killed by SIGKILL"."""

    text: str
    well: bool = False
    signal: str = ""
    """The name of the signal that killed it; else empty."""
    exit_code: int | None = None
    unborn: bool = False
    """It had not read its arguments."""

    def __str__(self) -> str:
        return self.text


WELL = End("ended well", True)


def killed_by(number: int, more: str = "") -> End:
    """The end of a process that a signal has killed."""
    name = signal_name(number)
    return End(f"was killed by {name}{more}", signal=name)


class Waiting(NamedTuple):
    """What one process was waiting for when the block was stopped.

    ``mp.trace.waits["parent"]`` gives one.
    """

    process: str
    """Its label."""
    operation: Kind
    """RECEIVE (`get`, `recv`), PUT (a full queue), SEND (a full pipe), ACQUIRE, WAKE (`wait`, or
    `join` of a queue), SET or NOTIFY (until who is woken has woken), JOIN (of a process), REPLY (a
    call of a proxy), COLLECT (a result of a pool), SHUTDOWN (until a pool has ended), or END: it
    has run to its end, and cannot leave while its queues hold messages that it has put."""
    channel: Channel | None
    """On what; None for JOIN."""
    target: str
    """The name of the channel; for JOIN, the label of the process."""
    unblockers: tuple[str, ...]
    """The labels of those who could end the wait; empty if nobody could."""
    bounded: bool
    """A time-out was given."""
    until: str
    """What an unblocker would have to do, in the singular: "sends through mine"."""
    began_ns: int
    call: Call | None = None
    """REPLY: the call of the proxy."""
    where: str = ""
    """The line of the program, "pipe_1.py, line 7 in talk"; empty if the block's end waits."""
    asks: str = ""
    """The call that a loop makes again and again, and does nothing else: "ready.is_set()"."""
    text: str = ""
    """The call that does not return, if it is not the usual one: "mine.poll(None)"."""

    def inside(self) -> str:
        """Where it waits, in few words: "in mine.recv()", "at its end"."""
        if self.operation is Kind.END:
            return "at its end"
        if self.asks:
            return f"in a loop of {self.asks}"
        return f"in {self.call_text or f'a call on {self.target}'}"

    @property
    def call_text(self) -> str:
        """The call that does not return: "mine.recv()"; empty if it has no name."""
        if self.call is not None:
            return f"{self.target}.{self.call.method}()"
        return self.asks or self.text or call_of(self.operation, self.target, self.channel)

    @property
    def acquires(self) -> bool:
        """True if it waits for a lock or semaphore, also for one of a manager."""
        return self.operation is Kind.ACQUIRE or (
            self.call is not None and self.call.method == "acquire"
        )

    @property
    def does(self) -> str:
        """ "waits in mine.recv()", "asks ready.is_set() again and again" """
        if self.asks:
            return f"asks {self.asks} again and again"
        return f"waits in {self.call_text}" if self.call_text else f"waits for {self.target}"


def asked_of(what: str, target: str, channel: Channel | None) -> str:
    """The call of a loop that asks: "ready.is_set()", "table['a']"."""
    if channel and channel.kind is ChannelKind.POOL:
        return f"{what} of a result of {target}"
    method, _, rest = what.partition("(")
    if method in ("__getitem__", "__getattribute__"):
        return target + (f"[{rest[:-1]}]" if method == "__getitem__" else f".{rest[1:-2]}")
    return f"{channel.ends[1] if channel and channel.ends else target}.{what}"


def call_of(kind: Kind, target: str, channel: Channel | None) -> str:
    """The call that a process is in: "mine.recv()", "numbers.get()"; empty if it has no name."""
    if kind is Kind.JOIN:
        return f"{target}.join()"
    if kind in (Kind.SET, Kind.NOTIFY):
        return f"{target}.{kind}()"
    if channel is None or kind not in _CALLS:
        return ""
    return channel.call(sends=kind in (Kind.SEND, Kind.PUT))


_CALLS = {Kind.RECEIVE, Kind.SEND, Kind.PUT, Kind.ACQUIRE, Kind.TIMEOUT, Kind.WAKE}


class Standing(NamedTuple):
    """Where one process stands."""

    label: str
    does: str
    """In words: "waits in mine.recv()", "runs", "ended well"."""
    wait: Waiting | None = None
    end: End | None = None
    """How it ended, if it has."""
    serves: bool = False
    """A manager's server, a pool's worker: idle where others wait."""
    runs: bool = False
    """It is at work: it does not wait, serve or leave."""
    place: str = ""
    """The line it is at: "the cell, line 7"; empty where that is not known."""
    source: str = ""
    """The text of that line, if it runs."""

    @property
    def ended(self) -> bool:
        return self.end is not None

    @property
    def text(self) -> str:
        """What it does, and where: "waits in mine.recv() (the cell, line 7)"."""
        if not self.place:
            return self.does
        return f"runs {self.place}" if self.runs else f"{self.does} ({self.place})"


class Pattern(NamedTuple):
    """A known way to wait for ever."""

    name: str
    here: str
    """What it looks like in this block."""
    cure: str

    def __str__(self) -> str:
        return f"{self.name[0].upper()}{self.name[1:]}: {self.here}. {self.cure}".rstrip()


@dataclass(frozen=True)
class WaitGraph:
    """Who waited for whom, of all processes of a block."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    """Label ─▶ where that process stood, in start order."""
    outlooks: Mapping[str, str] = field(default_factory=dict)
    """Label of each that waited ─▶ "until child-1 ends, but child-1 waits, too"."""
    cycle: tuple[str, ...] = ()
    """Labels of which each waited for the next, and the last for the first; or nothing."""
    others: tuple[str, ...] = ()
    """Who keeps no log, and could still have ended a wait: threads, handlers, other programs."""
    patterns: tuple[Pattern, ...] = ()
    """What that is known as."""
    words: tuple[str, ...] = ()
    """All that as an error tells it, a line each."""
    time_ns: int = 0

    @property
    def waits(self) -> dict[str, Waiting]:
        """The label of each process that waited ─▶ its wait, in start order."""
        return {who: s.wait for who, s in self.standings.items() if s.wait is not None}

    @property
    def phrases(self) -> dict[str, str]:
        """What each process did, in words without places: "waits in numbers.get()"."""
        return {who: standing.does for who, standing in self.standings.items()}

    @property
    def busy(self) -> tuple[str, ...]:
        """The labels of those that were running code."""
        return tuple(who for who, standing in self.standings.items() if standing.runs)

    @property
    def ended(self) -> tuple[str, ...]:
        """The labels of those that had ended by then."""
        return tuple(who for who, standing in self.standings.items() if standing.ended)
