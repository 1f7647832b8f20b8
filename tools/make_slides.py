"""Write the lessons as slides: `make slides`. They open from disk, and load nothing from elsewhere.

    notebooks/02_queue.ipynb ──> build/slides/02_queue.html    arrow keys; ? shows the others
                                 build/slides/assets/          reveal.js, mermaid, the look

Which cell is on which slide stands in the notebooks (tools/mark_slides.py). The code is there at
once, what came of it at the press of a key. Labs appear as what they print.

    python tools/make_slides.py          all lessons
    python tools/make_slides.py 02 04    those whose names begin so
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import nbformat
import web_assets
from execute_notebooks import NOTEBOOKS, choose
from nbconvert import SlidesExporter
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
SLIDES = HERE.parent / "build" / "slides"
ASIDE = re.compile(r"^(?:show_source\(|from |import |\s*$|@)")  # what only shows a file, or imports
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)([^)]*)\)")


def main(names: list[str], folder: Path = SLIDES) -> None:
    write_assets(folder / "assets")
    for path in choose(NOTEBOOKS, names):
        (folder / f"{path.stem}.html").write_text(as_slides(path), encoding="utf-8", newline="\n")
    print(f"== {folder.name}: {len(list(folder.glob('*.html')))} lessons")


def write_assets(folder: Path) -> None:
    """What the pages load, beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("reveal.js", "mermaid"):
        package = web_assets.fetched(name)
        for file in package.iterdir():
            target = f"LICENSE-{name}" if file.name == "LICENSE" else file.name
            shutil.copy(file, folder / target)
    shutil.copy(HERE.parent / "docs" / "site" / "_static" / "diagrams.js", folder)
    (folder / "dist" / "theme").mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "reveal.css", folder / "dist")  # where nbconvert looks for it
    shutil.copy(HERE / "slides" / "course.css", folder / "dist" / "theme")


def as_slides(path: Path) -> str:
    """One lesson as a page of slides."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        prepare(cell)
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(HERE)],
        reveal_url_prefix="assets",
        reveal_theme="course",
    )
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
    return page


def prepare(cell: NotebookNode) -> None:
    """Mark what shows a source only; lead links to other slides, and drop those to files."""
    if cell.cell_type == "code":
        cell.metadata["only_output"] = all(map(ASIDE.match, cell.source.splitlines()))
    else:
        cell.source = LINK.sub(led_to_slides, cell.source)


def led_to_slides(link: re.Match[str]) -> str:
    text, target = link.groups()
    lesson = re.fullmatch(r"(\d\d_\w+)\.ipynb", target)
    return f"[{text}]({lesson[1]}.html)" if lesson else text


if __name__ == "__main__":
    main(sys.argv[1:])
