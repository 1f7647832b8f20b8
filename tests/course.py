"""Where things are, and the few ways of looking at a lesson that several tests share."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from outside import START_METHODS as START_METHODS

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
SCRIPTS = NOTEBOOKS / "scripts"
IGNORING_TAGS = {"nbval-ignore-output", "nbval-skip", "raises-exception", "nbval-raises-exception"}
# What nbval itself does not compare (tests/test_notebooks_run.py proves that it does the rest).
NOT_COMPARED = {"image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json"}


def lessons() -> list[Path]:
    """The notebooks in order. No notebook is an error: a loop over nothing would prove nothing."""
    found = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise FileNotFoundError(f"no lesson in {NOTEBOOKS}")
    return found


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def compared_outputs(cell: NotebookNode) -> int:
    """How many values of this cell nbval holds against a new run: a text per stream, each MIME."""
    if tags(cell) & IGNORING_TAGS:
        return 0
    streams = {output.name for output in cell.outputs if output.output_type == "stream"}
    shown = [set(output.get("data", ())) - NOT_COMPARED for output in cell.outputs]
    return len(streams) + sum(len(kinds) for kinds in shown)


def links(markdown: str) -> list[str]:
    """The targets of the links and pictures of a text, without its code."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    return re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", text)


class Import(NamedTuple):
    """One imported name, `a.b` for `from a import b`: whether b is a module is not known here."""

    name: str
    lazy: bool  # inside of a function: it costs when that is called, not when the module is loaded


def imports(source: str) -> list[Import]:
    """Every import of a module, but not those for type checkers only: nothing runs them."""
    return list(imports_below(ast.parse(source), lazy=False))


def imports_below(node: ast.AST, lazy: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, lazy) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = "." * node.level + (f"{node.module}." if node.module else "")
        yield from (Import(start + alias.name, lazy) for alias in node.names)
    elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        for statement in node.orelse:
            yield from imports_below(statement, lazy)
    else:
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from imports_below(child, inside)


def tracked_files() -> list[Path]:
    """The files that git tracks or would track; outside of a repository, the likely ones."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if answer.returncode == 0:
        names = answer.stdout.decode().split("\0")
        return [ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file()]
    skipped = {".git", ".venv", "__pycache__", ".ipynb_checkpoints"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.parts)]
