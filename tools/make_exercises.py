"""Write the exercise notebooks from the catalogue and the starters: `make exercises`.

    catalogue/     ─┬─▶ exercises/exercises_02_queue.ipynb   a notebook per lesson, its cells only;
    starters/*.py  ─┘                                        tools/execute_notebooks.py runs it

A cell whose source is as before keeps its outputs.

    python tools/make_exercises.py           write them
    python tools/make_exercises.py --check   write nothing, fail if a notebook is not up to date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from minutes import of_exercises
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ipc_helpers import words
from ipc_helpers.grading.catalogue import (
    Exercise,
    Prediction,
    catalogue,
    is_checkpoint,
    notebook_of,
)

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
INTRODUCTION = """\
# Exercises: {title}

{links}

**What you'll do** ({minutes} minutes). You write, or repair, {count}, and let a check look at \
{them}. The exercises belong to [lesson {number}](../{lesson}.ipynb).

**How it works.** A cell that begins with `%%worker` becomes a file that child processes can \
import. Change it, run it, then run the check below it. A check runs your code with several \
inputs, under each start method, and with a deadline: it never hangs, and it can break nothing. It \
says what is right, what is not yet, and what to look at again.

Between the two stands a cell of comments, *By hand*: take the `#` of each line away (Ctrl+/ does \
it for all that is selected), and your function runs under `observe()`, for you to look at.

Take the `#` away from `# hint(...)`, and run that cell: a hint stands below the verdict; the next \
one comes when you have tried something else. In the same way `# solution(...)` shows an explained \
solution, once you have tried."""
RECALL = """\
## Recall

Run a cell, and it asks a question from the lesson. Without looking it up, put your answer in \
the place of the three dots, and run the cell again. Wrong is fine: you have found what to read \
again."""
SETUP = """\
from ipc_helpers import check, hint, predict, progress, solution
from mpscope import observe"""


CONTENTS = "[Contents](../00_start_here.ipynb)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    check = parser.parse_args().check
    stale = [path for path, notebook in built() if not up_to_date(path, notebook, check)]
    for path in stale:
        print(f"{path.name} is not what the catalogue says; `make exercises` writes it")
    return 1 if stale else 0


def built() -> Iterator[tuple[Path, NotebookNode]]:
    """The notebook of exercises of each lesson, and the checkpoint of each part; no outputs."""
    lessons = [lesson for lesson in catalogue().lessons if not is_checkpoint(lesson)]
    for lesson in lessons:
        slug = lesson.split("_", 1)[1].replace("_", "-")
        yield notebook_of(lesson), in_a_notebook(f"exercise-{slug}", cells_of(lesson, lessons))
    for part in catalogue().parts:
        *before, checkpoint = part.lessons
        cells = cells_of_checkpoint(checkpoint, before[-1])
        yield notebook_of(checkpoint), in_a_notebook(checkpoint.replace("_", "-"), cells)


def in_a_notebook(slug: str, cells: Iterator[NotebookNode]) -> NotebookNode:
    numbered = list(cells)
    for number, cell in enumerate(numbered, 1):
        cell.id = f"{slug}-{number:02}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=numbered, metadata=metadata)


def up_to_date(path: Path, notebook: NotebookNode, check: bool) -> bool:
    """Compare with what is stored; write it, with the outputs that still hold, unless checking."""
    stored = nbformat.read(path, as_version=4) if path.exists() else new_notebook()
    if sources(stored) == sources(notebook):
        return True
    if check:
        return False
    outputs = {cell.source: cell for cell in stored.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source in outputs:
            before = outputs[cell.source]
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return True


def sources(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    return [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]


# ---- the cells -----------------------------------------------------------------------------------


def cells_of(lesson: str, lessons: list[str]) -> Iterator[NotebookNode]:
    exercises, predictions = catalogue().exercises_of(lesson), catalogue().predictions_of(lesson)
    links = navigation(lesson, lessons)
    text = INTRODUCTION.format(
        title=catalogue().lessons[lesson],
        links=links,
        minutes=of_exercises(lesson),
        count=f"{len(exercises)} small programs" if len(exercises) > 1 else "a small program",
        them="them" if len(exercises) > 1 else "it",
        number=lesson[:2],
        lesson=lesson,
    )
    yield new_markdown_cell(text)
    yield new_code_cell(SETUP)
    if predictions:
        yield new_markdown_cell(RECALL)
    for prediction in predictions:
        yield new_code_cell(question(prediction))
    for exercise in exercises:
        yield from cells_of_exercise(exercise)
    yield new_markdown_cell("## Where you are")
    where = f'progress("{lesson[:2]}")' if lesson != lessons[0] else "progress()"  # the whole map
    yield new_code_cell(where)
    yield new_markdown_cell(links)


def navigation(lesson: str, lessons: list[str]) -> str:
    """In the form of the lessons: previous, where this belongs, next."""
    place = lessons.index(lesson)
    parts = [f"[Lesson {lesson[:2]}](../{lesson}.ipynb)", CONTENTS]
    if place > 0:
        before = lessons[place - 1]
        parts.insert(0, f"Previous: [Exercises {before[:2]}](exercises_{before}.ipynb)")
    if place + 1 < len(lessons):
        after = lessons[place + 1]
        parts.append(f"Next: [Exercises {after[:2]}](exercises_{after}.ipynb)")
    return " · ".join(parts)


def question(prediction: Prediction) -> str:
    return f'predict("{prediction.id}", ...)'


def cells_of_exercise(exercise: Exercise, language: str = words.ENGLISH) -> Iterator[NotebookNode]:
    story = " ".join(exercise.story.split())
    length = words.said_in(language, "exercise.minutes", minutes=exercise.minutes)
    head = f"## {exercise.id}: {exercise.title}\n\n*{story}* {length}"
    yield new_markdown_cell(f"{head}\n\n{exercise.task.strip()}")
    if exercise.scene:
        yield new_code_cell(exercise.scene.strip())
    starter = exercise.starter.read_text(encoding="utf-8").rstrip()
    yield new_code_cell(f"%%worker {exercise.module}\n{starter}")
    if exercise.by_hand:
        by_hand = ["By hand, without the check:", *exercise.by_hand.strip().splitlines()]
        yield new_code_cell("\n".join(f"# {line}" for line in by_hand))
    lines = [f'check("{exercise.id}")', f'# hint("{exercise.id}")', f'# solution("{exercise.id}")']
    yield new_code_cell("\n".join(lines))


# ---- the checkpoint of a part ----

CHECKPOINT = """\
# {title}: what do you know by now?

{links}

**What you'll do** ({minutes} minutes). Ten questions and two programs about all lessons of \
{part}. At the end stands which section of which lesson is worth reading again.

**How it works.** Put your answer in the place of the three dots, and run the cell. The first \
answer counts, and wrong is fine: it finds what to read again. To begin anew, \
`progress(reset="{name}")`. The programs are repaired and checked as in the exercises, with \
`# hint(...)` and `# solution(...)`."""
CHECKPOINT_SETUP = """\
from ipc_helpers import check, checkpoint, expect, hint, predict, progress, solution
from ipc_helpers.workers import checkpoints as scenes
from mpscope import Deadlock, NobodyLeft, observe"""


def cells_of_checkpoint(name: str, last: str) -> Iterator[NotebookNode]:
    programs, questions = catalogue().exercises_of(name), catalogue().predictions_of(name)
    lessons = list(catalogue().lessons)
    links = f"Previous: [{catalogue().named(last)}](../{last}.ipynb) · {CONTENTS}"
    if after := lessons[lessons.index(name) + 1 :]:
        links += f" · Next: [{catalogue().named(after[0])}](../{after[0]}.ipynb)"
    [part] = [part for part in catalogue().parts if name in part.lessons]
    yield new_markdown_cell(
        CHECKPOINT.format(
            title=catalogue().lessons[name],
            links=links,
            minutes=of_exercises(name),
            part=part.title[0].lower() + part.title[1:],
            name=name,
        )
    )
    yield new_code_cell(CHECKPOINT_SETUP)
    for number, one in enumerate(questions, 1):
        yield new_markdown_cell("\n\n".join(material(number, one)))
        if one.scene:
            yield new_code_cell(one.scene.strip())
        yield new_code_cell(question(one))
    for program in programs:
        yield from cells_of_exercise(program)
    yield new_markdown_cell("## What to read again")
    yield new_code_cell(f"checkpoint({name.rpartition('_')[2]})")
    yield new_markdown_cell(links)


def material(number: int, one: Prediction) -> Iterator[str]:
    """What stands before a question: a story, a program to read, or nothing but its number."""
    yield f"## Question {number}"
    if one.story:
        yield one.story.strip()
    if one.program:
        yield f"```python\n{one.program.strip()}\n```"


if __name__ == "__main__":
    sys.exit(main())
