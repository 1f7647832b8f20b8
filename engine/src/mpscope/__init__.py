"""See what the processes of a Python program say to each other, and who waits for whom.

Importing this package loads nothing else: children import it too, and pay for every module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mpscope._block import observe as observe
    from mpscope._replay.widget import replay as replay
    from mpscope._trace.events import Event as Event
    from mpscope.errors import BlockStopped as BlockStopped
    from mpscope.errors import CannotPickle as CannotPickle
    from mpscope.errors import ChildFailed as ChildFailed
    from mpscope.errors import DeadlineExceeded as DeadlineExceeded
    from mpscope.errors import Deadlock as Deadlock
    from mpscope.errors import IpcError as IpcError
    from mpscope.errors import ManagerGone as ManagerGone
    from mpscope.errors import MessageTooLarge as MessageTooLarge
    from mpscope.errors import NobodyLeft as NobodyLeft
    from mpscope.errors import TooManyProcesses as TooManyProcesses
    from mpscope.errors import WrongUse as WrongUse

__version__ = "0.1.0"

_HOMES = {
    "observe": "mpscope._block",
    "replay": "mpscope._replay.widget",
    "Event": "mpscope._trace.events",
    "IpcError": "mpscope.errors",
    "DeadlineExceeded": "mpscope.errors",
    "Deadlock": "mpscope.errors",
    "BlockStopped": "mpscope.errors",
    "ChildFailed": "mpscope.errors",
    "NobodyLeft": "mpscope.errors",
    "ManagerGone": "mpscope.errors",
    "MessageTooLarge": "mpscope.errors",
    "TooManyProcesses": "mpscope.errors",
    "CannotPickle": "mpscope.errors",
    "WrongUse": "mpscope.errors",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
