"""The learner's record: a small JSON file in the user's own data directory.

IPC_PROGRESS names another file.  A record that cannot be written is kept in memory: it never stops
anybody from learning.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from ipc_helpers.grading.catalogue import Catalogue, catalogue

COLUMNS = ["id", "lesson", "title", "state", "attempts", "hints", "solution shown", "solved at"]
STATES = {"open": "○", "tried": "◐", "done": "●"}

_memory: dict[str, dict[str, Any]] = {}  # what could not be written


def place() -> Path:
    """Where the record is kept: Jupyter's data directory of this user, else IPC_PROGRESS."""
    chosen = os.environ.get("IPC_PROGRESS")
    if chosen:
        return Path(chosen)
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir(), "ipc-course", "progress.json")


def load() -> dict[str, dict[str, Any]]:
    """id -> what is known about it; empty for a record that is missing or cannot be read."""
    try:
        data = json.loads(place().read_text(encoding="utf-8"))
    except OSError:
        return dict(_memory)
    except ValueError:
        data = None
    if isinstance(data, dict) and all(isinstance(entry, dict) for entry in data.values()):
        return {**data, **_memory}
    set_aside()
    return dict(_memory)


def set_aside() -> None:
    """Keep a file that is no record of ours under another name, rather than write over it."""
    with suppress(OSError):
        place().replace(place().with_suffix(".unreadable"))


def note(id: str, **facts: Any) -> dict[str, Any]:
    """Add to what is known about an exercise; a number is added to the one that is there."""
    data = load()
    entry = data.setdefault(id, {})
    for name, value in facts.items():
        counted = type(value) is int
        entry[name] = entry.get(name, 0) + value if counted else value
    _save(data)
    return entry


def forget(id: str | None = None) -> None:
    """Forget one exercise, or all."""
    data = load()
    kept = {} if id is None else {key: entry for key, entry in data.items() if key != id}
    _memory.clear()
    _save(kept)


def _save(data: dict[str, dict[str, Any]]) -> None:
    file = place()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
        new.replace(file)
        _memory.clear()
    except OSError:
        _memory.update(data)


def now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def state(entry: dict[str, Any]) -> str:
    """ "open", "tried" or "done" """
    return "done" if entry.get("solved") else "tried" if entry.get("attempts") else "open"


def as_csv() -> str:
    """A line per exercise and prediction, in the order of the catalogue."""
    data, text = load(), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for exercise in catalogue().exercises.values():
        entry = data.get(exercise.id, {})
        shown = "yes" if entry.get("shown") else "no"
        counts = [entry.get("attempts", 0), entry.get("hints", 0), shown]
        row = [exercise.id, exercise.lesson, exercise.title, state(entry), *counts]
        writer.writerow([*row, entry.get("solved", "")])
    return text.getvalue()


class Board:
    """The course at a glance: a row per lesson, a mark per exercise, and the same in words."""

    def __init__(self) -> None:
        self.catalogue: Catalogue = catalogue()
        self.data = load()

    def rows(self) -> dict[str, list[tuple[str, str]]]:
        """Lesson -> (title, state) of its exercises."""
        found: dict[str, list[tuple[str, str]]] = {}
        for exercise in self.catalogue.exercises.values():
            one = (f"{exercise.id} {exercise.title}", state(self.data.get(exercise.id, {})))
            found.setdefault(exercise.lesson, []).append(one)
        return found

    def __repr__(self) -> str:
        lines = []
        width = max(map(len, self.rows()))
        for lesson, marks in self.rows().items():
            done = sum(how == "done" for _, how in marks)
            row = " ".join(STATES[how] for _, how in marks)
            lines.append(f"{lesson:<{width}} {row:<12} {done} of {len(marks)} done")
        return "\n".join([*lines, "(● done  ◐ tried  ○ open)"])

    def _repr_html_(self) -> str:
        from html import escape

        body = ""
        for lesson, marks in self.rows().items():
            cells = "".join(
                f'<span title="{escape(title)}: {how}" aria-label="{escape(title)}: {how}" '
                f'role="img" style="font-size:1.4em;padding:0 3px">{STATES[how]}</span>'
                for title, how in marks
            )
            done = sum(how == "done" for _, how in marks)
            body += (
                f'<tr><th scope="row" style="text-align:left">{escape(lesson)}</th>'
                f"<td>{cells}</td><td>{done} of {len(marks)} done</td></tr>"
            )
        caption = "Exercises by lesson. ● done, ◐ tried, ○ open"
        return f"<table><caption>{caption}</caption>{body}</table>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
