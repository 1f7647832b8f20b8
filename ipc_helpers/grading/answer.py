"""What a learner hands in: found, or refused in plain words before anything runs."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ipc_helpers import worker_cell
from ipc_helpers.grading.catalogue import Exercise
from ipc_helpers.words import said


class Answer(NamedTuple):
    """A function that another process can import."""

    module: str
    function: str
    file: str


class Refused(Exception):
    """The answer cannot be run; `finding` says which message of the catalogue fits."""

    def __init__(self, finding: str, **facts: object) -> None:
        super().__init__(finding)
        self.finding, self.facts = finding, facts


def find(exercise: Exercise, given: object) -> Answer:
    """The learner's function: the one that was given, else the one of the `%%worker` cell.

    Raises `Refused`.
    """
    title = f"{worker_cell.PACKAGE}.{exercise.module}"
    if given is None:
        given = _of_cell(exercise, title)
    if not inspect.isfunction(given):
        raise Refused("no-function", got=type(given).__name__)
    if given.__module__ == "__main__" or given.__name__ == "<lambda>":
        raise Refused("in-notebook", name=given.__name__)
    if "<locals>" in given.__qualname__:
        raise Refused("nested", name=given.__name__)
    if given.__module__ in worker_cell.broken:
        raise Refused("broken-cell", error=worker_cell.broken[given.__module__])
    answer = Answer(given.__module__, given.__name__, inspect.getsourcefile(given) or "")
    if unfinished := unfinished_functions(Path(answer.file)):
        raise Refused("not-written", name=unfinished[0])
    _fits(exercise, given)
    return answer


def _of_cell(exercise: Exercise, title: str) -> object:
    if title in worker_cell.broken:
        raise Refused("broken-cell", error=worker_cell.broken[title])
    module: ModuleType | None = sys.modules.get(title)
    if module is None and Path(worker_cell.PACKAGE, f"{exercise.module}.py").exists():
        raise Refused("new-kernel")
    if module is None:
        raise Refused("never-run")
    if not hasattr(module, exercise.function):
        names = ", ".join(worker_cell.defined(module))
        raise Refused("other-name", names=names or said("worker.nothing"))
    return getattr(module, exercise.function)


def unfinished_functions(file: Path) -> list[str]:
    """The functions that still hold the `...` of the starter."""
    return [
        node.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "..." in map(ast.unparse, node.body)
    ]


def _fits(exercise: Exercise, function: Callable[..., Any]) -> None:
    wanted = exercise.arguments.split(", ") if exercise.arguments else []
    try:
        inspect.signature(function).bind(*wanted)
    except TypeError:
        raise Refused("arguments", got=str(inspect.signature(function))) from None
