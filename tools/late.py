"""A cell *Start here if you are late* for each copy of a lesson: in its middle, and complete.

What the cells below use and the cells above define is found by reading both; only imports,
functions, classes and plain values are taken along, never a block that starts processes.
"""

from __future__ import annotations

import ast

import minutes
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

HEAD = "# Start here if you are late: this cell makes up for all those above."
IMPORTS = (ast.Import, ast.ImportFrom)
TAKEN = (*IMPORTS, ast.Try, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def add_late_cell(notebook: NotebookNode) -> None:
    """Put it under the heading of the section in which half of the lesson's minutes pass."""
    place = middle(notebook)
    if place is None:
        return
    above = [cell.source for cell in notebook.cells[:place] if cell.cell_type == "code"]
    below = [cell.source for cell in notebook.cells[place:] if cell.cell_type == "code"]
    source = "\n".join([HEAD, *map(apart, what_is_needed(above, below))])
    notebook.cells.insert(place + 1, new_code_cell(source, id="late"))


def apart(statement: str) -> str:
    """With an empty line before it, if it has several lines."""
    return f"\n{statement}" if "\n" in statement else statement


def middle(notebook: NotebookNode) -> int | None:
    """The cell that begins the section in the middle; None if there are no sections."""
    times = minutes.minutes_of(notebook)
    passed, half = 0, sum(times.values()) / 2
    for title, time in times.items():
        if title and passed + time > half:
            return next(
                place
                for place, cell in enumerate(notebook.cells)
                if cell.cell_type == "markdown" and f"## {title}" in cell.source.splitlines()
            )
        passed += time
    return None


def what_is_needed(above: list[str], below: list[str]) -> list[str]:
    """The statements of the cells above that bind what the cells below use, in their order."""
    wanted = set[str]()
    for _, statement in reversed([pair for cell in below for pair in statements_of(cell)]):
        wanted = wanted - bound(statement) | used(statement)
    kept: list[str] = []
    for text, statement in reversed([pair for cell in above for pair in statements_of(cell)]):
        if isinstance(statement, TAKEN) and bound(statement) & wanted:
            wanted = wanted - bound(statement) | used(statement)
            kept.insert(0, text)
    return list(dict.fromkeys(kept))


def statements_of(source: str) -> list[tuple[str, ast.stmt]]:
    """Each statement of a cell with its text."""
    return [
        (ast.get_source_segment(source, statement) or "", statement)
        for statement in ast.parse(source).body
    ]


def bound(statement: ast.AST) -> set[str]:
    """The names that a statement gives a meaning to, for the statements after it."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return {statement.name}
    nodes = list(ast.walk(statement))
    names = {node.id for node in nodes if isinstance(node, ast.Name) and is_stored(node)}
    imports = [alias for node in nodes if isinstance(node, IMPORTS) for alias in node.names]
    return names | {alias.asname or alias.name.partition(".")[0] for alias in imports}


def is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def used(statement: ast.AST) -> set[str]:
    """The names that it looks up and does not bind itself: only a plain assignment reads first."""
    loads = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    own = {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    if not isinstance(statement, ast.Assign | ast.AugAssign):
        own |= {name for node in ast.walk(statement) for name in bound(node)}
    return {node.id for node in loads if isinstance(node.ctx, ast.Load)} - own
