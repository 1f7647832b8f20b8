"""Which channels and locks another process gets: that tells who could end a wait.

spawn, forkserver   what was pickled with the process: each object says so itself (`travels`)
fork                everything; what its target and arguments refer to is the best guess
a message           what was pickled with it: the receiver is not known yet
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from threading import active_count
from types import FunctionType, MethodType, ModuleType
from typing import Any

from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import EVERYTHING

MANY = 64  # objects looked at in one container
DEPTH = 9


def note_passed(box: Recorder, label: str, names: Iterable[str]) -> None:
    for name in sorted(set(names)):
        box.note(b"g", label, name)


def note_inheritance(box: Recorder, child: WatchedProcess) -> None:
    """Put on record that a forked child gets everything, and what it refers to."""
    names = set(_named(vars(child), DEPTH, set()))
    note_passed(box, child._ipc_label, {*names, EVERYTHING})
    if active_count() > 1:
        box.note(b"j", child._ipc_label)


def given_in_vain(box: Recorder) -> dict[str, list[str]]:
    """Which channels were given to processes that nobody has started: channel -> their names."""
    found: dict[str, list[str]] = {}
    for child in sorted(box.block.unstarted, key=lambda child: child._identity):
        for name in set(_named(vars(child), DEPTH, set())):
            found.setdefault(name, []).append(child.name)
    return found


def _named(thing: Any, depth: int, seen: set[int]) -> Iterator[str]:
    """The names of the observed objects in there."""
    if not depth or id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(getattr(type(thing), "_ipc_name", None), str):
        yield thing._ipc_name
    else:
        for part in islice(_parts(thing), MANY):
            yield from _named(part, depth - 1, seen)


def _parts(thing: Any) -> Iterable[Any]:
    if isinstance(thing, dict):
        return thing.values()
    if isinstance(thing, list | tuple | set | frozenset):
        return thing
    if isinstance(thing, partial):
        return thing.func, thing.args, thing.keywords
    if isinstance(thing, MethodType):
        return thing.__self__, thing.__func__
    if isinstance(thing, FunctionType):
        cells = [cell.cell_contents for cell in thing.__closure__ or () if _is_full(cell)]
        used = [thing.__globals__.get(name) for name in thing.__code__.co_names]
        return [*cells, *used, thing.__defaults__]
    if isinstance(thing, type | ModuleType):
        return ()
    return getattr(thing, "__dict__", {}).values()


def _is_full(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
