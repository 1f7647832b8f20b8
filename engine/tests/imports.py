"""Which module imports which, read from the source: for the tests of both distributions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = Mapping[str, set[str]]


def modules(package: Path) -> dict[str, Path]:
    """Name ─▶ file of every module of a package, "mpscope._trace.events"."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert found, f"no module in {package}"
    return found


def imported(path: Path, *, on_demand: bool) -> Iterator[str]:
    """The dotted names that a file imports; those inside functions too, if `on_demand`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if on_demand else outside_functions(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: no relative imports"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run at import; what only a type checker reads is not among them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from outside_functions(child)


def graph(package: Path, *, on_demand: bool) -> dict[str, set[str]]:
    """Module ─▶ the modules of the same package that it imports."""
    known = modules(package)
    edges: dict[str, set[str]] = {}
    for name, path in known.items():
        targets = {home(target, known) for target in imported(path, on_demand=on_demand)}
        edges[name] = targets - {"", name}
    return edges


def home(target: str, known: Mapping[str, Path]) -> str:
    """The module that a dotted name is in; empty if it is another package's."""
    while target and target not in known:
        target = target.rpartition(".")[0]
    return target


def a_cycle(edges: Graph) -> list[str]:
    """Modules that import each other in a circle, if there are any."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
