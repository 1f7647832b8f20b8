"""Run the notebooks again and store their outputs: `make notebooks`. Twice leaves no difference.

    notebooks/02_queue.ipynb ──> nbclient, a fresh kernel ──> tidy ──> written only if it differs

What would differ from run to run is left out (execution times, widget ids, the chunks in which a
stream came) or kept as it was: the pixels of a picture whose meaning, the alt text, is the same.
A worker's source that stands in the text of a lesson is taken anew from its file.

    python tools/execute_notebooks.py            all of them
    python tools/execute_notebooks.py 02 04      those whose names begin so
    python tools/execute_notebooks.py --check    write nothing, fail if something would change
    python tools/execute_notebooks.py --redraw   take the new pixels of every picture, too
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import _sooner  # noqa: F401
import nbformat
from mark_slides import mark
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from ipc_helpers.lesson import source_of

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
RULES = ROOT / "tests" / "nbval.cfg"
CELL_TIMEOUT_S = 60
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_CELL_METADATA = {"tags", "ipc", "jupyter", "editable", "deletable", "slideshow"}
WIDGET = "application/vnd.jupyter.widget-view+json"  # holds a random id
PIXELS = {"image/png", "image/jpeg"}
WORKER = re.compile(  # a fence with the source of one worker
    r"```python\n# ipc_helpers/workers/(?P<module>\w+)\.py\n(?:def|class) (?P<name>\w+).*?\n```",
    re.DOTALL,
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="beginnings of names, such as 02 or 02_queue")
    parser.add_argument("--folder", type=Path, default=NOTEBOOKS, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a change")
    parser.add_argument("--redraw", action="store_true", help="do not keep any stored picture")
    options = parser.parse_args()
    paths = choose(options.folder, options.names)
    if not paths:
        print(f"no notebook in {options.folder} is called {' or '.join(options.names)}")
        return 1
    with tempfile.TemporaryDirectory() as private:
        isolate(private)
        bad = [path for path in paths if not refresh(path, options.check, options.redraw)]
    return 1 if bad else 0


def choose(folder: Path, names: list[str]) -> list[Path]:
    """The notebooks that the names mean; all of them if there are no names."""
    starts = tuple(short(Path(name)).removesuffix(".ipynb") for name in names) or ("",)
    return [path for path in sorted(folder.glob("*.ipynb")) if short(path).startswith(starts)]


def short(path: Path) -> str:
    """02_queue.ipynb, of its exercises, too."""
    return path.name.removeprefix("exercises_")


def isolate(private: str) -> None:
    """Outputs must not depend on the user's own IPython settings or start method."""
    os.environ["IPYTHONDIR"] = private
    os.environ["IPC_START_METHOD"] = "spawn"
    os.environ["IPC_PROGRESS"] = os.path.join(private, "progress.json")
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)


def refresh(path: Path, check: bool, redraw: bool) -> bool:
    """Run one notebook and store it; False if it failed, or differs where nothing may."""
    progress = Progress(path.stem)
    Path(os.environ["IPC_PROGRESS"]).unlink(missing_ok=True)  # a learner who begins with this one
    before = path.read_text(encoding="utf-8")
    try:
        after = to_text(executed(path, before, redraw, progress))
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        progress.end("FAILED, file left as it was")
        print(re.sub(r"\x1b\[[0-9;]*m", "", str(error)), file=sys.stderr)  # without colours
        return False
    if after == before:
        progress.end("as stored")
        return True
    if check:
        progress.end("DIFFERS from what is stored; `make notebooks` stores it")
        return False
    path.write_text(after, encoding="utf-8", newline="\n")
    progress.end("outputs stored")
    return True


def executed(path: Path, text: str, redraw: bool, progress: Progress) -> NotebookNode:
    """The notebook with the outputs of a run in a fresh kernel, made tidy."""
    stored = nbformat.reads(text, as_version=4)
    notebook = nbformat.reads(text, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # of the kernel, which warns about its transport
        on_cell_start=lambda cell, cell_index: progress.at(cell_index, len(notebook.cells)),
    )
    client.execute()
    tidy(notebook)
    for cell, old in zip(notebook.cells, stored.cells, strict=True):
        if not redraw and cell.cell_type == "code" and meaning(cell) == meaning(old):
            cell.outputs = old.outputs
    if path.parent == NOTEBOOKS:
        mark(notebook)
    return notebook


def with_fresh_sources(text: str) -> str:
    """A lesson's text, with the workers that it shows as they are in their files now."""
    return WORKER.sub(lambda found: fresh_source(found["module"], found["name"]), text)


def fresh_source(module: str, name: str) -> str:
    workers = import_module(f"ipc_helpers.workers.{module}")
    return source_of(getattr(workers, name)).fence


def tidy(notebook: NotebookNode) -> None:
    """Leave nothing in it that a run alone decides; all is as it will be stored."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        if cell.cell_type == "markdown":
            cell.source = with_fresh_sources(cell.source)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data.pop(WIDGET, None)
                output.metadata = {}


def meaning(cell: NotebookNode) -> Any:
    """What a cell shows, without the pixels: equal meaning means that the stored output stays."""
    return [{key: without_pixels(output[key]) for key in output} for output in cell.outputs]


def without_pixels(value: Any) -> Any:
    """The comparison's own rules (tests/nbval.cfg) and its own blindness to plain images."""
    if isinstance(value, dict):
        return {key: "" if key in PIXELS else without_pixels(value[key]) for key in value}
    if isinstance(value, str):
        for pattern, replacement in RULES_READ:
            value = re.sub(pattern, replacement, value)
    return value


def read_rules(path: Path) -> list[tuple[str, str]]:
    """The pairs of regex and replacement, read as nbval reads them."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r"^regex: (.*)$\n^replace: (.*)$", text, flags=re.MULTILINE)


RULES_READ = read_rules(RULES)


def to_text(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


class Progress:
    """A line per notebook: which cell on a terminal, how long and with what end everywhere."""

    def __init__(self, name: str) -> None:
        self.name, self.began, self.live = name, time.monotonic(), sys.stdout.isatty()

    def at(self, cell: int, cells: int) -> None:
        if self.live:
            print(f"\r{self.name:<24} cell {cell + 1} of {cells} ", end="", flush=True)

    def end(self, how: str) -> None:
        seconds = time.monotonic() - self.began
        start = "\r" if self.live else ""
        print(f"{start}{self.name:<24} {seconds:5.1f} s  {how:<30}".rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
