"""Write what instructors teach from: `make instructors`. The clock, and a page for each lesson.

notebooks/            minutes, questions, answers ─┐
exercises/catalogue/  mistakes and what to say    ─┼─▶ docs/instructors/clock.md, NN_topic.md
docs/instructors/plan.toml   paths, what to cut   ─┘
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import minutes
import nbformat
from nbformat import NotebookNode

from ipc_helpers.grading.catalogue import Exercise, catalogue

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "docs" / "instructors"
LEAST_SPARE = 10  # minutes that a path leaves for what nobody has planned
ALOUD = 130  # words a minute, of somebody who reads to a room
LESSON = re.compile(r"(\d\d): (.*)")


CLOCK = """\
# The clock

Paths for a room, written by `make instructors` from the minutes in the notebooks: the rule is the
one in the head of each lesson. An exercise takes what its text says; go on when two thirds of the
room have it, the others get the solution: `solution("queue-3", insist=True, into_cell=True)`.
What is not in a path, people read at home. The first ten minutes are on [the first
page](README.md#the-room-is-ready-ten-minutes).
"""


ANSWERED = "The lesson answers them below each cell, at **Explain**."
FILLED_IN = "What stands in ‹ › is filled in from the run of the answer."


class Step(NamedTuple):
    """A line of the clock."""

    what: str
    minutes: int
    who: str  # tells: the instructor; works: everybody; breaks


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Every page that is written here, and its text."""
    plan = tomllib.loads((HERE / "plan.toml").read_text(encoding="utf-8"))
    found = {HERE / "clock.md": clock(plan["path"])}
    for path in sorted(minutes.NOTEBOOKS.glob("*.ipynb")):
        notes = plan["lesson"].get(path.stem[:2], {})
        found[HERE / f"{path.stem}.md"] = page(path, notes)
    return found


# ---- the clock -----------------------------------------------------------------------------------


def clock(paths: list[dict[str, Any]]) -> str:
    text = [CLOCK]
    for path in paths:
        text += [*timetable(path), ""]
    return "\n".join(text).rstrip() + "\n"


def timetable(path: dict[str, Any]) -> Iterator[str]:
    """The lines of one path."""
    steps = [step_of(text) for text in path["steps"]]
    time = start = datetime.datetime.strptime(path["begins"], "%H:%M")
    yield f"## {path['title']}\n\n{path['goal']}\n"
    yield "| at | minutes | what |\n|---|---|---|"
    for step in steps:
        yield f"| {time:%H:%M} | {step.minutes} | {step.what} |"
        time += datetime.timedelta(minutes=step.minutes)
    spare = spare_minutes(path)
    yield f"| {time:%H:%M} | {spare} | to spare: for questions, and for what takes longer |"
    whole = int((time - start).total_seconds()) // 60
    work = sum(step.minutes for step in steps if step.who == "works")
    rest = sum(step.minutes for step in steps if step.who == "breaks")
    yield f"\n{whole} minutes: {rest} of breaks, {work} in which everybody works by themselves."
    read = sum(step.minutes for step in steps if step.what.startswith("Lesson"))
    yield f"To prepare it: {read} minutes to read and run these sections, {work} for the exercises."
    aloud = minutes_aloud(path) - read
    yield f"Who reads every word of them aloud takes {aloud} minutes more, of the {spare} to spare."
    yield f"\n**When you are late**, leave out, in this order: {when_late(path)}."
    if path["early"]:
        yield f"\n**When you are early**, add exercises, in this order: {when_early(path)}."


def when_late(path: dict[str, Any]) -> str:
    """Sections of the path that it can do without, with the minutes that each gives back."""
    told, saved = [], 0
    for text in path["late"]:
        number, wanted = text.split(": ", 1)
        found = minutes_of(number)
        titles = [title_of(want, found) for want in wanted.split("; ")]
        length = sum(found[title] for title in titles)
        told.append(f"{number}, *{'; '.join(titles)}* ({length})")
        saved += length
    return f"{'; then '.join(told)}: {saved} minutes"


def when_early(path: dict[str, Any]) -> str:
    """Exercises that the spare time has room for, even where all is read aloud."""
    told = []
    for exercise in map(catalogue().exercise, path["early"]):
        link = f"../../notebooks/exercises/exercises_{exercise.lesson}.ipynb"
        told.append(f"[{exercise.id}]({link}) ({exercise.minutes})")
    return ", ".join(told)


def spare_minutes(path: dict[str, Any]) -> int:
    """What a path leaves free between its last step and its end."""
    begins, ends = (datetime.datetime.strptime(path[at], "%H:%M") for at in ("begins", "ends"))
    used = sum(step_of(text).minutes for text in path["steps"])
    return int((ends - begins).total_seconds()) // 60 - used


def minutes_aloud(path: dict[str, Any]) -> int:
    """What the sections of a path take if all their words are read to the room."""
    lessons = [found for text in path["steps"] if (found := LESSON.fullmatch(text))]
    steps = [lesson_step(found[1], found[2].split("; "), ALOUD) for found in lessons]
    return sum(step.minutes for step in steps)


def step_of(text: str) -> Step:
    """'02: 1; 4', 'exercise queue-3', or 'Break: 10'; raises ValueError for what is not there."""
    if found := LESSON.fullmatch(text):
        return lesson_step(found[1], found[2].split("; "))
    if text.startswith("exercise "):
        one = catalogue().exercise(text.removeprefix("exercise "))
        link = f"../../notebooks/exercises/exercises_{one.lesson}.ipynb"
        return Step(f"*Exercise* [{one.id}]({link}): {one.title}", one.minutes, "works")
    what, _, length = text.rpartition(": ")
    who = "breaks" if what in ("Break", "Lunch") else "tells"
    return Step(f"**{what}**", int(length), who)


def lesson_step(number: str, wanted: list[str], words_a_minute: int = minutes.WORDS) -> Step:
    path, found = lesson_of(number), minutes_of(number, words_a_minute)
    titles = [title_of(want, found) for want in wanted]
    told = "; ".join(titles)
    link = f"[{number}](../../notebooks/{path.stem}.ipynb)"
    length = found[""] + sum(found[title] for title in titles)
    return Step(f"Lesson {link} ([notes]({path.stem}.md)): {told}", length, "tells")


def lesson_of(number: str) -> Path:
    [path] = minutes.NOTEBOOKS.glob(f"{number}_*.ipynb")
    return path


def minutes_of(number: str, words_a_minute: int = minutes.WORDS) -> dict[str, int]:
    """Section of this lesson ─▶ its minutes."""
    return minutes.minutes_of(nbformat.read(lesson_of(number), as_version=4), words_a_minute)


def title_of(want: str, titles: dict[str, int]) -> str:
    """The one section that is meant by its number, or by how it begins."""
    start = f"{want}. " if want.isdigit() else want
    found = [title for title in titles if title.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{want!r} means {found or 'no section'}")
    return found[0]


# ---- a page for each lesson ----------------------------------------------------------------------


def page(path: Path, notes: dict[str, Any]) -> str:
    """Goal, minutes, a question, where people stick, what to cut, the answers."""
    notebook = nbformat.read(path, as_version=4)
    head = notebook.cells[0].source
    found = minutes.minutes_of(notebook)
    title = head.partition("\n")[0].removeprefix("# ")
    goal = re.split(r"\*\*What you[’']ll learn\.\*\*", head)[1]
    goal = re.split(r"\*\*(?:What you|Minutes)", goal)[0].strip()
    parts = [
        f"# {path.stem[:2]}: {title}",
        f"[The lesson](../../notebooks/{path.stem}.ipynb) · "
        f"[its exercises](../../notebooks/exercises/exercises_{path.stem}.ipynb) · "
        "[the clock](clock.md)",
        f"## Goal\n\n{goal}",
        f"## Minutes, and what to ask\n\n{ANSWERED}\n\n{table(found, questions(notebook))}",
        f"## What they take home\n\n{remembered(notebook)}",
    ]
    if notes:
        parts.append(f"## A question for the room\n\n*{notes['ask']}* {notes['answer']}")
        cut = "; then ".join(title_of(want, found) for want in notes["cut"])
        parts.append(
            f"## If time is short\n\nLeave out, in this order: {cut}. Say: *{notes['say']}*"
        )
    parts.append(f"## Where people stick, and the answers\n\n{sticking(path.stem)}")
    parts.append(f"## The answers to *Try it yourself*\n\n{own_answers(notebook)}")
    return "\n\n".join(parts) + "\n"


def table(found: dict[str, int], asked: dict[str, str]) -> str:
    rows = [
        f"| {title or 'What you will do'} | {time} | {asked.get(title, '')} |"
        for title, time in found.items()
    ]
    return "\n".join(["| section | minutes | let them predict |", "|---|---|---|", *rows])


def questions(notebook: NotebookNode) -> dict[str, str]:
    """Section ─▶ what it lets the reader predict; the lesson answers after each cell."""
    found: dict[str, str] = {}
    for title, text in sections(notebook):
        asked = re.findall(r"^\*\*Predict\.\*\* (.*?)(?=\n\n|\n```|\Z)", text, re.DOTALL | re.M)
        found[title] = " – ".join(" ".join(one.split()).replace("|", "\\|") for one in asked)
    return found


def remembered(notebook: NotebookNode) -> str:
    """The lesson's own points; each names its objective."""
    return dict(sections(notebook))["What to remember"].strip()


def sections(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """The title of each section, and its prose."""
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    _, *parts = re.split(r"^## ", prose, flags=re.MULTILINE)
    for part in parts:
        title, _, text = part.partition("\n")
        yield title, text


def sticking(lesson: str) -> str:
    """Recall, and then each exercise: the mistakes that its check knows, and what it says."""
    recall = [
        f"- *{one.question.strip()}* **{one.answers[0]}.** {' '.join(one.reason.split())}"
        for one in catalogue().predictions.values()
        if one.lesson == lesson
    ]
    exercises = [one for one in catalogue().exercises.values() if one.lesson == lesson]
    recalled = ["**Recall.**\n\n" + "\n".join(recall)] if recall else []
    filled = [FILLED_IN] if exercises else []
    return "\n\n".join([*recalled, *filled, *map(exercise_notes, exercises)])


def exercise_notes(one: Exercise) -> str:
    says = [f"- *{name}*: {as_shown(text)}" for name, text in one.says.items()]
    solution = f"../../notebooks/exercises/solutions/{one.module}.py"
    return "\n\n".join(
        [
            f"### {one.id}: {one.title} ({one.minutes} minutes)",
            f"To learn: {one.objective}. [Solution]({solution}): {' '.join(one.why.split())}",
            "\n".join(says),
        ]
    )


def as_shown(text: str) -> str:
    """What a check says, in one line, with names for the facts that it fills in."""
    named = re.sub(r"\{(\w+)\}(?!\})", r"‹\1›", text)
    return " ".join(named.replace("{{", "{").replace("}}", "}").split())


def own_answers(notebook: NotebookNode) -> str:
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"<summary>Answers</summary>(.*?)</details>", text, re.DOTALL)[-1].strip()


if __name__ == "__main__":
    main()
