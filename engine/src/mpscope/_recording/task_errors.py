"""Why a task of a pool, or its result, does not travel: found out when that has failed."""

import sys
from collections.abc import Iterable
from multiprocessing import context
from multiprocessing.reduction import ForkingPickler
from types import FrameType, MethodType
from typing import Any

from mpscope._recording.library import raised_in
from mpscope._recording.preflight import names_in
from mpscope._recording.recorder import Recorder
from mpscope._recording.work import fact, name_of, unpacked
from mpscope.errors import WrongUse

INHERITED = (
    "A queue, lock or event of multiprocessing travels to a worker only while that is being "
    "started: give it to the pool as initializer=..., initargs=(...), or use one of a manager: "
    "mp.Manager().Queue()."
)


def explain_task(error: Exception, function: Any, args: Any, kwargs: Any) -> None:
    """Add to the error what of the task cannot be pickled, and the cure."""
    function, args, _ = unpacked(function, args)
    for what, value in (("function", function), ("argument", [*args, *kwargs.values()])):
        if not (culprit := _unpicklable(value, "")):
            continue
        thing, path = culprit
        whole = f"its {what}{f', in {path},' if path else ''}"
        kind = "a lambda" if name_of(thing) == "<lambda>" else f"{_named(thing)}"
        if raised_in(error) is context.assert_spawning.__code__:
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
    how = "result"
    for module, name in names_in(payload):
        if name in ("rebuild_exc", "_rebuild_exc"):
            how = "exception"
        elif not module.startswith("concurrent.futures"):
            return name, how
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
