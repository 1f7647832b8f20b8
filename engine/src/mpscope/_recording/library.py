"""Which lines are not the program's: those of multiprocessing, threading, and this package."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType


def _library_files() -> set[str]:
    """Files whose lines are not the program's: multiprocessing, threading, this package's core."""
    package = os.path.dirname(os.path.dirname(__file__))
    files = {"<string>"}  # multiprocessing makes a proxy's methods from strings
    files.add(os.path.join(package, "_block.py"))
    standard = os.path.dirname(os.__file__)
    folders = [os.path.join(package, part) for part in ("_recording", "_supervision", "_run")]
    folders += [os.path.join(standard, "multiprocessing")]
    folders += [os.path.join(standard, "concurrent", part) for part in ("futures", "interpreters")]
    for folder in folders:
        files.update(os.path.join(folder, name) for name in _modules_in(folder))
    files.update(os.path.join(standard, name) for name in ("threading.py", "contextlib.py"))
    return files


def _modules_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # inside a zip
        import pkgutil

        return [module.name + ".py" for module in pkgutil.iter_modules([folder])]


LIBRARY = _library_files()


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
