"""Say of each cell of the lessons which slide it belongs to, by rule: one idea, one slide.

    a title, a section            a slide
    a question, an explanation    a slide below it; code that follows code, too
    a cell of code                on the slide of the question that stands before it
    what is for the desk          no slide: the links at the end, and the script for the road

`make notebooks` applies the rule, too. `make slides` writes the slides, jupyterlab-rise shows them.

    python tools/mark_slides.py           mark all lessons
    python tools/mark_slides.py --check   write nothing, fail if a cell is not marked by the rule
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
FOR_THE_DESK = ("## For the road", "[Contents]", "Previous: ")


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = [
        path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")) if not marked(path, check)
    ]
    for path in stale:
        print(f"{path.name}: `python tools/mark_slides.py` marks its slides")
    return 1 if stale else 0


def marked(path: Path, check: bool) -> bool:
    """Mark one lesson; False if it was not and nothing may be written."""
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.writes(notebook)
    mark(notebook)
    after = nbformat.writes(notebook)
    if after != before and not check:
        path.write_text(after + "\n", encoding="utf-8", newline="\n")
    return after == before or not check


def mark(notebook: NotebookNode) -> None:
    """Give each cell what the rule says; one that goes on with a slide carries nothing."""
    for cell, slide in zip(notebook.cells, slides(notebook.cells), strict=True):
        cell.metadata.pop("slideshow", None)
        if slide:
            cell.metadata["slideshow"] = {"slide_type": slide}


def slides(cells: list[NotebookNode]) -> Iterator[str]:
    """For each cell: slide, subslide, skip, or nothing where it goes on with the slide before."""
    before = desk = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            desk = "skip" if cell.source.startswith(FOR_THE_DESK) else ""
        if desk:
            yield desk
        elif cell.source.startswith("#") and cell.cell_type == "markdown":
            yield "slide"
        elif cell.cell_type == "markdown" or before == "code":
            yield "subslide"
        else:
            yield ""
        before = cell.cell_type


if __name__ == "__main__":
    sys.exit(main())
