"""The context that `observe()` yields: the standard factories, making objects that report.

Everything else of a multiprocessing context (`cpu_count`, `active_children`, exceptions ...) is
inherited.  Pickles into a child as that child's own context, so workers can be given `mp`.
"""

import sys
from collections.abc import Iterable
from multiprocessing import context
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.naming import channel_name, channel_names
from mpscope._recording.own_names import own_names
from mpscope._recording.process import CLASSES

# Locks inside these are theirs, not the program's: they stay plain.
_INSIDES = ("multiprocessing.queues", "multiprocessing.pool", "concurrent.futures")


class ObservedContext(context.BaseContext):
    """`multiprocessing.get_context(method)` whose objects report what they do.

    Raises what the standard context raises.  The objects belong to the block: they are closed,
    and their processes ended, when it ends.
    """

    def __init__(self, method: str) -> None:
        self._name = method
        self._plain: Any = context._default_context.get_context(method)
        self.Process = CLASSES[method]

    def __reduce__(self) -> Any:
        return ObservedContext, (self._name,)

    def get_start_method(self, allow_none: bool = False) -> str:
        return self._name

    def get_context(self, method: str | None = None) -> Any:
        return self if method in (None, self._name) else super().get_context(method)

    # -- channels -------------------------------------------------------------------------------

    def Queue(self, maxsize: int = 0) -> Any:
        from mpscope._recording.queues import Queue

        return self._make(Queue, "queue", maxsize, size=maxsize or None)

    def JoinableQueue(self, maxsize: int = 0) -> Any:
        from mpscope._recording.joinable_queue import JoinableQueue

        return self._make(JoinableQueue, "queue", maxsize, size=maxsize or None)

    def SimpleQueue(self) -> Any:
        caller = sys._getframe(1)
        module = caller.f_globals.get("__name__", "")
        if module == "concurrent.futures.process":
            from mpscope._recording.executor import adopt

            adopt(caller.f_locals["self"], self)  # an executor is making its queues
        if module.startswith(_INSIDES):
            with own_names():
                return self._plain.SimpleQueue()
        from mpscope._recording.simple_queue import SimpleQueue

        return self._make(SimpleQueue, "queue")

    def Pipe(self, duplex: bool = True) -> Any:
        from mpscope._recording.connection import adopt

        a, b = self._plain.Pipe(duplex)
        name_a, name_b = channel_names("pipe", 2)
        return adopt(a, "pipe", name_a, name_b), adopt(b, "pipe", name_b, name_a)

    # -- locks ----------------------------------------------------------------------------------

    def Lock(self) -> Any:
        return self._lock("Lock")

    def RLock(self) -> Any:
        return self._lock("RLock")

    def Semaphore(self, value: int = 1) -> Any:
        return self._lock("Semaphore", value)

    def BoundedSemaphore(self, value: int = 1) -> Any:
        return self._lock("BoundedSemaphore", value)

    def Condition(self, lock: Any = None) -> Any:
        return self._lock("Condition", lock)

    def Event(self) -> Any:
        return self._lock("Event")

    def Barrier(self, parties: int, action: Any = None, timeout: float | None = None) -> Any:
        return self._lock("Barrier", parties, action, timeout)

    def _lock(self, kind: str, *args: Any) -> Any:
        caller = sys._getframe(2).f_globals.get("__name__", "")
        if caller.startswith(_INSIDES):
            with own_names():
                return getattr(self._plain, kind)(*args)
        from mpscope._recording import synchronize

        size = args[0] if args else None
        if caller == "multiprocessing.sharedctypes":
            return self._make(synchronize.ValueLock, kind.lower())
        return self._make(getattr(synchronize, kind), kind.lower(), *args, size=size)

    def _make(self, cls: Any, kind: str, *args: Any, size: Any = None) -> Any:
        """`size`: a queue's maxsize, a barrier's parties, a semaphore's first value."""
        name, box = channel_name(kind), recorder.current
        if box is not None and isinstance(size, int):
            box.note(b"v", name, size)
        with own_names():
            made = cls(*args, ctx=self._plain, name=name)
        if box is not None and box.is_parent and kind == "queue":
            box.block.queues.add(made)  # the end of the block lets its feeder thread go
        return made

    # -- shared values --------------------------------------------------------------------------

    def Value(self, typecode_or_type: Any, *args: Any, lock: Any = True) -> Any:
        with own_names():
            return super().Value(typecode_or_type, *args, lock=lock)

    def Array(self, typecode_or_type: Any, size_or_initializer: Any, *, lock: Any = True) -> Any:
        with own_names():
            return super().Array(typecode_or_type, size_or_initializer, lock=lock)

    def RawValue(self, typecode_or_type: Any, *args: Any) -> Any:
        with own_names():
            return super().RawValue(typecode_or_type, *args)

    def RawArray(self, typecode_or_type: Any, size_or_initializer: Any) -> Any:
        with own_names():
            return super().RawArray(typecode_or_type, size_or_initializer)

    # -- servers and pools ----------------------------------------------------------------------

    def Manager(self) -> Any:
        from mpscope._recording.managers import SyncManager

        manager = SyncManager(ctx=self.get_context())
        manager.start()
        return manager

    def Pool(
        self,
        processes: int | None = None,
        initializer: Any = None,
        initargs: Iterable[Any] = (),
        maxtasksperchild: int | None = None,
    ) -> Any:
        from mpscope._recording.pool import Pool

        return Pool(processes, initializer, initargs, maxtasksperchild, context=self.get_context())
