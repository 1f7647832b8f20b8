"""The words that a trace uses: what happened, on what, by whom, and how it ended.

Each is a `StrEnum`: a member equals its text, so it prints, sorts and is stored as that.
"""

from enum import StrEnum
from typing import NamedTuple

from mpscope._recording.records import KINDS


class Kind(StrEnum):
    """What an event says. `KINDS`, which children load, lists the same words."""

    START = "start"
    """A process was started; `what` is its label."""
    END = "end"
    """A process left its last line of Python; `number` is the exit code."""
    EXIT = "exit"
    """A process was seen to have ended; `number` is the exit code, `what` its label."""
    EXCEPTION = "exception"
    """An exception that nobody caught."""
    PRINT = "print"
    """A line on stdout."""
    ERROR = "error"
    """A line on stderr."""
    PUT = "put"
    """`Queue.put` returned; the queue's feeder thread sends later."""
    SEND = "send"
    """A message entered its channel."""
    RECEIVE = "receive"
    """A message left its channel."""
    DROP = "drop"
    """The feeder thread could not pickle what had been put."""
    EOF = "eof"
    """The other end is closed and nothing is left to read."""
    BROKEN = "broken"
    """Nobody reads any more: BrokenPipeError."""
    CLOSE = "close"
    """A process closed its end of a pipe."""
    WAIT = "wait"
    """A process began to wait for a lock, semaphore, condition, event, barrier or process."""
    ACQUIRE = "acquire"
    """... and got it."""
    TIMEOUT = "timeout"
    """... and did not get it in time."""
    RELEASE = "release"
    """A lock or semaphore was given back."""
    WAKE = "wake"
    """A condition, event or barrier let this process go on."""
    SET = "set"
    """`Event.set`."""
    CLEAR = "clear"
    """`Event.clear`."""
    NOTIFY = "notify"
    """`Condition.notify`."""
    REQUEST = "request"
    """A call of a proxy left for the manager's process."""
    REPLY = "reply"
    """... and its answer came."""
    JOIN = "join"
    """`Process.join` returned; `channel` is the label of the process."""
    NOTE = "note"
    """Something that the recorder itself has to say."""
    SUBMIT = "submit"
    """Tasks were given to a pool or an executor; `number` is which, `size` how many."""
    TASK = "task"
    """A worker ran a task, or a chunk of `size` of them; `number` is its submission's."""
    IDLE = "idle"
    """A worker waited for a task."""
    COLLECT = "collect"
    """A process waited for a result of the submission `number`, or took it."""
    SHUTDOWN = "shutdown"
    """A process waited until a pool or an executor had ended."""


KIND_OF = (None, *map(Kind, KINDS[1:]))  # by the code in a record


class ChannelKind(StrEnum):
    """What processes use together."""

    QUEUE = "queue"
    PIPE = "pipe"
    """One direction of a pipe."""
    LOCK = "lock"
    SEMAPHORE = "semaphore"
    CONDITION = "condition"
    EVENT = "event"
    BARRIER = "barrier"
    TASKS = "tasks"
    """Of a JoinableQueue, not done yet: what its `join` waits for."""
    PROXY = "proxy"
    """An object that a manager's server holds."""
    POOL = "pool"


class SpanKind(StrEnum):
    """What a process does from one time to another."""

    RUNNING = "running"
    WAITING = "waiting"
    HOLDING = "holding a lock"
    TASK = "running a task"
    """Of a pool or an executor, or a chunk of them."""


class Role(StrEnum):
    """What a process is to the program."""

    PARENT = "parent"
    CHILD = "child"
    SERVER = "server"
    """A manager's: it answers calls."""
    POOL_WORKER = "pool worker"
    """Of a pool or an executor, which starts and ends it."""


class ProcessOutcome(StrEnum):
    """How a process ended."""

    WELL = "well"
    FAILED = "failed"
    """With an exception, or an exit code that is not 0."""
    KILLED = "killed"
    """By a signal, and not by the end of the block."""
    STOPPED = "stopped"
    """By the end of the block."""
    OPEN = "open"
    """Not yet."""


class Ending(StrEnum):
    """How a block ended; of one that was stopped, the name of the error that it ended with."""

    OPEN = "open"
    ENDED = "ended"
    """By itself, at its last line."""
    RAISED = "raised"
    """An exception of the program left it."""
    INTERRUPTED = "interrupted"
    STOPPED = "BlockStopped"
    DEADLINE = "DeadlineExceeded"
    DEADLOCK = "Deadlock"
    CHILD_FAILED = "ChildFailed"
    NOBODY_LEFT = "NobodyLeft"


class BlockOutcome(NamedTuple):
    """How a block ended."""

    ending: Ending
    error: str = ""
    """The name of the exception that left the block; empty if none did."""
    message: str = ""
    """Its text."""
    plain: str = ""
    """The same without hints that need the block's `mp`."""

    @property
    def was_stopped(self) -> bool:
        """True if supervision stopped it, with an error of `mpscope.errors`."""
        return self.ending in STOPPING


STOPPING = {Ending.STOPPED, Ending.DEADLINE, Ending.DEADLOCK, Ending.CHILD_FAILED}
STOPPING.add(Ending.NOBODY_LEFT)
