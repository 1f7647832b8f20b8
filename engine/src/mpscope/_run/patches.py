"""What of multiprocessing is replaced under `mpscope run`; all of it stands here.

multiprocessing.get_context(...)          contexts whose factories make what reports
multiprocessing.Queue() and its sisters   the same, of the default context
multiprocessing.Process, SpawnProcess ... classes that report; subclasses of theirs do, too
multiprocessing.pool.Pool(...)            becomes one that reports; ThreadPool stays what it is
spawn.get_preparation_data                tells a new Python to install all this, before anything
util.spawnv_passfds                       the same for the fork server, which imports the program
_posixshmem.shm_unlink                    is noted, from the first segment of a process on

Nothing is ever put back: the process is ours.  What others derive from `BaseContext`,
`BaseProcess` or `pool.Pool` by themselves (loky does) is left alone.
"""

import functools
import inspect
import multiprocessing
import sys
from _thread import get_ident
from collections.abc import Sequence
from multiprocessing import context, pool, spawn, util
from typing import Any

from mpscope._recording import naming, recorder
from mpscope._recording.context import ObservedContext
from mpscope._recording.queues import Queue
from mpscope._recording.records import Assignment
from mpscope._recording.segments import watch_unlinks_later
from mpscope._run import process
from mpscope._run.process import CLASSES

_CHANNELS = ("Queue", "JoinableQueue", "SimpleQueue", "Pipe", "Manager", "Pool")
_LOCKS = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier")
_FORK_SERVER = "from multiprocessing.forkserver import main;"
_CLASSES = ("Process", "ForkProcess", "SpawnProcess", "ForkServerProcess")


class _Followed(ObservedContext):
    """Also its standard class; made without arguments, and with `Process` on the class: a program
    may derive its own context from `type(multiprocessing.get_context())`.
    """

    _name: str
    _plain: Any

    def __init__(self) -> None:
        """Nothing: a standard context has nothing of its own either."""

    def Pool(self, *args: Any, **kwargs: Any) -> Any:
        if recorder.current is None:
            return self._plain.Pool(*args, **kwargs)
        return super().Pool(*args, **kwargs)

    def __reduce__(self) -> Any:
        return type(self), (), vars(self) or None


PLAIN: dict[str, Any] = dict(context._concrete_contexts)
FOLLOWED: dict[str, Any] = {}
for method, plain in PLAIN.items():
    name = type(plain).__name__
    about = {"__module__": __name__, "_name": method, "_plain": plain, "Process": CLASSES[method]}
    cls = globals()[name] = type(name, (_Followed, type(plain)), about)
    FOLLOWED[method] = cls()


# -- what is replaced -----------------------------------------------------------------------------


def install() -> None:
    if context._concrete_contexts["spawn"] is FOLLOWED["spawn"]:  # inherited from a fork
        return
    _replace_contexts()
    _replace_classes()
    public = {name: getattr(context._default_context, name) for name in multiprocessing.__all__}
    vars(multiprocessing).update(public)
    _tell_new_pythons()
    watch_unlinks_later()


def _replace_contexts() -> None:
    context._concrete_contexts.update(FOLLOWED)
    default: Any = context._default_context
    for slot in ("_default_context", "_actual_context"):
        chosen = getattr(default, slot)
        setattr(default, slot, chosen and FOLLOWED[chosen._name])
    for name in _CHANNELS + _LOCKS:
        setattr(context.DefaultContext, name, _of_the_default_context(name))


def _of_the_default_context(name: str) -> Any:
    def make(self: Any, *args: Any, **kwargs: Any) -> Any:
        chosen: Any = self.get_context()
        caller = str(sys._getframe(1).f_globals.get("__name__", ""))
        if name == "Pipe" and caller.startswith("concurrent.futures."):  # to wake itself with
            chosen = chosen._plain
        return getattr(chosen, name)(*args, **kwargs)

    make.__name__ = make.__qualname__ = name
    return make


def _replace_classes() -> None:
    for name in _CLASSES:
        if hasattr(context, name):
            setattr(context, name, getattr(process, name))
    context.DefaultContext.Process = process.Process
    pool.Pool.__init__ = _init_of_a_pool(pool.Pool.__init__)
    Queue._ipc_tell_of_drop = process.tell_of_drop(Queue._ipc_tell_of_drop)


def _init_of_a_pool(plain: Any) -> Any:
    """A pool that is made by its class, not by a context, changes that class first."""
    parameters = inspect.signature(plain)

    @functools.wraps(plain)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        given = parameters.bind(self, *args, **kwargs).arguments
        chosen = given.get("context") or multiprocessing.get_context()
        observed = recorder.current is not None and isinstance(chosen, ObservedContext)
        if type(self) is not pool.Pool or not observed:
            return plain(self, *args, **kwargs)
        from mpscope._recording.pool import Pool

        self.__class__ = Pool
        Pool.__init__(**{**given, "context": chosen})

    return init


# -- what begins as a new Python ------------------------------------------------------------------


class _Newcomer:
    """Travels in front of everything else; to be unpickled makes the child one of ours."""

    def __init__(self, assignment: Assignment | None) -> None:
        self.assignment = assignment

    def __reduce__(self) -> Any:
        return welcome, (self.assignment,)


def welcome(assignment: Assignment | None) -> None:
    """In a new child: install all this, and open its log, before it imports the program."""
    install()
    if assignment is not None and recorder.current is None:
        process.arrive(assignment)


def fork_server() -> None:
    """In the fork server, which imports the program for all its children."""
    naming.owner = naming.SERVER_OWNS  # what is made now is shared by them, not with the parent
    install()


def _tell_new_pythons() -> None:
    plain_data, plain_spawn = spawn.get_preparation_data, util.spawnv_passfds

    def get_preparation_data(name: str) -> dict[str, Any]:
        return {"mpscope": _Newcomer(process.births.get(get_ident())), **plain_data(name)}

    def spawnv_passfds(path: Any, args: Sequence[Any], passfds: Sequence[int]) -> int:
        ours = "from mpscope._run.patches import fork_server; fork_server(); "
        fresh = [  # what follows it differs from version to version: the program's arguments
            ours + arg if isinstance(arg, str) and _FORK_SERVER in arg else arg for arg in args
        ]
        return plain_spawn(path, fresh, passfds)

    spawn.get_preparation_data = get_preparation_data
    util.spawnv_passfds = spawnv_passfds
