"""Which cells of a lesson are programs that the standard context runs as well, read off their code.

Left out are the cells that only an observed block can survive or answer (they expect an error, or
ask `mp` what `multiprocessing` does not know), those that measure or play, and all that builds on
one of them. A last line that tells the story, such as `mp.transcript()`, is left out of a cell.
"""

from __future__ import annotations

import ast
import multiprocessing
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nbformat import NotebookNode

import mpscope

OWN = set(mpscope.__all__) - {"observe"}  # errors, most of all: the standard context has none
STANDARD = set(dir(multiprocessing.get_context("spawn")))
# They need an observed block, start programs of their own, or take long only to show something.
SHOWS = {
    "expect",
    "run_as_script",
    "interleavings",
    "race",
    "clocked",
    "compare",
    "examine",
    "run_now",
}


class Program(NamedTuple):
    """A cell that the standard context runs, and the code that is run."""

    cell: NotebookNode
    source: str


def programs(cells: Iterable[NotebookNode]) -> list[Program]:
    """The cells in their order; what stands only on a cell that is left out is left out, too."""
    found, missing = [], set[str]()
    for cell in cells:
        tree = ast.parse(cell.source)
        tree.body = list(_without_story(tree.body))
        if _asks_for_more(tree) or _awaits(tree) or (_loaded(tree) - _made(tree)) & missing:
            missing |= _made(tree) - {"mp"}
            continue
        missing -= _made(tree)
        found.append(Program(cell, ast.unparse(tree)))
    return found


def _without_story(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.With):
            statement.body = list(_without_story(statement.body)) or [ast.Pass()]
        if not (isinstance(statement, ast.Expr) and _asks_for_more(statement)):
            yield statement
        elif not _is_story(statement.value):
            yield statement


def _is_story(value: ast.expr) -> bool:
    """`mp.waits()` or `print(mp.transcript())`: a call that only looks."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "print":
        return len(value.args) == 1 and _is_story(value.args[0])
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith("mp.")


def _asks_for_more(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "mp":
            if node.attr not in STANDARD:
                return True
        elif isinstance(node, ast.Name) and node.id in OWN:
            return True
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in SHOWS or name.endswith("_lab"):
                return True
    return False


def _awaits(tree: ast.Module) -> bool:
    """Whether it needs the notebook's event loop."""
    own = [node for node in tree.body if not isinstance(node, ast.AsyncFunctionDef)]
    return any(isinstance(node, ast.Await) for one in own for node in ast.walk(one))


def _loaded(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _made(tree: ast.Module) -> set[str]:
    """The names that the cell makes itself, arguments among them."""
    made = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).partition(".")[0])
    return made
