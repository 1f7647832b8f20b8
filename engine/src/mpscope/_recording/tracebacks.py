"""Tracebacks that read the same on every machine: short file names, no frames of the machinery.

Imported in a child only when something went wrong.
"""

import os
import re
import sys
import traceback

from mpscope._recording.library import LIBRARY, places_of, raised_in
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE
from mpscope._recording.segments import note_missing


def hide_frames(file: str) -> None:
    """Lines of this file are never shown as the program's: not in tracebacks, not in events."""
    LIBRARY.add(file)


def short_traceback(error: BaseException) -> str:
    """The traceback as Python prints it, without directories, carets and library frames."""
    told, meant = traceback.TracebackException.from_exception(error), hints(error)
    _shorten(told, set(), explained=bool(meant))
    return "".join([*told.format(), *(f"({hint})\n" for hint in meant)])


def tell(box: Recorder, error: BaseException) -> None:
    """Put an uncaught exception on record, and its traceback on stderr as Python would."""
    note_exception(box, error)
    sys.stderr.write(short_traceback(error))


def note_exception(box: Recorder, error: BaseException) -> None:
    note_missing(box, error)
    for hint in hints(error):
        box.note(b"h", hint)
    if name := missing_in_notebook(error):
        box.note(b"a", name)
    last = last_line(error)
    box.note(b"x", type(error).__name__, last[:2000])
    box.write(CODE["exception"], 0, what=last.encode("utf-8", "ignore")[:32])


def hints(error: BaseException) -> list[str]:
    """What an error of a child means, where Python's own words do not say it."""
    return [hint for look in (_missing_name, _freed, _gone_proxy, _daemon) if (hint := look(error))]


def _missing_name(error: BaseException) -> str:
    """A sentence for a child that misses a name, in a module that a `%%worker` cell has made."""
    code = raised_in(error)
    folder, file = os.path.split(code.co_filename if code else "")
    if not isinstance(error, NameError) or os.path.basename(folder) != "my_workers":
        return ""
    return (
        f"a child knows the names of {file} only, not those of your notebook: "
        "define or import the name in the %%worker cell, or pass it as an argument"
    )


def _freed(error: BaseException) -> str:
    """A sentence for a lock that nobody had kept until the child could open it, by its name."""
    if not isinstance(error, FileNotFoundError) or not _came_through(error, SEMAPHORE):
        return ""
    return (
        "one of its arguments, a lock or what has one inside (a Value, an Array, a queue), was "
        "freed before the child had opened it: nobody in the parent keeps it. Give it a name "
        "there, at least until the child runs"
    )


def _gone_proxy(error: BaseException) -> str:
    """A sentence for a proxy whose object the manager had let go of while it was on its way."""
    if not _came_through(error, INCREF):
        return ""
    if type(error).__name__ != "RemoteError" and not isinstance(error, KeyError):
        return ""
    return (
        "the manager has let go of the object behind this proxy: the sender dropped its last "
        "reference before the receiver had taken the proxy. Keep the proxy in a variable until then"
    )


def _daemon(error: BaseException) -> str:
    """A sentence for a daemon that has tried to start a process; a pool says more of its own."""
    from multiprocessing import process

    if raised_in(error) is not process.BaseProcess.start.__code__:
        return ""
    me = process.current_process()
    if not me.daemon or type(getattr(me, "_target", None)).__name__ == "Work":
        return ""
    return "a daemon may not start processes: make this child without daemon=True"


SEMAPHORE = "multiprocessing.synchronize", "__setstate__"
INCREF = "multiprocessing.managers", "_incref"


def _came_through(error: BaseException, function: tuple[str, str]) -> bool:
    frames = [place.tb_frame for place in places_of(error)]
    return any((f.f_globals.get("__name__"), f.f_code.co_name) == function for f in frames)


def missing_in_notebook(error: BaseException) -> str:
    """The name that a child was sent and could not find, as only the notebook knows it; or ""."""
    main = sys.modules["__main__"]
    if not isinstance(error, AttributeError) or getattr(main, "__file__", None) is not None:
        return ""
    code = raised_in(error)
    if code is None or code.co_filename not in LIBRARY:
        return ""  # the program's own look-up, not what has been pickled
    if error.name and error.obj is main:  # since 3.14
        return error.name
    found = _CANNOT_GET.match(str(error))
    return found[1] if found else ""


# What the unpickler says before 3.14, and since then of a name with dots.
_CANNOT_GET = re.compile(r"Can't [a-z ]+ '([^']+)' on (?:<module|module) '__main__'")


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


def _shorten(told: traceback.TracebackException, seen: set[int], explained: bool) -> None:
    if id(told) in seen:
        return
    seen.add(id(told))
    frames = [
        traceback.FrameSummary(
            os.path.basename(frame.filename), frame.lineno, frame.name, line=frame.line
        )
        for frame in _telling(told.stack, explained)
    ]
    told.stack = traceback.StackSummary.from_list(frames)
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _shorten(other, seen, explained)


def _telling(stack: traceback.StackSummary, explained: bool) -> list[traceback.FrameSummary]:
    """The frames of the user's; where there are none, and no hint, what Python would show."""
    theirs = [f for f in stack if f.filename not in LIBRARY and not f.filename.startswith("<fro")]
    if theirs or explained:
        return theirs
    return [
        frame for frame in stack if os.path.dirname(frame.filename) != os.path.dirname(__file__)
    ]
