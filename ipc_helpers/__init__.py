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
    from ipc_helpers.labs.panel import Lab
    from ipc_helpers.lesson import expect as expect
    from ipc_helpers.lesson import show_source as show_source
    from ipc_helpers.lesson import start_methods as start_methods

    anatomy_lab = birth_lab = index_lab = manager_lab = pipe_lab = Lab
    player_lab = queue_lab = segment_lab = torn_lab = two_memories_lab = Lab

__version__ = "0.1.0"

_NAMES = {
    "grading.api": "check checkpoint hint predict progress solution",
    "interleaving": "interleavings",
    "lesson": "expect show_source start_methods",
}
_LABS = "anatomy birth index manager pipe player queue segment torn two_memories"
_HOMES = {name: f"ipc_helpers.{home}" for home, names in _NAMES.items() for name in names.split()}
_HOMES |= {f"{lab}_lab": f"ipc_helpers.labs.{lab}" for lab in _LABS.split()}
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
