"""Which lines are not the program's: those of multiprocessing, threading, and this package."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType


_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
_STANDARD = os.path.dirname(os.__file__) + os.sep


class Library:
    """The files whose lines are not the program's; `file in LIBRARY` asks for one of them."""

    _folders = (
        *(_PACKAGE + part + os.sep for part in ("_recording", "_supervision", "_run")),
        *(_STANDARD + part + os.sep for part in ("multiprocessing", "concurrent")),
    )

    def __init__(self) -> None:
        self._files = {"<string>"}  # multiprocessing makes a proxy's methods from strings
        self._files |= {_PACKAGE + "_block.py"}
        self._files |= {_STANDARD + name for name in ("threading.py", "contextlib.py")}

    def __contains__(self, file: str) -> bool:
        return file in self._files or file.startswith(self._folders)

    def add(self, file: str) -> None:
        self._files.add(file)


LIBRARY = Library()


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
