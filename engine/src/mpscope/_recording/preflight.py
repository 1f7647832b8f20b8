"""The parent's side of starting a child: names, and refusals in plain words before it starts.

Not imported by children that start no children of their own.
"""

from __future__ import annotations

import contextlib
import pickletools
import signal
import sys
from _thread import get_ident
from collections.abc import Iterator
from itertools import islice
from multiprocessing import context, get_start_method
from multiprocessing.reduction import ForkingPickler
from types import MethodType
from typing import TYPE_CHECKING, Any

from mpscope._recording.naming import ends_of
from mpscope._recording.recorder import HELPERS
from mpscope.errors import CannotPickle, TooManyProcesses, WrongUse

if TYPE_CHECKING:
    from mpscope._recording.process import WatchedProcess
    from mpscope._recording.recorder import Recorder


@contextlib.contextmanager
def whole(box: Recorder) -> Iterator[None]:
    """Keep an interrupt, and the deadline, waiting until something has been started for good."""
    main = get_ident() == box.main
    box.block.starting += main
    try:
        yield
    finally:
        box.block.starting -= main
        if main and not box.block.starting and box.block.after_start:
            box.block.after_start()


@contextlib.contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Start a child that hears no Ctrl-C before it has left the parent's group (see `arrive`).

    Else it would say, where nobody expects it, that it was interrupted in the midst of an import.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What a server of a Manager runs; what a worker of a pool runs says so itself.
MANY = 64  # arguments in one container; nobody passes more channels than that
ROLES = {"_run_server": "manager-"}

# What a function names that waits for Ctrl-C or for an alarm.
ALARMS = {"KeyboardInterrupt", "SIGINT", "alarm", "setitimer"}

MAX_RUNNING = 300  # processes of one block, started by one process

RECIPE = (
    "Put it into a module, import it from there, and start that: "
    "`from ipc_helpers.workers.queues import put_next`, for example. Only fork, which copies the "
    "whole parent, can start a function that lives in the notebook."
)


def refuse_too_many(started: list[WatchedProcess]) -> None:
    """Raise `TooManyProcesses` if as many as may are running."""
    if len(started) < MAX_RUNNING:
        return
    running = sum(not child._closed and child.exitcode is None for child in started)
    if running >= MAX_RUNNING:
        raise TooManyProcesses(
            f"{running} processes of this block are running, and no more are allowed. Join some "
            "before you start others, or give fewer workers more to do: see mp.Pool."
        )


def refuse_what_cannot_arrive(child: WatchedProcess) -> None:
    """Raise `WrongUse` if a spawned child could not import its own target, class or arguments."""
    if child._start_method == "fork" or not main_is_a_notebook():
        return
    target = child._target
    function = getattr(target, "func", target)  # functools.partial
    for what, thing in (("the target", function), ("the class", type(child))):
        if getattr(thing, "__module__", None) == "__main__":
            name = getattr(thing, "__qualname__", repr(thing))
            method = child._start_method
            raise WrongUse(
                f"{what} {name} lives only in this notebook: a child started with {method} begins "
                f"as a new Python that has never seen your cells. {RECIPE}"
            )


def main_is_a_notebook() -> bool:
    """Whether `__main__` is something that a child cannot import: a notebook, a console."""
    main = sys.modules["__main__"]
    return getattr(main, "__file__", None) is None and getattr(main, "__spec__", None) is None


def note_gifts(child: WatchedProcess, box: Recorder) -> None:
    """Put on record which channels and locks a child gets: who could end a wait is known by it."""
    for name in sorted(set(_gifts(vars(child), depth=4))):
        box.text(b"g", f"{child._ipc_label}\n{name}".encode("utf-8", "backslashreplace"))


def _gifts(thing: Any, depth: int) -> Iterator[str]:
    """The names of the observed objects in there; for an end of a pipe, the name of that end."""
    if isinstance(getattr(type(thing), "_ipc_names", None), tuple):
        sends_into, receives_from = thing._ipc_names
        sends, receives = ends_of(sends_into), ends_of(receives_from)
        yield sends[0] if sends else receives[1] if receives else ""
    elif isinstance(getattr(type(thing), "_ipc_name", None), str):
        yield thing._ipc_name
    elif depth and isinstance(thing, dict):
        for value in islice(thing.values(), MANY):
            yield from _gifts(value, depth - 1)
    elif depth and isinstance(thing, list | tuple | set):
        for value in islice(thing, MANY):
            yield from _gifts(value, depth - 1)
    elif depth and isinstance(thing, MethodType):  # `target=self.work`
        yield from _gifts(getattr(thing.__self__, "__dict__", None), 1)


def hears_from(target: Any, args: tuple[Any, ...]) -> str:
    """From whom a child hears besides its block, as far as its target tells; "" if from nobody."""
    function = getattr(target, "func", target)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if getattr(target, "__name__", "") == "_run_server" and args:
        from multiprocessing.managers import SyncManager

        own = set(args[0]) - set(SyncManager._registry)
        return f"which serves {' and '.join(sorted(own))}" if own else ""
    names = set(code.co_names) if code is not None else set()
    return "which uses signals or alarms" if names & ALARMS else ""


def chosen_name(child: WatchedProcess, box: Recorder) -> str | None:
    """The label that the user or the role of the process gives it; None for child-N."""
    name = child.name
    given = f"{type(child).__name__}-{':'.join(map(str, child._identity))}"
    target = child._target
    role = getattr(type(target), "_ipc_role", None) or ROLES.get(getattr(target, "__name__", ""))
    if role is None and name != given and name == given.replace("Process", "PoolWorker"):
        role = "pool-worker-"  # of a pool that is not ours
    if role is not None:
        number = 1 + sum(other._ipc_label.startswith(role) for other in box.block.started)
        return f"{role}{number}" if box.is_parent else f"{role}{box.label}.{number}"
    if name == given and type(child).__name__.endswith("Process"):  # "Worker-1" tells more
        return None
    for begin in HELPERS:
        name = name.replace(begin, begin.replace("-", " "))  # it only has the same name
    name = " ".join(name.split()).encode("utf-8", "replace")[:28].decode("utf-8", "ignore")
    taken = {other._ipc_label for other in box.block.started} | {"parent", ""}
    label, count = name, 1
    while label in taken:
        count += 1
        label = f"{name}-{count}"
    return label


def explain_pickling(
    child: WatchedProcess, parts: tuple[Any, tuple[Any, ...], dict[str, Any]], error: Exception
) -> None:
    """Raise `CannotPickle` naming the culprit, if one of the parts is the reason for `error`."""
    target, args, kwargs = parts
    named = [("the target", target)]
    named += [(f"argument {n}", value) for n, value in enumerate(args, 1)]
    named += [(f"argument {key!r}", value) for key, value in kwargs.items()]
    label, method = child._ipc_label, child._start_method or get_start_method()
    for what, value in named:
        reason = why_not_picklable(value)
        if reason:
            raise CannotPickle(
                f"{what} of {label} ({type(value).__name__}) cannot be pickled, and a child "
                f"of {method} gets its arguments as pickles: {reason}. "
                "Pass plain data, or an object of `mp`, or let the child make its own."
            ) from error


def why_not_picklable(value: object) -> str | None:
    """The reason, or None if `value` can travel to a child that is being started."""
    context.set_spawning_popen(_Rehearsal())
    try:
        ForkingPickler.dumps(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        context.set_spawning_popen(None)
    return None


def refuse_notebook_names(payload: bytes, child: WatchedProcess) -> None:
    """Raise `WrongUse` if a pickled child refers to a name that only the notebook knows."""
    name = notebook_name(payload)
    if name:
        raise WrongUse(
            f"an argument of {child._ipc_label} refers to {name}, which lives only in this "
            f"notebook. {RECIPE}"
        )


def notebook_name(payload: bytes) -> str | None:
    """The first name in a pickle that only the notebook knows, or None."""
    if b"__main__" not in payload or not main_is_a_notebook():
        return None
    strings: list[str] = []
    for opcode, value, _ in pickletools.genops(payload):
        if opcode.name == "GLOBAL" and isinstance(value, str) and value.startswith("__main__ "):
            return value.split(" ", 1)[1]
        if isinstance(value, str):
            strings.append(value)
        elif opcode.name == "STACK_GLOBAL" and "__main__" in strings[-2:]:
            return strings[-1]
    return None


class _Rehearsal:
    """Stands where the real Popen stands while a process is pickled, and starts nothing."""

    def duplicate_for_child(self, fd: int) -> int:
        return fd

    DupFd = staticmethod(lambda fd: fd)
