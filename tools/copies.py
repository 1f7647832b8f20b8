"""The learner's own copies of the lessons, without outputs: nothing is given away.

    notebooks/02_queue.ipynb ── without outputs ──▶ my_course/02_queue.ipynb     git ignores it
                                                      │ edited, and then the lesson changes:
                                                      └─ stays; the new one lies beside it,
                                                         as 02_queue.newer.ipynb

`make lab`, Binder and the browser tests open these copies. What a copy looked like when it was
made is noted in my_course/.copies.json: so it is known whether the learner has changed it since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import _sooner  # noqa: F401
import nbformat
from diagrams import in_our_colors
from late import add_late_cell
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

ROOT = Path(__file__).resolve().parent.parent
LESSONS, MINE = ROOT / "notebooks", ROOT / "my_course"
KINDS = ("*.ipynb", "exercises/*.ipynb", "scripts/*.py")
OFFER = """\
**This is a newer version of the lesson.** Yours, [{name}]({name}), is as you have left it. \
Go on here, or there; delete the one that you do not want."""


def bring(source: Path = LESSONS, target: Path = MINE) -> list[str]:
    """Make the copies that are missing, renew those nobody has touched; the names of the offers."""
    record = target / ".copies.json"
    known = json.loads(record.read_text("utf-8")) if record.exists() else {}
    offers = []
    for lesson in sorted(path for kind in KINDS for path in source.glob(kind)):
        name = lesson.relative_to(source).as_posix()
        before = known.get(name, {})
        now = {"lesson": digest(told(lesson)), "copy": before.get("copy", "")}
        copy = target / name
        if is_untouched(copy, before.get("copy"), lesson):
            now["copy"] = digest(write(copy, content(lesson)))
        elif now["lesson"] != before.get("lesson"):
            offer = free(copy)
            write(offer, content(lesson, offered_beside=copy.name))
            offers.append(offer.relative_to(target).as_posix())
        known[name] = now
    write(record, (json.dumps(known, indent=1) + "\n").encode())
    return offers


def is_untouched(copy: Path, as_made: str | None, lesson: Path) -> bool:
    """Whether nobody has changed a copy; where there is no note of it, it is looked at itself."""
    if not copy.exists():
        return True
    now = digest(copy.read_bytes())
    return now == as_made or now == digest(content(lesson))


def told(lesson: Path) -> bytes:
    """What makes a lesson another one: not its outputs, nor this machine's Python."""
    if lesson.suffix != ".ipynb":
        return lesson.read_bytes()
    cells = nbformat.read(lesson, as_version=4).cells
    return json.dumps([[cell.cell_type, cell.source] for cell in cells]).encode()


def content(lesson: Path, offered_beside: str = "") -> bytes:
    """What the copy of a lesson holds."""
    if lesson.suffix != ".ipynb":
        return lesson.read_bytes()
    notebook = with_diagrams(without_outputs(nbformat.read(lesson, as_version=4)))
    if lesson.parent.name != "exercises":
        add_late_cell(notebook)
    notebook.metadata.update(of_this_machine())
    if offered_beside:
        notebook.cells.insert(0, new_markdown_cell(OFFER.format(name=offered_beside), id="newer"))
    return as_bytes(notebook)


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def with_diagrams(notebook: NotebookNode) -> NotebookNode:
    """With the course's colours in them, see `diagrams`."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = in_our_colors(cell.source)
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode()


@cache
def of_this_machine() -> dict[str, Any]:
    """What JupyterLab notes of the kernel: with any other note, to open a copy is to change it."""
    from ipykernel.ipkernel import IPythonKernel
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    kernel = {"display_name": spec.display_name, "language": spec.language, "name": "python3"}
    return {"kernelspec": kernel, "language_info": dict(IPythonKernel.language_info)}


def write(file: Path, data: bytes) -> bytes:
    """Write a file as a whole or not at all: half of one would be taken for a changed copy."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(data)
    new.replace(file)
    return data


def free(copy: Path) -> Path:
    """A name beside a copy that nothing has yet."""
    return next(path for path in names_for(copy) if not path.exists())


def names_for(copy: Path) -> Iterator[Path]:
    yield copy.with_suffix(f".newer{copy.suffix}")
    for number in range(2, 1000):
        yield copy.with_suffix(f".newer-{number}{copy.suffix}")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
