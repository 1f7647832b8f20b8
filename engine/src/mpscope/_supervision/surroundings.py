"""Where a block is opened: in which interpreter, in which asyncio task."""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE
from types import FrameType
from typing import Any


def is_main_interpreter() -> bool:
    """True if this is no interpreter that another one has made (`concurrent.interpreters`)."""
    try:
        interpreters = import_module("_interpreters")
    except ImportError:  # before 3.13
        return True
    return bool(interpreters.get_current()[0] == interpreters.get_main()[0])


def task_of(frame: FrameType) -> Any:
    """The asyncio task that runs this frame, if it is a coroutine's; else None."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not frame.f_code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
        return None
    try:
        return asyncio.current_task()
    except RuntimeError:  # somebody else's event loop
        return None
