"""What stands in a log: records of fixed size, and texts; also what travels to a child about it."""

from __future__ import annotations

from struct import Struct

# What each means, `_trace.kinds.Kind` says; a child that loaded that would have to load `enum`.
KINDS = (
    *("", "start", "end", "exit", "exception", "print", "error", "put", "send"),
    *("receive", "drop", "eof", "broken", "close", "wait", "acquire", "timeout", "release"),
    *("wake", "set", "clear", "notify", "request", "reply", "join"),
    *("note", "submit", "task", "idle", "collect", "shutdown"),
)
CODE = {name: code for code, name in enumerate(KINDS)}

TASK, IDLE, PUT, RECEIVE = (CODE[kind] for kind in ("task", "idle", "put", "receive"))
ENDLESS = {CODE[kind] for kind in ("receive", "put", "send", "acquire", "wake")}

# end time (0: not over), number, size, mark, begin time, channel, where, kind, flags, what
RECORD = Struct("<qqIIqHHBBxx32s")
STAMP = Struct("<q")  # the end time again, when it is over
STAMP_ALL = Struct("<qqII")  # the first four, when something has been received
SENT = Struct("<qII")  # the second to fourth, when the feeder thread has sent what was put
COUNT = Struct("<I")
SENT_AT, MARK_AT = 8, 20
KIND_AT = 36  # where the kind stands in a record; 0 there means: no event after all
SIZE = RECORD.size
UNBOUNDED, THREAD = 1, 2  # flags: no time-out was given; not the main thread
TEXT = Struct("<qcQI")  # time, tag, thread, length of what follows


CHILD, SERVER, WORKER = "child", "server", "pool worker"  # the roles of processes: `kinds.Role`
HELPERS = {SERVER: "manager-", WORKER: "pool-worker-"}  # with the labels that they get


class Assignment:
    """What a child needs to know to open its log; `echo`: pass its output on.

    No namedtuple, as to make one costs a child a tenth of a millisecond; so with `About`.
    """

    def __init__(
        self,
        folder: str,
        stem: str,
        label: str,
        deadline_ns: int,
        echo: bool = False,
        role: str = CHILD,
    ) -> None:
        self.folder, self.stem, self.label, self.role = folder, stem, label, role
        self.deadline_ns, self.echo = deadline_ns, echo


class About:
    """What a channel is, as the first record of it says; see `_trace.channels.Channel`."""

    def __init__(
        self, kind: str, server: str = "", sender: str = "", receiver: str = "", of: str = ""
    ) -> None:
        self.kind, self.server, self.of = kind, server, of
        self.sender, self.receiver = sender, receiver

    def fields(self) -> tuple[str, ...]:
        return self.kind, self.server, self.sender, self.receiver, self.of


def direction(sender: str, receiver: str) -> str:
    """The name of the channel from one end of a pipe to the other."""
    return f"{sender} → {receiver}"


EVERYTHING = "*"  # what a forked process gets

NEVER = 1 << 62  # a deadline that does not come


def ended_never(records: bytes | memoryview) -> list[int]:
    """The numbers of the records, from 0, whose end time is 0."""
    with memoryview(records).cast("q") as words, words[:: SIZE // words.itemsize] as ends:
        return [at for at, end in enumerate(ends.tolist()) if not end]
