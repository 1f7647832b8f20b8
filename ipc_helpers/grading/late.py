"""A child that begins late, as on a busy machine: who trusts the clock is found out.

A check uses it (see `ipc_helpers.grading.lateness`); an answer does not know of it.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def begin_late(
    pause_s: float, target: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Sleep, and then do what the child was started for."""
    from mpscope import hide_frames

    hide_frames(__file__)  # a traceback shows the learner's lines
    time.sleep(pause_s)
    return target(*args, **kwargs)
