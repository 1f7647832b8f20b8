"""What can go wrong in an observed block, one class per kind, each saying what to do."""

from __future__ import annotations

from pickle import PicklingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class IpcError(Exception):
    """Base of every error that `mpscope` itself raises.

    An error that ended a block also has ``account``, who waited for whom when the block was
    stopped, and ``plain``, its text without hints that need the block's `mp`.
    """

    account: Any = None
    plain = ""


class WrongUse(IpcError, ValueError):
    """The call cannot work as written; nothing was started. The message says what to do."""


class CannotPickle(WrongUse, PicklingError, AttributeError, TypeError):
    """An argument cannot be pickled; the message names it.

    Also a `PicklingError`, `AttributeError` and `TypeError`, because the standard library raises
    one of these, depending on the object.
    """


class TooManyProcesses(IpcError, RuntimeError):
    """So many processes of this block run already that one more could bring the machine down."""


class MessageTooLarge(IpcError, OSError):
    """A message was announced that is larger than this machine's memory: its bytes are no message.

    Nothing was allocated. Two processes that write to one end without a lock do that, or somebody
    who speaks another language.
    """


class ManagerGone(IpcError, EOFError, BrokenPipeError, ConnectionRefusedError):
    """The process of a manager was killed.

    The standard library raises one of these three, depending on when the call was made.
    """


class DeadlineExceeded(IpcError, TimeoutError):
    """The block did not end in time; everything in it was stopped.

    The message has one line per process: what it was doing or waiting for, and where.
    """


class Deadlock(DeadlineExceeded):
    """Every process waits, and none of the waits can end: no deadline would be long enough.

    Said only if nobody else could end one: no other thread, no process that is not observed and
    holds an end, no handler of a signal.
    Found within a second where the platform shows which threads sleep (Linux), else at the
    deadline; a `DeadlineExceeded`, because the block would have reached it for certain.
    """


class BlockStopped(IpcError):
    """`mp.stop()` ended the block. The message says what each process was doing, and where."""


class ChildFailed(IpcError, RuntimeError):
    """The parent waits, no child is left that could end the wait, and at least one failed."""


class NobodyLeft(IpcError, RuntimeError):
    """The parent waits, and every child that could have ended the wait has ended well."""
