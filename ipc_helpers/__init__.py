"""Helpers of the course: exercises that check themselves, labs, and words for lessons.

Importing this package loads nothing else: children import it too, and pay for every module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipc_helpers.grading.api import check as check
    from ipc_helpers.grading.api import checkpoint as checkpoint
    from ipc_helpers.grading.api import hint as hint
    from ipc_helpers.grading.api import predict as predict
    from ipc_helpers.grading.api import progress as progress
    from ipc_helpers.grading.api import solution as solution
    from ipc_helpers.interleaving import interleavings as interleavings
    from ipc_helpers.labs.anatomy import anatomy_lab as anatomy_lab
    from ipc_helpers.labs.birth import birth_lab as birth_lab
    from ipc_helpers.labs.index import index_lab as index_lab
    from ipc_helpers.labs.manager import manager_lab as manager_lab
    from ipc_helpers.labs.pipe import pipe_lab as pipe_lab
    from ipc_helpers.labs.player import player_lab as player_lab
    from ipc_helpers.labs.queue import queue_lab as queue_lab
    from ipc_helpers.labs.segment import segment_lab as segment_lab
    from ipc_helpers.labs.torn import torn_lab as torn_lab
    from ipc_helpers.labs.two_memories import two_memories_lab as two_memories_lab
    from ipc_helpers.lesson import expect as expect
    from ipc_helpers.lesson import show_source as show_source
    from ipc_helpers.lesson import start_methods as start_methods

__version__ = "0.1.0"

_NAMES = {
    "grading.api": "check checkpoint hint predict progress solution",
    "interleaving": "interleavings",
    "lesson": "expect show_source start_methods",
    "labs.anatomy": "anatomy_lab",
    "labs.birth": "birth_lab",
    "labs.index": "index_lab",
    "labs.manager": "manager_lab",
    "labs.pipe": "pipe_lab",
    "labs.player": "player_lab",
    "labs.queue": "queue_lab",
    "labs.segment": "segment_lab",
    "labs.torn": "torn_lab",
    "labs.two_memories": "two_memories_lab",
}
_HOMES = {name: f"ipc_helpers.{home}" for home, names in _NAMES.items() for name in names.split()}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
