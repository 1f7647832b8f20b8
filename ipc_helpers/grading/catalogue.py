"""The catalogue: what `notebooks/exercises/catalogue/` says about each exercise."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from ipc_helpers import words
from mpscope.errors import WrongUse

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
EXERCISES = NOTEBOOKS / "exercises"
Sections: TypeAlias = tuple[tuple[str, int | str], ...]  # lesson, number or title of its section


@dataclass(frozen=True)
class Exercise:
    """One exercise: its prose. What it runs and how it is judged is in `graders`."""

    id: str
    title: str
    lesson: str
    minutes: int
    objective: str
    function: str
    """The function that the learner writes, "collect"."""
    arguments: str
    """... and its arguments, "mp, words"."""
    story: str
    task: str
    look_at: str
    """Where the idea is explained, "lesson 02, section 7"."""
    read: Sections
    """The same for a checkpoint, as data."""
    hints: tuple[str, ...]
    why: str
    """What the solution shows; stands above it."""
    scene: str = ""
    """A cell that comes before the learner's own, if there is one."""
    by_hand: str = ""
    """A cell that runs the learner's function without the check, to look at what happens."""
    says: Mapping[str, str] = field(default_factory=dict)
    """Finding -> what to say to a learner who has made this mistake."""
    cases: Mapping[str, str] = field(default_factory=dict)
    """In another language: an input's name in the grader -> its name for the reader."""

    @property
    def module(self) -> str:
        """The name of its `%%worker` cell, "queue_1"."""
        return self.id.replace("-", "_")

    @property
    def starter(self) -> Path:
        return EXERCISES / "starters" / f"{self.module}.py"

    @property
    def solution(self) -> Path:
        return EXERCISES / "solutions" / f"{self.module}.py"


@dataclass(frozen=True)
class Prediction:
    """A question before a surprise."""

    id: str
    lesson: str
    question: str
    answers: tuple[str, ...]
    """Every way to write the right answer; the first one is shown."""
    reason: str
    read: Sections = ()
    """Of a checkpoint: what to read again."""
    look_at: str = ""
    story: str = ""
    """What there is to know before the question."""
    program: str = ""
    """A module whose `main(mp)` is asked about ..."""
    method: str = "spawn"
    """... under this start method ..."""
    scene: str = ""
    """... or a cell that shows a run."""


@dataclass(frozen=True)
class Part:
    """A part of the course."""

    title: str
    lessons: Mapping[str, str]
    """Notebook ─▶ its title, in order."""


@dataclass(frozen=True)
class Catalogue:
    """Everything in the folder, in its order."""

    parts: Sequence[Part]
    exercises: Mapping[str, Exercise]
    predictions: Mapping[str, Prediction]
    says: Mapping[str, str]
    """Finding -> what to say, for mistakes that can be made in any exercise."""

    def exercise(self, id: str) -> Exercise:
        """The exercise of this name; raises `WrongUse` with the nearest names."""
        return _find(self.exercises, id, "exercise")

    def prediction(self, id: str) -> Prediction:
        """The prediction of this name; raises `WrongUse` with the nearest names."""
        return _find(self.predictions, id, "prediction")

    def exercises_of(self, lesson: str) -> list[Exercise]:
        """Those of one lesson or checkpoint, in their order."""
        return [one for one in self.exercises.values() if one.lesson == lesson]

    def predictions_of(self, lesson: str) -> list[Prediction]:
        """Those of one lesson or checkpoint, in their order."""
        return [one for one in self.predictions.values() if one.lesson == lesson]

    @property
    def lessons(self) -> dict[str, str]:
        """Every notebook of the course, in order ─▶ its title; checkpoints are among them."""
        return {name: title for part in self.parts for name, title in part.lessons.items()}

    def named(self, lesson: str) -> str:
        """As on every map: "07 Inside a queue"."""
        number = "" if is_checkpoint(lesson) else f"{lesson[:2]} "
        return number + self.lessons[lesson]

    def lesson(self, number: str) -> str:
        """The notebook whose name begins so, "07"; raises `WrongUse` if there is no such one."""
        found = [name for name in self.lessons if name.startswith(str(number))]
        if len(found) == 1:
            return found[0]
        raise WrongUse(f'there is no lesson {number!r}; progress("07") is that of lesson 07')


def notebook_of(lesson: str) -> Path:
    """Where its exercises are done."""
    return EXERCISES / (f"{lesson}.ipynb" if is_checkpoint(lesson) else f"exercises_{lesson}.ipynb")


def is_checkpoint(lesson: str) -> bool:
    """Whether this notebook ends a part, and belongs to no lesson."""
    return lesson.startswith("checkpoint")


def _find(shelf: Mapping[str, Any], id: str, kind: str) -> Any:
    found = shelf.get(str(id).replace("_", "-"))
    if found is None:
        near = difflib.get_close_matches(str(id), shelf, n=3, cutoff=0.4) or list(shelf)[:3]
        raise WrongUse(f"there is no {kind} {id!r}; did you mean {' or '.join(near)}?")
    return found


@cache
def catalogue() -> Catalogue:
    """The catalogue of this course, read once, in the reader's language."""
    return read(EXERCISES / "catalogue", words.language())


def read(folder: Path, language: str = words.ENGLISH) -> Catalogue:
    """Read a catalogue, a file per lesson; raises ValueError if two entries share an id."""
    parts, exercises, predictions, says = [], [], [], {}
    for path in sorted(folder.glob("*.toml")):
        data = _in_language(tomllib.loads(path.read_text(encoding="utf-8")), path.name, language)
        parts += [Part(**one) for one in data.get("part", ())]
        for one in data.get("exercise", ()):
            hints = tuple(one["hints"])
            exercises.append(Exercise(**{**_with_sections(one, language), "hints": hints}))
        for one in data.get("prediction", ()):
            answers = tuple(one["answers"])
            predictions.append(Prediction(**{**_with_sections(one, language), "answers": answers}))
        says.update(data.get("says", {}))
    return Catalogue(parts, _by_id(exercises), _by_id(predictions), says)


def _in_language(data: dict[str, Any], name: str, language: str) -> dict[str, Any]:
    """A file of the catalogue, with what notebooks/LANGUAGE/catalogue has of it."""
    other = NOTEBOOKS / language / "catalogue" / name
    if not other.exists():
        return data
    theirs = tomllib.loads(other.read_text(encoding="utf-8"))
    for kind in ("part", "exercise", "prediction"):
        translated = theirs.get(kind, {})
        for place, one in enumerate(data.get(kind, ())):
            name = one.get("id", str(place + 1))
            data[kind][place] = words.overlaid(one, translated.get(name, {}))
    return words.overlaid(data, {"says": theirs.get("says", {})})


def _with_sections(entry: dict[str, Any], language: str) -> dict[str, Any]:
    """An entry with `read` as tuples, and as words."""
    sections = tuple((lesson, section) for lesson, section in entry.get("read", ()))
    told = [_place(lesson[:2], section, language) for lesson, section in sections]
    return {"look_at": "; ".join(told), **entry, "read": sections}


def _place(lesson: str, section: int | str, language: str) -> str:
    """ "lesson 02, section 7", or the section's title, where it has no number."""
    if isinstance(section, int):
        section = words.said_in(language, "checkpoint.section", number=section)
    return words.said_in(language, "checkpoint.place", number=lesson, section=section)


def _by_id(entries: list[Any]) -> dict[str, Any]:
    found = {entry.id: entry for entry in entries}
    if len(found) < len(entries):
        ids = [entry.id for entry in entries]
        raise ValueError(f"two entries share an id: {sorted({i for i in ids if ids.count(i) > 1})}")
    return found
