"""How long a lesson takes, by one rule; `make notebooks` writes it into the head of each lesson.

A minute for 200 words, or for 20 lines of code to read, or for a question to think about; a third
of one for a cell to run and look at; five minutes for a lab. What stands under *Try it yourself*
takes as long as you like, and is not counted; the exercises have minutes of their own.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ipc_helpers.grading.catalogue import catalogue, is_checkpoint

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS, README = ROOT / "notebooks", ROOT / "README.md"
WORDS, LINES, QUESTIONS, RUNS, LAB = 200, 1 / 20, 1.0, 1 / 3, 5.0
PARAGRAPH = re.compile(r"^\*\*Minutes\.\*\* .*$", re.MULTILINE)
ROW = re.compile(r"^(\|.*?\]\((?:notebooks/)?(\d\d_\w+)\.ipynb\).*\| )\d[\d +]*\|$", re.MULTILINE)
CHECK = re.compile(r"^(\|.*?\]\([\w/]*?(checkpoint_\d)\.ipynb\).*\| )\d+ \|$", re.MULTILINE)
NOT_COUNTED = "Try it yourself"
AROUND = ("", NOT_COUNTED, "What to remember", "For the road")
FENCE = re.compile(r"```.*?```", re.DOTALL)
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)


def main() -> None:
    """Write the minutes wherever they stand: heads of lessons, the map in lesson 00, the README."""
    for path, text in refreshed().items():
        path.write_text(text, encoding="utf-8", newline="\n")


def refreshed() -> dict[Path, str]:
    """Each file that names minutes, with the right ones."""
    lessons = {
        path: nbformat.read(path, as_version=4) for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    }
    rows = {path.stem: (sum(minutes_of(lesson).values()), of_exercises(path.stem))
            for path, lesson in lessons.items()}  # fmt: skip

    def with_rows(text: str) -> str:
        text = CHECK.sub(lambda row: f"{row[1]}{of_exercises(row[2])} |", text)
        return ROW.sub(lambda row: "{1}{0[0]} + {0[1]} |".format(rows[row[2]], row[1]), text)

    found = {README: with_rows(README.read_text(encoding="utf-8"))}
    for path, lesson in lessons.items():
        head = lesson.cells[0]
        head.source = PARAGRAPH.sub(lambda _: paragraph(lesson, path.stem), head.source)  # noqa: B023
        for cell in lesson.cells:
            if cell.cell_type == "markdown":
                cell.source = with_rows(cell.source)
        found[path] = nbformat.writes(lesson) + "\n"
    return found


def paragraph(notebook: NotebookNode, lesson: str) -> str:
    """What the head of a lesson says: all minutes, those of each section, those of exercises."""
    found = minutes_of(notebook)
    sections = {title: time for title, time in found.items() if title not in AROUND}
    numbers = [title.partition(".")[0] for title in sections]
    if all(number.isdigit() for number in numbers):
        times = ", ".join(map(str, sections.values()))
        told = f"sections {numbers[0]} to {numbers[-1]}: {times}"
    else:
        told = "; ".join(f"*{title}* {time}" for title, time in sections.items())
    rest = sum(found.values()) - sum(sections.values())
    return (
        f"**Minutes.** About {sum(found.values())} ({told}; beginning and end: {rest}), "
        f"and {of_exercises(lesson)} for the [exercises](exercises/exercises_{lesson}.ipynb)."
    )


def minutes_of(notebook: NotebookNode, words_a_minute: int = WORDS) -> dict[str, int]:
    """Section, "" for what stands before the first one ─▶ its minutes, in whole ones."""
    found: dict[str, float] = {}
    title = ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found[title] = found.get(title, 0) + RUNS + LINES * len(cell.source.splitlines())
            continue
        for text in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            if text.startswith("## "):
                title = text.partition("\n")[0].removeprefix("## ")
            lab = LAB * title.endswith("The lab")
            found[title] = found.get(title, lab) + _of_text(text, words_a_minute)
    found.pop(NOT_COUNTED, None)
    return {title: max(1, round(time)) for title, time in found.items()}


def _of_text(text: str, words_a_minute: int) -> float:
    lines = sum(len(fence.splitlines()) - 2 for fence in FENCE.findall(text))
    words = len(PARAGRAPH.sub("", FENCE.sub("", FOLDED.sub("", text))).split())
    return LINES * lines + words / words_a_minute + QUESTIONS * text.count("**Predict")


def of_exercises(lesson: str) -> int:
    """The minutes of its exercises, and one for each question; at a checkpoint, two."""
    questions = len(catalogue().predictions_of(lesson)) * (2 if is_checkpoint(lesson) else 1)
    return sum(one.minutes for one in catalogue().exercises_of(lesson)) + questions


if __name__ == "__main__":
    main()
