"""What goes wrong in mpscope itself must not become a failure of the program that it watches.

shielded("", last_words, ...)    what the call returns, or "" if it fails
tell()                           prints a line on each failure that has not been told
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from mpscope._recording.tracebacks import last_line

S = TypeVar("S")
T = TypeVar("T")
MOST = 3  # lines: what fails at every look fails in the same way

found: list[str] = []
"""All of this process; our own tests look whether there are any."""
_told: set[str] = set()


def shielded(instead: S, call: Callable[..., T], *args: Any) -> S | T:
    """What `call` returns; if it raises an exception, that is kept for `tell`."""
    try:
        return call(*args)
    except Exception as error:
        note(error)
        return instead


def note(error: Exception) -> None:
    """Keep the words only: the frames hold everything that the program has made."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = ""
    if place is not None:
        where = f" ({os.path.basename(place.tb_frame.f_code.co_filename)}, line {place.tb_lineno})"
    found.append(f"{last_line(error)}{where}")


def tell() -> None:
    """Print a line on each failure that has not been told; a closed stderr raises nothing."""
    new = [one for one in dict.fromkeys(found) if one not in _told]
    _told.update(new)
    with suppress(OSError, ValueError):
        for one in new[:MOST]:
            print(
                f"note: a look of mpscope's own has failed: {one}. What it tells of this block "
                "may lack something; the program has gone on as without it.",
                file=sys.stderr,
            )
