"""The program's source as a tree in which each node knows what is around it."""

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from mpscope._recording.loops import parsed

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_LOOPS = ast.For | ast.AsyncFor | ast.While
_INSPECTS = {"locals", "globals", "vars", "eval", "exec"}  # may reach a variable by its name
LONGEST = 60  # letters of a statement that is shown


class Source:
    """One file; empty if it cannot be read."""

    def __init__(self, text: str) -> None:
        self.tree = parsed(text)
        self._parents: dict[ast.AST, ast.AST] = {}
        self._ending: dict[tuple[int, int], list[ast.AST]] = {}
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.expr | ast.For):
                self._ending.setdefault(_end(node), []).append(node)

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self._parents.get(node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node is in, from the innermost to the file."""
        above = self._parents.get(node)
        while above is not None:
            yield above
            above = self._parents.get(above)

    def statement(self, node: ast.AST) -> ast.stmt:
        return next(it for it in (node, *self.around(node)) if isinstance(it, ast.stmt))

    def call_at(self, end: tuple[int, int] | None, method: str) -> ast.AST | None:
        """What calls a method and ends there: an expression, or a `for` over an object."""
        kinds = {"__getitem__": ast.Subscript, "__getattribute__": ast.Attribute}
        nodes = self._ending.get(end, ()) if end else ()
        found = next((it for it in nodes if isinstance(it, kinds.get(method, ast.Call))), None)
        if method == "get":  # of a managed Value
            return found or next((it for it in nodes if getattr(it, "attr", "") == "value"), None)
        if found is not None or method != "__getitem__":
            return found
        loops = [it if isinstance(it, ast.For) else self.parent(it) for it in nodes]
        turns = [it for it in loops if isinstance(it, ast.For) and end in (_end(it), _end(it.iter))]
        return turns[0] if len(set(turns)) == 1 else None

    def scope(self, node: ast.AST) -> ast.AST | None:
        """The function that a variable belongs to, or the file; None for a class."""
        kinds = FUNCTIONS | ast.Lambda | ast.ClassDef | ast.Module
        found = next((it for it in self.around(node) if isinstance(it, kinds)), None)
        return found if isinstance(found, FUNCTIONS | ast.Module) else None

    def loops(self, node: ast.AST) -> list[ast.AST]:
        """The loops of its function that it is in."""
        inside = takewhile(lambda it: not isinstance(it, FUNCTIONS), (node, *self.around(node)))
        return [it for it in inside if isinstance(it, _LOOPS)]

    def uses(self, scope: ast.AST, name: str) -> list[ast.Name]:
        return [it for it in ast.walk(scope) if isinstance(it, ast.Name) and it.id == name]

    def is_simple(self, scope: ast.AST, variable: ast.Name) -> bool:
        """True if it is bound in one place, and can be reached by its name alone, in one scope."""
        name = variable.id
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id in _INSPECTS:
                return False
            if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
                return False
            if node is not scope and name in (getattr(node, "name", ""), getattr(node, "arg", "")):
                return False  # a parameter, a function, what is imported or caught
        uses = self.uses(scope, name)
        others = [it for it in uses if isinstance(it.ctx, ast.Store) and it is not variable]
        again = [it for it in others if not isinstance(self.parent(it), ast.AugAssign)]
        return not again and all(self.scope(it) is scope for it in uses)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


@lru_cache(maxsize=8)
def source_of(file: str) -> Source:
    return Source("".join(linecache.getlines(file)))


def shortened(node: ast.AST, header: bool = False) -> str:
    """A piece of source in one line; of what has a body, what stands before that."""
    first, *_ = ast.unparse(node).splitlines()
    first = first.removesuffix(":") if header else first
    return first if len(first) <= LONGEST else f"{first[: LONGEST - 1]}…"
