"""The contexts of an unchanged program: the standard ones, whose factories make what reports.

Each is also its standard class, can be made without arguments, and has `Process` on the class: a
program may derive its own context from `type(multiprocessing.get_context())`.
"""

from __future__ import annotations

from multiprocessing import context
from typing import Any

from mpscope._recording import recorder
from mpscope._recording.context import ObservedContext
from mpscope._run.process import CLASSES


class _Followed(ObservedContext):
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
