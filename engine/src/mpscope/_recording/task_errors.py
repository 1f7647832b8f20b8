"""Why a task of a pool, or its result, does not travel: found out when that has failed."""

from __future__ import annotations

import pickletools
import sys
from collections.abc import Iterable
from functools import partial
from multiprocessing import context, pool
from multiprocessing.reduction import ForkingPickler
from types import FrameType, MethodType
from typing import Any

from mpscope._recording.library import raised_in
from mpscope._recording.recorder import Recorder
from mpscope._recording.work import fact, name_of
from mpscope.errors import WrongUse

INHERITED = (
    "A queue, lock or event of multiprocessing travels to a worker only while that is being "
    "started: give it to the pool as initializer=..., initargs=(...), or use one of a manager: "
    "mp.Manager().Queue()."
)


def explain_task(error: Exception, function: Any, args: Any, kwargs: Any) -> None:
    """Add to the error what of the task cannot be pickled, and the cure."""
    if function in (pool.mapstar, pool.starmapstar):
        ((function, args),) = args
    elif type(function) is partial and name_of(function.func) == "_process_chunk":
        (function,), (args,) = function.args, args
    for what, value in (("function", function), ("argument", [*args, *kwargs.values()])):
        if not (culprit := _unpicklable(value, "")):
            continue
        thing, path = culprit
        whole = f"its {what}{f', in {path},' if path else ''}"
        kind = "a lambda" if name_of(thing) == "<lambda>" else f"{_named(thing)}"
        if _only_inherited(error):
            cure = f"{whole} is {kind}. {INHERITED}"
        else:
            cure = (
                f"{whole} cannot be pickled ({kind}), and a worker gets its tasks as pickles. Use "
                "a function of a module, and give it plain data."
            )
        error.add_note(f"The task has not been sent: {cure}")
        return


def _named(thing: Any) -> str:
    name = name_of(thing)
    return f"a {type(thing).__name__}" if name.startswith("<") else name


def _only_inherited(error: BaseException) -> bool:
    """True if it was raised because the thing can travel to a new process, and not otherwise."""
    return raised_in(error) is context.assert_spawning.__code__


def _unpicklable(value: Any, path: str, depth: int = 5) -> tuple[Any, str] | None:
    """What makes a value unpicklable, and its attribute, if it is one; None if nothing does."""
    try:
        ForkingPickler.dumps(value)
        return None
    except Exception:
        inside: Iterable[tuple[Any, str]] = ()
        if type(value) in (list, tuple, set, frozenset):
            inside = ((item, path) for item in value)
        elif type(value) is dict:
            inside = ((item, path) for item in value.values())
        elif isinstance(value, MethodType):
            inside = [(value.__self__, path)]
        elif type(value).__module__.startswith(("multiprocessing.", "mpscope.")):
            pass  # a queue or lock: it is the culprit, and not what is inside it
        elif not isinstance(value, type) and type(getattr(value, "__dict__", None)) is dict:
            name = type(value).__name__
            inside = ((item, f"{name}.{key}") for key, item in vars(value).items())
        found = (_unpicklable(item, where, depth - 1) for item, where in inside if depth)
        return next((culprit for culprit in found if culprit), (value, path))


def class_in(payload: bytes) -> tuple[str, str]:
    """The first class that a pickled result names, and "exception" if a task has raised it."""
    strings: list[str] = []
    how = "result"
    for opcode, value, _ in pickletools.genops(payload):
        if isinstance(value, str):
            strings.append(value)
        elif opcode.name == "STACK_GLOBAL" and strings[-1] in ("rebuild_exc", "_rebuild_exc"):
            how = "exception"
        elif opcode.name == "STACK_GLOBAL" and not strings[-2].startswith("concurrent.futures"):
            return strings[-1], how
    return "", how


def note_import(box: Recorder, pool: str, function: Any, frame: FrameType | None) -> bool:
    """Whether, and put on record that, the function's module is being imported by this very thread.

    Who pickles the task looks the function up in its module, and so waits for the import's end.
    """
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if not getattr(getattr(module, "__spec__", None), "_initializing", False):
        return False
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals is vars(module):
            fact(box, "importing", pool, function.__module__, box.place_of(frame))
            return True
        frame = frame.f_back
    return False


def refuse_foreign(thing: Any, maker: Recorder, box: Recorder) -> None:
    """Raise `WrongUse` if a forked child uses a pool of its parent: its threads are not here."""
    if maker.stem != box.stem:
        raise WrongUse(
            f"{thing._ipc_name} was made in {maker.label}, and {box.label} uses a copy of it: the "
            "threads that hand out its tasks exist only there, and nobody would ever run this "
            "one. Return what is left to do, and let the parent submit it."
        )
