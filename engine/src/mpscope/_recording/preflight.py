"""The parent's side of starting a child: names, and refusals in plain words before it starts.

Not imported by children that start no children of their own.
"""

import contextlib
import pickletools
import signal
import sys
from _thread import get_ident
from collections.abc import Iterator
from functools import partial
from multiprocessing import context
from multiprocessing.reduction import ForkingPickler
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.lent import STANDARD
from mpscope._recording.library import places_of
from mpscope._recording.lifeline import deaf
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CHILD, SERVER, WORKER
from mpscope.errors import CannotPickle, TooManyProcesses, WrongUse


@contextlib.contextmanager
def whole(box: Recorder) -> Iterator[None]:
    """Keep an interrupt, and the deadline, waiting until something has been started for good."""
    main = get_ident() == box.main
    box.block.starting += main
    try:
        with box.block.whole if main else contextlib.nullcontext():
            yield
    finally:
        box.block.starting -= main
        if main and not box.block.starting and box.block.after_start:
            box.block.after_start()


NO_SERVER = (
    "The fork server has ended. Most likely the main module, which it imports, has raised there "
    "(its traceback then stands above): a program starts its processes below "
    "`if __name__ == '__main__':`."
)


# Start a child that hears no Ctrl-C before it has left the parent's group (see `arrive`); else it
# would say, where nobody expects it, that it was interrupted in the middle of an import.
sigint_blocked = partial(deaf, [signal.SIGINT])


# What a server of a Manager runs, and a worker of a plain pool; one of ours says so itself.
ROLES = {
    ("multiprocessing.managers", "_run_server"): SERVER,
    ("multiprocessing.pool", "worker"): WORKER,
    ("concurrent.futures.process", "_process_worker"): WORKER,
}

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
    """True if `__main__` is something that a child cannot import: a notebook, a console."""
    main = sys.modules["__main__"]
    return getattr(main, "__file__", None) is None and getattr(main, "__spec__", None) is None


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


def role_of(target: Any) -> str:
    """What a process is to the program, by what it will run."""
    named = getattr(target, "__module__", ""), getattr(target, "__name__", "")
    return getattr(type(target), "_ipc_role", None) or ROLES.get(named, CHILD)


def chosen_name(child: WatchedProcess) -> str:
    """The name that the user has given it; empty if it only has the one that Python gave it."""
    name, kind = child.name, type(child).__name__
    given = f"{kind}-{':'.join(map(str, child._identity))}"
    if name == given and kind.endswith("Process"):  # "Worker-1" tells more
        return ""
    return " ".join(name.split()).encode("utf-8", "replace")[:28].decode("utf-8", "ignore")


def explain_failed_start(child: WatchedProcess, method: str, error: Exception) -> None:
    """Raise `CannotPickle` if that is the reason, or add to the error what has become of it."""
    modules = [place.tb_frame.f_globals.get("__name__") for place in places_of(error)]
    if "multiprocessing.reduction" in modules and not isinstance(error, OSError):
        _refuse_culprit(child, method, error)
    elif isinstance(error, BrokenPipeError):
        end = how_it_was_born(error)
        error.add_note(f"{child._ipc_label} {end} before reading any argument")
    elif method == "forkserver" and isinstance(error, ConnectionError | EOFError):
        error.add_note(NO_SERVER)


def _refuse_culprit(child: WatchedProcess, method: str, error: Exception) -> None:
    """Raise `CannotPickle`, which names what of the child cannot travel, if anything cannot."""
    named = [("the target", child._target)]
    named += [(f"argument {n}", value) for n, value in enumerate(child._args, 1)]
    named += [(f"argument {key!r}", value) for key, value in child._kwargs.items()]
    own = sorted(name for name in vars(child) if name not in STANDARD and "_ipc" not in name)
    named += [(f"attribute {name!r}", vars(child)[name]) for name in own]
    for what, value in named:
        if reason := why_not_picklable(value):
            raise CannotPickle(
                f"{what} of {child._ipc_label} ({type(value).__name__}) cannot be pickled, and a "
                f"child of {method} gets its arguments as pickles: {reason}. "
                "Pass plain data, or an object of `mp`, or let the child make its own."
            ) from error


BORN_S = 1.0  # how long a child that reads no more may take to end


def how_it_was_born(error: BrokenPipeError) -> str:
    """ "ended with exit code 7": what became of the child that did not read its arguments."""
    for place in places_of(error):
        popen: Any = place.tb_frame.f_locals.get("self")
        if place.tb_frame.f_code.co_name == "_launch" and getattr(popen, "pid", None):
            with contextlib.suppress(OSError):
                code = popen.wait(BORN_S)
                if code is not None and code >= 0:
                    return f"ended with exit code {code}"
                if code is not None:
                    return f"was killed by {signal.Signals(-code).name}"
    return "ended"


def why_not_picklable(value: object) -> str | None:
    """The reason, or None if `value` can travel to a child that is being started."""
    context.set_spawning_popen(_Rehearsal())
    box = recorder.current
    if box is not None:
        box.block.passed_channels = set()  # nothing travels
    try:
        ForkingPickler.dumps(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        context.set_spawning_popen(None)
        if box is not None:
            box.block.passed_channels = None
    return None


def refuse_notebook_names(payload: bytes, child: WatchedProcess) -> None:
    """Raise `WrongUse` if a pickled child refers to a name that only the notebook knows."""
    for module, name in names_in(payload) if main_is_a_notebook() else ():
        if module == "__main__":
            raise WrongUse(
                f"an argument of {child._ipc_label} refers to {name}, which lives only in this "
                f"notebook. {RECIPE}"
            )


def names_in(payload: bytes) -> Iterator[tuple[str, str]]:
    """(module, name) of each function and class that a pickle refers to."""
    strings, memo = [""], dict[object, str]()  # what is pushed, and kept; "" for all but strings
    for opcode, value, _ in pickletools.genops(payload):
        if opcode.name == "STACK_GLOBAL":
            yield strings[-2], strings[-1]
        if opcode.name == "MEMOIZE":
            memo[len(memo)] = strings[-1]
        elif opcode.name in ("BINGET", "LONG_BINGET"):
            strings.append(memo.get(value, ""))
        else:
            strings.append(value if isinstance(value, str) else "")


class _Rehearsal:
    """Stands where the real Popen stands while a process is pickled, and starts nothing."""

    def duplicate_for_child(self, fd: int) -> int:
        return fd

    DupFd = staticmethod(lambda fd: fd)
