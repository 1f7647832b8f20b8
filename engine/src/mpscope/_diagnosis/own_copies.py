"""A child has changed its own copy of something, and the parent goes on with what it still has.

child's log: how it left its copy ─┐
parent's log: unchanged at join() ─┼─▶ meant to come back? ─▶ a remark
source: what the parent does next ─┘

What a child uses up, sorts or keeps for itself is its own business: told is only what it has
filled, counted up or set, and what the parent then reads as if that had been its own.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mpscope._diagnosis.copies import CHANGES
from mpscope._diagnosis.source import FUNCTIONS, Source, source_of
from mpscope._diagnosis.words import counted, names
from mpscope._recording.lent import GLOBAL, VALUES, look
from mpscope._recording.loops import around
from mpscope._trace.lendings import Lending, Look
from mpscope._trace.logs import ProcessLog
from mpscope._trace.stacks import place

_VALUES = {kind.__name__ for kind in VALUES}
_SHARED = {"int": "a Value", "float": "a Value", "list": "a managed list", "dict": "a managed dict"}
_SHOWS = {"dump", "dumps", "join", "write", "pprint", "info", "debug", "warning"}


class OwnChange(NamedTuple):
    """What children have changed their own copies of, and the parent reads as if it were shared."""

    changes: list[tuple[Lending, Look]]
    read: str
    """Where the parent does."""

    def __str__(self) -> str:
        lending, before = self.changes[0][0], self.changes[0][0].look
        still = f"still {before.shown}" if before.kind in _VALUES else "as it was"
        share = _SHARED.get(before.kind, "an object of a Manager")
        return (
            f"{lending.name}: {_deed(self.changes)}, and the parent's, which is read after join() "
            f"({self.read}), is {still}: each process has memory of its own. Send it back through "
            f"a Queue or as the result of a Pool's task, or share {share}"
        )

    @property
    def short(self) -> str:
        return f"{self.changes[0][0].name}: {_deed(self.changes)}, and the parent's is as it was."


def changed_by_children(logs: Sequence[ProcessLog]) -> Iterator[OwnChange]:
    """Each thing that children changed their copies of, and the parent reads afterwards."""
    left = {log.label: log.left for log in logs}
    found: dict[tuple[str, str], list[tuple[Lending, Look]]] = {}
    for log in logs:
        for lending in log.lendings:
            mine = left.get(lending.child, {}).get(lending.key)
            if mine is None or not _is_for_the_parent(lending, mine):
                continue
            if read := _first_read(lending, [log.sources.get(at, ("", 0)) for at in lending.ways]):
                found.setdefault((lending.name, read), []).append((lending, mine))
    for (_, read), changes in found.items():
        yield OwnChange(changes, read)


def _deed(changes: list[tuple[Lending, Look]]) -> str:
    """ "child-1 added 3 things to its copy", "child-1 and child-2 changed their copies" """
    lending, mine = changes[0]
    labels = list(dict.fromkeys(lending.child for lending, _ in changes))
    if len(labels) > 1:
        return f"{names(labels)} changed their copies"
    if lending.look.kind not in _VALUES and (more := int(mine.shown) - int(lending.look.shown)):
        return f"{labels[0]} added {counted(more, 'thing')} to its copy"
    return f"{labels[0]} changed its copy"


def _is_for_the_parent(lending: Lending, mine: Look) -> bool:
    """True if it was filled, counted up or set by the child, and not used up or sorted."""
    before = lending.look
    if mine == before or not mine.shown:
        return False
    made_anew = lending.key.startswith(GLOBAL) and not lending.forked
    if made_anew and not _begins_as(lending, before):
        return False
    if before.kind == "NoneType":
        return True
    if before.kind in _VALUES:
        is_number = {before.kind, mine.kind} <= {"int", "float", "str"}
        return is_number and _counts_up(lending)
    return mine.kind == before.kind and int(mine.shown) >= int(before.shown)


def _begins_as(lending: Lending, before: Look) -> bool:
    """True if the child's module sets it once, to a constant that looks like that."""
    values = [
        node.value
        for node in source_of(lending.file).tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and any(_is_name(target, lending.name) for target in ast.walk(node))
    ]
    if len(values) != 1 or values[0] is None:
        return False
    if isinstance(values[0], ast.Call):
        return before.shown == "0" and not isinstance(values[0].func, ast.Lambda)
    try:
        kind, shown, digest = look(ast.literal_eval(values[0]))
    except (ValueError, TypeError):
        return False
    return before == (kind, shown, str(digest))


def _counts_up(lending: Lending) -> bool:
    """True if the child's module adds something to it: `n += 1`, `n = n + 1`."""
    for node in ast.walk(source_of(lending.file).tree):
        match node:
            case ast.AugAssign(target=target) if _is_name(target, lending.name):
                return True
            case ast.Assign(targets=[target], value=value) if _is_name(target, lending.name):
                if any(_is_name(part, lending.name) for part in ast.walk(value)):
                    return True
    return False


# -- what the parent does next --------------------------------------------------------------------


def _first_read(lending: Lending, lines: Sequence[tuple[str, int]]) -> str:
    """Where the parent reads it after the join, unless it does something else with it first.

    Empty if nowhere. Looked at are the functions that it was in: who joined, who called that.
    """
    for file, line in lines:
        source = source_of(file)
        scope = [source.tree, *around(line, source.tree, FUNCTIONS)][-1]
        found = [m for m in _mentions(scope, lending, lending.file != file) if m.lineno > line]
        first = min(found, key=lambda node: (node.lineno, node.col_offset), default=None)
        if first is not None:
            is_read = _is_read(source, first, lending.look.kind not in _VALUES)
            function = getattr(scope, "name", "<module>")
            return place(file, first.lineno, function) if is_read else ""
    return ""


def _mentions(
    scope: ast.AST, lending: Lending, elsewhere: bool
) -> Iterator[ast.Name | ast.Attribute]:
    """The variable, or the attribute of an object of that kind, in what that function does."""
    nodes = list(_inside(scope))
    is_attribute = lending.home.startswith(".")
    elsewhere = elsewhere and lending.key.startswith(GLOBAL)  # then it is `module.name`
    loops = [it.target for it in nodes if isinstance(it, ast.For | ast.comprehension)]
    holders = {*lending.home.split("."), *(getattr(it, "id", "") for it in loops)}
    for node in nodes:
        match node:
            case ast.Name(id=lending.name) if not is_attribute and _sees(scope, nodes, lending):
                yield node
            case ast.Attribute(attr=lending.name, value=ast.Name(id=holder)):
                if elsewhere or (is_attribute and holder in holders):
                    yield node


def _sees(scope: ast.AST, nodes: list[ast.AST], lending: Lending) -> bool:
    """True if the name means that variable there."""
    if not isinstance(scope, FUNCTIONS) or lending.home != "<module>":
        return lending.home == getattr(scope, "name", "<module>")
    if any(isinstance(it, ast.Global) and lending.name in it.names for it in nodes):
        return True
    names = [it for it in nodes if isinstance(it, ast.Name) and it.id == lending.name]
    return not any(isinstance(it.ctx, ast.Store) for it in names)


def _is_read(source: Source, node: ast.expr, is_group: bool) -> bool:
    """True if it is shown, counted, compared or the like; not changed, set, or passed on."""
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    above = source.parent(node)
    match above:
        case ast.Attribute(attr=attr):
            return attr not in CHANGES and isinstance(above.ctx, ast.Load)
        case ast.Subscript(value=value) if value is node:
            return _is_read(source, above, is_group)
        case ast.If() | ast.While() | ast.UnaryOp() | ast.BoolOp() | ast.IfExp():
            return is_group
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return False
    while isinstance(above, ast.Starred | ast.Tuple | ast.List | ast.Dict | ast.keyword):
        above = source.parent(above)
    if not isinstance(above, ast.Call):
        return True
    match above.func:
        case ast.Name(id=name):
            return hasattr(builtins, name)
        case ast.Attribute(attr=name):
            return name in _SHOWS
    return False


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What runs in a function or module itself, not in the functions that it defines."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield node
            yield from _inside(node)


def _is_name(node: ast.AST, name: str) -> bool:
    return getattr(node, "id", None) == name or getattr(node, "attr", None) == name
