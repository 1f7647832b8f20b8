"""Lessons in another language: `python tools/translate.py de`. The code stays, the words change.

    notebooks/00_start_here.ipynb ─┬─▶ my_course/de/00_start_here.ipynb     without outputs
    notebooks/de/00_start_here.toml┘                                        with IPC_LANGUAGE set
    notebooks/de/catalogue/ ───────▶ what exercises say

A translation belongs to the text that it was made from (`of`): a cell that has changed since stands
there in English, until somebody has looked at its translation. Minutes are taken from the lesson.

    python tools/translate.py de            write what is translated
    python tools/translate.py de --stale    say which cells have changed since
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import copies
import make_exercises
import minutes
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ipc_helpers.grading.catalogue import EXERCISES, read

NOTEBOOKS = minutes.NOTEBOOKS
SPEAK = """\
# {title}
import os

os.environ["IPC_LANGUAGE"] = "{language}\""""


def main(language: str, *options: str) -> int:
    lessons = sorted((NOTEBOOKS / language).glob("*.toml"))
    if not lessons:
        sys.exit(f"nothing is translated into {language!r}")
    for file in lessons:
        if "--stale" in options:
            print(*(f"{file.stem}: {cell}" for cell in stale(file)), sep="\n", end="")
        else:
            print(f"== {bring(file, copies.MINE / language)}")
    return 0


def bring(file: Path, folder: Path) -> Path:
    """Write the translated notebook, and the programs that its cells read; the file's name."""
    target = folder / source_of(file).relative_to(NOTEBOOKS)
    notebook = copies.with_diagrams(translated(file))
    data = copies.as_bytes(notebook)
    if target.exists() and target.read_bytes() != data:
        target = copies.free(target)  # a learner may have written into it
    copies.write(target, data)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for name in re.findall(r"scripts/\w+\.py", code):
        copies.write(folder / name, (NOTEBOOKS / name).read_bytes())
    return target


def source_of(file: Path) -> Path:
    """The notebook that a file translates."""
    folder = EXERCISES if file.stem.startswith("exercises_") else NOTEBOOKS
    return folder / f"{file.stem}.ipynb"


def translated(file: Path) -> NotebookNode:
    """The notebook in the other language, without outputs."""
    language, texts, source = file.parent.name, cells_of(file), source_of(file)
    notebook = copies.without_outputs(nbformat.read(source, as_version=4))
    facts = facts_of(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and is_fresh(cell.source, texts.get(cell.id)):
            cell.source = filled(texts[cell.id]["text"], facts)
        elif cell.cell_type == "markdown":
            cell.source = in_catalogue(cell.source, language)
    titles = {slug for cell in notebook.cells for slug in slugs(cell.source)}
    originals = nbformat.read(source, as_version=4).cells
    for cell, original in zip(notebook.cells, originals, strict=True):
        if cell.cell_type == "markdown":
            text = led_home(cell.source, source.parent, language)
            cell.source = text if anchors(text) <= titles else led_as(text, original.source)
    title = tomllib.loads(file.read_text(encoding="utf-8"))["speak"]
    source_text = SPEAK.format(language=language, title=title)
    notebook.cells.insert(1, new_code_cell(source_text, id="language"))
    return notebook


def cells_of(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))["cell"]


def stale(file: Path) -> list[str]:
    """The cells whose text is another one since they were translated, or which nobody has."""
    texts = cells_of(file)
    cells = nbformat.read(source_of(file), as_version=4).cells
    prose = [cell for cell in cells if cell.cell_type == "markdown"]
    return [
        cell.id
        for cell in prose
        if not is_fresh(cell.source, texts.get(cell.id))
        and in_catalogue(cell.source, file.parent.name) == cell.source
    ]


def is_fresh(source: str, translation: dict[str, str] | None) -> bool:
    return translation is not None and translation["of"] == digest(source)


def digest(text: str) -> str:
    """Of a text without its minutes, which are numbers in any language."""
    text = minutes.ROW.sub(r"\1", minutes.PARAGRAPH.sub("", text))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def facts_of(notebook: NotebookNode) -> dict[str, str]:
    """The minutes that stand in a text: of this lesson, and of each row of the map."""
    text = "\n".join(cell.source for cell in notebook.cells)
    rows = re.findall(r"^\|.*?\((?:\w+/)?(\w+)\.ipynb\).*\| ([\d +]+) \|$", text, re.MULTILINE)
    own = re.search(r"^\| \*\*00 .*\| ([\d +]+) \|$", text, re.MULTILINE)
    head = re.search(r"\*\*Minutes\.\*\* About (\d+) .*?and (\d+) for", text)
    facts = dict(rows)
    if own:
        facts["00_start_here"] = own[1]
    return {**facts, "minutes": head[1], "exercises": head[2]} if head else facts


def filled(text: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: facts.get(name[1], name[0]), text)


def in_catalogue(text: str, language: str) -> str:
    """The task of an exercise in the other language; any other text as it is."""
    found = re.match(r"## ([a-z]+-\d): ", text)
    theirs = read(EXERCISES / "catalogue", language)
    if found is None or theirs.exercise(found[1]) == read(EXERCISES / "catalogue").exercise(
        found[1]
    ):
        return text
    return next(make_exercises.cells_of_exercise(theirs.exercise(found[1]), language)).source


def slugs(text: str) -> set[str]:
    """What its headings are called in links, JupyterLab's way."""
    return {title.replace(" ", "-") for title in re.findall("^#+ (.*)$", text, re.MULTILINE)}


def anchors(text: str) -> set[str]:
    return set(re.findall(r"\]\(#([^)]+)\)", text))


def led_as(text: str, original: str) -> str:
    """With the original's links to headings: the heading that is meant is still in English."""
    there = iter(re.findall(r"\]\(#[^)]+\)", original))
    return re.sub(r"\]\(#[^)]+\)", lambda link: next(there, link[0]), text)


def led_home(text: str, place: Path, language: str) -> str:
    """Links to what is not translated lead to the English copies, one folder up."""
    here = {source_of(file) for file in (NOTEBOOKS / language).glob("*.toml")}
    from_here = NOTEBOOKS / language / place.relative_to(NOTEBOOKS)

    def led(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(place / link[1]))
        if target in here:
            return link[0]
        return f"]({Path(os.path.relpath(target, from_here)).as_posix()})"

    return re.sub(r"\]\((?!https?:|#)([^)]+)\)", led, text)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
