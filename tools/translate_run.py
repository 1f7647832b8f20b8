"""Run the translated lessons: `python tools/translate_run.py de`. What they show is compared later.

notebooks/00_start_here.ipynb ─── its outputs ───┐
notebooks/de/shown/00_start_here.json            ├─▶ with_outputs(): as nbval will compare it
  what cells show in the other language ─────────┘
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import execute_notebooks
import nbformat
import translate
from nbformat import NotebookNode


def main(language: str) -> None:
    for file in sorted((translate.NOTEBOOKS / language).glob("*.toml")):
        progress = execute_notebooks.Progress(file.stem)
        own = shown(file, progress)
        text = json.dumps(own, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        shown_by(file).parent.mkdir(exist_ok=True)
        shown_by(file).write_text(text, encoding="utf-8", newline="\n")
        progress.end(f"{len(own)} cells show words of their own")


def shown(file: Path, progress: execute_notebooks.Progress) -> dict[str, Any]:
    """Cell ─▶ what it shows, where that is not what the original shows; without pixels."""
    with tempfile.TemporaryDirectory() as private:
        execute_notebooks.isolate(private)
        place = Path(private, "notebooks")
        shutil.copytree(translate.NOTEBOOKS, place)  # what its links lead to
        path = place / translate.source_of(file).relative_to(translate.NOTEBOOKS)
        text = execute_notebooks.to_text(translate.translated(file))
        notebook = execute_notebooks.executed(path, text, True, progress)
    before = {cell.id: uncounted(cell) for cell in code_cells(original(file))}
    after = {cell.id: uncounted(cell) for cell in code_cells(notebook) if cell.id in before}
    return {id: outputs for id, outputs in after.items() if outputs != before[id]}


def with_outputs(file: Path) -> NotebookNode:
    """The translated notebook with the outputs that it is to have."""
    notebook = translate.translated(file)
    wanted = {cell.id: cell.outputs for cell in code_cells(original(file))}
    wanted |= json.loads(shown_by(file).read_text(encoding="utf-8"))
    for number, cell in enumerate(code_cells(notebook), 1):
        cell.outputs = nbformat.from_dict(wanted.get(cell.id, []))
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return notebook


def uncounted(cell: NotebookNode) -> list[dict[str, Any]]:
    """What a cell shows, without its number: one more cell stands above the translated ones."""
    shown = execute_notebooks.meaning(cell)
    return [{k: v for k, v in output.items() if k != "execution_count"} for output in shown]


def original(file: Path) -> NotebookNode:
    return nbformat.read(translate.source_of(file), as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown_by(file: Path) -> Path:
    return file.parent / "shown" / f"{file.stem}.json"


if __name__ == "__main__":
    main(*sys.argv[1:])
