"""Tracebacks that read the same on every machine: short file names, no frames of the machinery.

Imported in a child only when something went wrong.
"""

from __future__ import annotations

import os
import traceback

from mpscope._recording.recorder import LIBRARY


def hide_frames(file: str) -> None:
    """Lines of this file are never shown as the program's: not in tracebacks, not in events."""
    LIBRARY.add(file)


def short_traceback(error: BaseException) -> str:
    """The traceback as Python prints it, without directories, carets and library frames."""
    told = traceback.TracebackException.from_exception(error)
    _shorten(told, set())
    return "".join(told.format()) + _missing_name(error)


def _missing_name(error: BaseException) -> str:
    """A sentence for a child that misses a name, in a module that a `%%worker` cell has made."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    folder, file = os.path.split(place.tb_frame.f_code.co_filename if place else "")
    if not isinstance(error, NameError) or os.path.basename(folder) != "my_workers":
        return ""
    return (
        f"(a child knows the names of {file} only, not those of your notebook: "
        "define or import the name in the %%worker cell, or pass it as an argument)\n"
    )


def last_line(error: BaseException) -> str:
    """The error's type and the first line of its text, if it has one that can be had.

    The text of a manager's RemoteError is a traceback between two rules: there, its last line.
    """
    try:
        text = str(error).strip()
    except Exception:
        text = "<exception str() failed>"
    name = type(error).__name__
    lines = [line for line in text.splitlines() if line.strip("- ")] or text.splitlines()[:1]
    if not lines:
        return name
    return f"{name}: {lines[-1 if lines[0].startswith('Traceback') else 0]}"


def _shorten(told: traceback.TracebackException, seen: set[int]) -> None:
    if id(told) in seen:
        return
    seen.add(id(told))
    frames = [
        traceback.FrameSummary(
            os.path.basename(frame.filename), frame.lineno, frame.name, line=frame.line
        )
        for frame in told.stack
        if frame.filename not in LIBRARY and not frame.filename.startswith("<frozen")
    ]
    told.stack = traceback.StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _shorten(other, seen)
