"""Which lines are not the program's: those of multiprocessing, threading, and this package."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OPTIMIZED = 1  # `inspect.CO_OPTIMIZED`: a function's code
_OURS = 3  # references to a dict of variables that nobody else has: the frame's, and two below

PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
STANDARD = os.path.dirname(os.__file__) + os.sep


class Library(set[str]):
    """The files whose lines are not the program's; `file in LIBRARY` asks for one of them."""

    _folders = (
        *(PACKAGE + part + os.sep for part in ("_recording", "_supervision", "_run")),
        *(STANDARD + part + os.sep for part in ("multiprocessing", "concurrent")),
    )

    def __contains__(self, file: str) -> bool:
        return super().__contains__(file) or file.startswith(self._folders)


LIBRARY = Library(STANDARD + name for name in ("threading.py", "contextlib.py"))
LIBRARY |= {PACKAGE + "_block.py", "<string>"}  # of which multiprocessing makes proxies' methods


def own_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The program's own frames, from this one outwards."""
    while frame is not None:
        if frame.f_code.co_filename not in LIBRARY:
            yield frame
        frame = frame.f_back


def places_of(error: BaseException) -> list[TracebackType]:
    """The places that an exception has come through, the one where it was raised last."""
    found, place = [], error.__traceback__
    while place is not None:
        found.append(place)
        place = place.tb_next
    return found


def raised_in(error: BaseException) -> CodeType | None:
    """The code that has raised it."""
    places = places_of(error)
    return places[-1].tb_frame.f_code if places else None


def variables_of(frame: FrameType) -> dict[str, Any]:
    """The variables of a frame that goes on, so that none of them lives longer for it.

    Before Python 3.13 a function's frame keeps the dict that it is asked for; what the function
    deletes lives on in there. It may be emptied, unless the program has it, from `locals()`.
    """
    kept = frame.f_locals
    found = dict(kept)
    if frame.f_code.co_flags & _OPTIMIZED and type(kept) is dict and sys.getrefcount(kept) <= _OURS:
        kept.clear()
    return found
