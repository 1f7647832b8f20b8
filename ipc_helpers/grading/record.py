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
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from ipc_helpers.grading.catalogue import Catalogue, catalogue, is_checkpoint
from ipc_helpers.words import said

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


def forget(*ids: str) -> None:
    """Forget these exercises and questions; all, if none are named."""
    data = load()
    kept = {key: entry for key, entry in data.items() if key not in ids} if ids else {}
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
    """ "open", "tried" or "done"; of a question, the first answer counts."""
    done = entry.get("solved") or entry.get("first")
    return "done" if done else "tried" if entry.get("attempts") else "open"


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


class Row(NamedTuple):
    """What a board tells of one lesson, or of one exercise."""

    title: str
    marks: list[tuple[str, str]]
    """(title, state) of each exercise."""
    done: str = ""
    lesson: str = ""
    """Where the title leads to, if anywhere."""


class Board:
    """One lesson, an exercise a row; or the course, a lesson a row, by parts. Also in words."""

    def __init__(self, lesson: str | None = None) -> None:
        self.lesson = lesson
        self.catalogue: Catalogue = catalogue()
        self.data = load()

    def groups(self) -> dict[str, list[Row]]:
        """Heading ─▶ its rows: the parts of the course, or the lesson that this is about."""
        if self.lesson is None:
            parts = self.catalogue.parts
            return {part.title: [*map(self._row, part.lessons)] for part in parts}
        lesson = self._row(self.lesson)
        return {lesson.title: [Row(title, [(title, how)]) for title, how in lesson.marks]}

    def _row(self, lesson: str) -> Row:
        marks = self._marks(lesson)
        done = sum(how == "done" for _, how in marks)
        named = self.catalogue.named(lesson)
        told = said("progress.done_of", done=done, count=len(marks))
        return Row(named, marks, told, lesson)

    def _marks(self, lesson: str) -> list[tuple[str, str]]:
        """Of each exercise, and of each question of a checkpoint."""
        known = self.catalogue
        titles = {one.id: f"{one.id} {one.title}" for one in known.exercises_of(lesson)}
        if is_checkpoint(lesson):
            questions = enumerate(known.predictions_of(lesson), 1)
            titles = {one.id: said("progress.question", number=n) for n, one in questions} | titles
        return [(title, state(self.data.get(id, {}))) for id, title in titles.items()]

    @property
    def next(self) -> str | None:
        """The notebook that comes after this lesson; of the course, the first that is not done."""
        lessons = list(self.catalogue.lessons)
        if self.lesson:
            return next(iter(lessons[lessons.index(self.lesson) + 1 :]), None)
        return next(
            (it for it in lessons if any(how != "done" for _, how in self._marks(it))), None
        )

    def __repr__(self) -> str:
        lines = []
        groups = self.groups()
        width = max(len(row.title) for rows in groups.values() for row in rows)
        room = 2 * max(len(row.marks) for rows in groups.values() for row in rows)
        for heading, rows in groups.items():
            lines.append(heading)
            for row in rows:
                marks = " ".join(STATES[how] for _, how in row.marks)
                lines.append(f"  {row.title:<{width}} {marks:<{room}}{row.done}".rstrip())
        lines.append("({done}  {tried}  {open})".format_map(_signs()))
        if self.next:
            lines.append(said("progress.next", lesson=self.catalogue.named(self.next)))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        body = ""
        for heading, rows in self.groups().items():
            head = (
                f'<th scope="rowgroup" colspan="3" style="text-align:left">{escape(heading)}</th>'
            )
            body += f"<tr>{head}</tr>" + "".join(map(_as_html, rows))
        caption = f"{said('progress.caption')} {', '.join(reversed(_signs().values()))}"
        table = f'<table><caption style="text-align:left">{caption}</caption>{body}</table>'
        after = link(self.next, self.catalogue.named(self.next)) if self.next else ""
        return f"{table}<p>{said('progress.next', lesson=after)}</p>" if after else table


def _signs() -> dict[str, str]:
    """State ─▶ its sign and its word, "● done"."""
    return {state: f"{sign} {said(f'progress.{state}')}" for state, sign in STATES.items()}


def _as_html(row: Row) -> str:
    marks = ""
    for title, how in row.marks:
        told = f"{escape(title)}: {said(f'progress.{how}')}"
        marks += (
            f'<span title="{told}" aria-label="{told}" role="img" '
            f'style="font-size:1.4em;padding:0 3px">{STATES[how]}</span>'
        )
    title = link(row.lesson, row.title) if row.lesson else escape(row.title)
    head = f'<th scope="row" style="text-align:left;font-weight:normal">{title}</th>'
    done = row.done.replace(" ", "\xa0")  # on one line, also in a narrow window
    return f"<tr>{head}<td>{marks}</td><td>{done}</td></tr>"


def link(lesson: str, title: str) -> str:
    """A link that works from where the reader is; the title alone if the notebook is not near."""
    for folder in ("", "../", "exercises/"):
        if Path(f"{folder}{lesson}.ipynb").exists():
            return f'<a href="{folder}{lesson}.ipynb">{escape(title)}</a>'
    return escape(title)
