"""Why a child's argument, a task of a pool, or its result, does not travel.

Found out when that has failed.
"""

import pickletools
import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import context
from multiprocessing.reduction import ForkingPickler
from types import FrameType, MethodType
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.lent import STANDARD
from mpscope._recording.library import raised_in
from mpscope._recording.preflight import RECIPE, main_is_a_notebook
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.wire import read_message
from mpscope._recording.work import fact, name_of, safe_text, unpacked
from mpscope.errors import CannotPickle, WrongUse

INHERITED = (
    "A queue, lock or event of multiprocessing travels to a worker only while that is being "
    "started: give it to the pool as initializer=..., initargs=(...), or use one of a manager: "
    "mp.Manager().Queue()."
)


def refuse_culprit(child: WatchedProcess, method: str, error: Exception) -> None:
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


# -- tasks of a pool ------------------------------------------------------------------------------


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


def put_task(send: Callable[[Any], None], task: Any) -> None:
    try:
        send(task)
    except OSError:
        raise
    except Exception as error:
        if task is not None:
            _, _, function, args, kwargs = task
            explain_task(error, function, args, kwargs)
        raise


def get_result(reader: Any, name: str) -> Any:
    reader._check_closed()  # the pool has ended meanwhile: OSError, which its thread expects
    payload = read_message(reader)
    try:
        return ForkingPickler.loads(payload)
    except Exception as error:
        if (box := recorder.current) is not None:
            fact(box, "result thread", name, safe_text(error), *class_in(payload))
        raise


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
