"""A pool that refuses work its workers could never import, and outlives the death of them all."""

from __future__ import annotations

import os
from multiprocessing import pool
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.preflight import RECIPE, main_is_a_notebook, whole
from mpscope.errors import WrongUse


class Pool(pool.Pool):
    """`multiprocessing.pool.Pool` whose workers report; made by `mp.Pool()`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        box = recorder.current
        assert box is not None
        with whole(box):
            super().__init__(*args, **kwargs)
            box.block.pools.add(self)

    def apply_async(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_notebook_function(func)
        return super().apply_async(func, *args, **kwargs)

    def _map_async(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_notebook_function(func)
        return super()._map_async(func, *args, **kwargs)

    def imap(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_notebook_function(func)
        return super().imap(func, *args, **kwargs)

    def imap_unordered(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        self._refuse_notebook_function(func)
        return super().imap_unordered(func, *args, **kwargs)

    def _refuse_notebook_function(self, func: Any) -> None:
        function = getattr(func, "func", func)
        if getattr(function, "__module__", None) != "__main__" or not main_is_a_notebook():
            return
        if self._ctx.get_start_method() == "fork":
            return
        raise WrongUse(
            f"{getattr(function, '__qualname__', function)} lives only in this notebook, and the "
            f"pool's workers cannot import it. {RECIPE}"
        )

    # -- when everything has been killed ----------------------------------------------------------

    def _ipc_stop(self) -> None:
        """No new workers for those that will be killed now."""
        self._worker_handler._state = pool.TERMINATE

    @staticmethod
    def _help_stuff_finish(inqueue: Any, task_handler: Any, size: int) -> None:
        """A killed worker may hold the lock for ever; then there is nobody to share it with."""
        if recorder.current is not None and not recorder.current.block.killed:
            return pool.Pool._help_stuff_finish(inqueue, task_handler, size)
        reader = inqueue._reader
        while task_handler.is_alive() and reader.poll():
            os.read(reader.fileno(), 1 << 16) if os.name == "posix" else reader.recv_bytes()

    def _ipc_end(self) -> None:
        """Let its threads end before its queues close; its own end may have been broken off."""
        self.terminate()
        threads = self._worker_handler, self._task_handler, self._result_handler
        for thread in threads:
            thread._state = pool.TERMINATE
        for queue in (self._change_notifier, self._outqueue):
            queue.put(None)
        for thread in threads:
            thread.join(0.2)

    def _ipc_wake(self) -> list[Any]:
        """Let everybody go who waits for a result; the ends that the pool's own threads use."""
        for result in list(self._cache.values()):
            if hasattr(result, "_event"):
                result._event.set()
            else:
                with result._cond:
                    result._cond.notify_all()
        own = self._inqueue, self._outqueue, self._change_notifier
        return [end for queue in own for end in (queue._reader, queue._writer)]
