"""A pool that refuses work its workers could never import, instead of hanging on it."""

from __future__ import annotations

from multiprocessing import pool
from typing import Any

from ipc_helpers.errors import WrongUse
from ipc_helpers.watched.departure import RECIPE, main_is_a_notebook


class Pool(pool.Pool):
    """`multiprocessing.pool.Pool` whose workers report; made by `mp.Pool()`."""

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
