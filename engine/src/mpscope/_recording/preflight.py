"""The parent's side of starting a child: names, what it gets, refusals before it starts.

Not imported by children that start no children of their own.
"""

import contextlib
import signal
import sys
from _thread import get_ident
from collections.abc import Iterator
from multiprocessing import context
from multiprocessing.process import BaseProcess
from typing import Any

from mpscope._recording.lent import Lent
from mpscope._recording.library import places_of
from mpscope._recording.lifeline import deaf
from mpscope._recording.passed_channels import note_inheritance, note_passed
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CHILD, CODE, SERVER, WORKER
from mpscope.errors import TooManyProcesses, WrongUse


def start(child: WatchedProcess, box: Recorder) -> None:
    """Start it, and put on record what it is called and gets."""
    block = box.block
    block.let_go()
    child._ipc_refuse(box)
    child._ipc_role, child._ipc_hears = role_of(child._target), hears_from(child)
    child._ipc_assignment = box.assign(child._ipc_role, chosen_name(child))
    child._ipc_label = child._ipc_assignment.label
    if child._target is None and type(child).run is BaseProcess.run:
        box.note(b"0", child._ipc_label)
    child._config["tempdir"] = box.folder  # what it puts there goes with the block
    box.write(CODE["start"], 0, box.children, child._ipc_label.encode()[:32])
    block.started.append(child)
    block.unstarted.discard(child)
    method = child._start_method or context._default_context.get_start_method()
    block.forking = method == "fork"
    if block.forking:
        note_inheritance(box, child)
    block.passed_channels = set()
    lent = Lent(child, block.forking) if child._ipc_role == CHILD else None
    child._ipc_assignment.lent = bool(lent)
    # It is to hear no Ctrl-C before it has left the parent's group (see `arrive`); else it would
    # say, where nobody expects it, that it was interrupted in the middle of an import.
    with whole(box), deaf([signal.SIGINT]):
        try:
            child._ipc_launch()
        except Exception as error:
            if child._popen is None:
                block.started.remove(child)
                explain_failed_start(child, method, error)
            raise
        finally:
            note_passed(box, child._ipc_label, block.passed_channels or ())
            block.forking, block.passed_channels = False, None
    if lent:
        lent.remember()
        child._ipc_lent = lent


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


def hears_from(child: WatchedProcess) -> str:
    """From whom a child hears besides its block, as far as its target tells; "" if from nobody."""
    target, args = child._target, child._args
    if getattr(target, "__name__", "") == "_run_server" and args:
        from multiprocessing.managers import SyncManager

        own = set(args[0]) - set(SyncManager._registry)
        return f"which serves {' and '.join(sorted(own))}" if own else ""
    function = getattr(target, "func", target)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return "which uses signals or alarms" if code and ALARMS & {*code.co_names} else ""


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
        from mpscope._recording.pickles import refuse_culprit

        refuse_culprit(child, method, error)
    elif isinstance(error, BrokenPipeError):
        end = how_it_was_born(error)
        error.add_note(f"{child._ipc_label} {end} before reading any argument")
    elif method == "forkserver" and isinstance(error, ConnectionError | EOFError):
        error.add_note(NO_SERVER)


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
