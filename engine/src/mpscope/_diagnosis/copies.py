"""Changes of a copy that a managed object gave, and that nobody has put back.

    table["a"].append(1)                        the copy is gone with the line
    row = table["a"]; row.append(1)             ... with the function, if it does no more with it
    for row in table.values(): row.append(1)    ... with the next turn of the loop

The record of a call says where in the source the expression ends that has made it (`Source` finds
it there), and that a plain container came back.  What becomes of that, the source tells.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mpscope._diagnosis.source import Source, shortened, source_of
from mpscope._recording.records import CODE, COPY
from mpscope._trace.logs import ProcessLog, call_in
from mpscope._trace.stacks import place

CHANGES = {"append", "extend", "insert", "remove", "clear", "sort", "reverse", "add", "discard"}
CHANGES |= {"update", "pop", "popitem", "setdefault", "__setitem__", "__delitem__"}
_OF_CONTAINERS = {"append", "extend", "insert", "sort", "reverse", "setdefault", "popitem"}
_REPLY = CODE["reply"]
_TAKES = {"pop", "popitem"}  # whose result is used
_GIVES = {"__getitem__", "get", "setdefault", "__getattribute__", "values", "items"}
_PARTS = {"get", "setdefault", "__getitem__"}
_SETTERS = {"__setitem__", "__delitem__"}
_LOOKS = {"len", "sum", "min", "max", "any", "all", "print", "str", "repr"}
_READS = {"get", "keys", "values", "items", "index", "count", "issubset", "isdisjoint"}
_QUEUES = {"Queue", "JoinableQueue"}  # what these give is the receiver's
_CURE = (
    "Put the changed copy back (under a lock, if several processes do), or keep a manager.list() "
    "or the like in there"
)


class LostChange(NamedTuple):
    """A line that has changed what a managed object gave, and not kept it."""

    name: str
    deed: str
    place: str
    given: str = ""
    """The line that gave the copy a name; empty if it has none."""
    function: str = ""
    """Where that name is known."""

    def __str__(self) -> str:
        if not self.given:
            told = "changed a copy, which is all that a managed object gives"
            return f"{self.name}: a change was lost: `{self.deed}` ({self.place}) {told}. {_CURE}"
        return (
            f"{self.name}: a change is lost: `{self.deed}` ({self.place}) changes only the copy "
            f"that `{self.given}` has given, and nothing in {self.function} puts it back. {_CURE}"
        )

    @property
    def short(self) -> str:
        return f"{self.name}: `{self.deed}` changes a copy, and is lost."


class _Change(NamedTuple):
    """What changes a container, or a part of it, `depth` steps below."""

    node: ast.AST
    statement: ast.stmt
    method: str
    depth: int


def changed_copies(logs: Sequence[ProcessLog]) -> Iterator[LostChange]:
    """Each line that has changed what a managed object gave, and not kept it."""
    told = set[LostChange]()
    for log in logs:
        copies: dict[int, tuple[str, str]] = {}
        for time, _, _, mark, _, channel, where, kind, _, what in log.records():
            if kind == _REPLY and mark == COPY and time and where not in copies:
                name, method = log.channels.get(channel, ""), call_in(what).method
                about = log.about.get(name)
                if method in _GIVES and about and about.type not in _QUEUES:
                    copies[where] = name, method
        for where, (name, method) in copies.items():
            if (lost := _lost(log, where, name, method)) and lost not in told:
                told.add(lost)
                yield lost


def _lost(log: ProcessLog, where: int, name: str, method: str) -> LostChange | None:
    file, _ = log.sources.get(where, ("", 0))
    source = source_of(file)
    given = source.call_at(log.ends.get(where), method)
    if given is None:
        return None
    if isinstance(given, ast.expr) and (change := _changed(source, given)):
        if method in ("values", "items"):
            return None  # a list that was made for this call
        if _is_of_proxy(log, change, file, name) or _may_be_shared(log, change):
            return None
        return LostChange(name, shortened(change.node), log.places[where])
    bound = _bound_to(source, given, method)
    if bound is None:
        return None
    variable, is_plain = bound
    change = _only_changed(source, variable, is_plain)
    if change is None or _is_of_proxy(log, change, file, "") or _may_be_shared(log, change):
        return None
    scope = source.scope(variable)
    function = getattr(scope, "name", "<module>")
    at = place(file, change.statement.lineno, function)
    statement = shortened(source.statement(variable), header=True)
    where_known = f"{function}()" if function != "<module>" else "the program"
    return LostChange(name, shortened(change.node), at, statement, where_known)


def _is_of_proxy(log: ProcessLog, change: _Change, file: str, name: str) -> bool:
    """True if another managed object was asked for that, there: a part that is a proxy."""
    lines = range(change.statement.lineno, (change.statement.end_lineno or 0) + 1)
    there = {at for at, (of, line) in log.sources.items() if of == file and line in lines}
    methods = _SETTERS if change.method in _SETTERS else {change.method}
    return any(
        kind == _REPLY and where in there and call_in(what).method in methods
        for *_, channel, where, kind, _, what in log.records()
        if log.channels.get(channel) != name
    )


def _may_be_shared(log: ProcessLog, change: _Change) -> bool:
    """True if what lies deeper in a copy may be an array in shared memory."""
    return bool(log.segments) and change.depth > 1 and change.method in _SETTERS


def _changed(source: Source, given: ast.expr) -> _Change | None:
    """The change that a statement makes of what one of its expressions gives."""
    part, depth = given, 0
    while (deeper := _deeper(source, part)) is not None:
        part, depth = deeper, depth + 1
    above, statement = source.parent(part), source.statement(part)
    if depth and isinstance(getattr(part, "ctx", None), ast.Store | ast.Del):
        return _Change(statement, statement, "__setitem__", depth)
    if not isinstance(above, ast.Attribute) or above.attr not in CHANGES:
        return None
    call = source.parent(above)
    if not isinstance(call, ast.Call) or call.func is not above:
        return None
    if isinstance(source.parent(call), ast.Expr):
        return _Change(statement, statement, above.attr, depth)
    return _Change(call, statement, above.attr, depth) if above.attr in _TAKES else None


def _deeper(source: Source, part: ast.expr) -> ast.expr | None:
    """`part[...]`, `part.get(...)`: what is inside of it."""
    above = source.parent(part)
    if isinstance(above, ast.Subscript) and above.value is part:
        return above
    if isinstance(above, ast.Attribute) and above.attr in _PARTS:
        call = source.parent(above)
        if isinstance(call, ast.Call) and call.func is above:
            return None if isinstance(source.parent(call), ast.Expr) else call
    return None


# -- a copy that has a name -----------------------------------------------------------------------


def _bound_to(source: Source, given: ast.AST, method: str) -> tuple[ast.Name, bool] | None:
    """The variable that gets it, or its items, and whether that is known to be a container."""
    if isinstance(given, ast.For):
        return (given.target, True) if isinstance(given.target, ast.Name) else None
    match source.parent(given):
        case ast.Assign(targets=[ast.Name() as variable], value=value) if value is given:
            return variable, True
        case ast.AnnAssign(target=ast.Name() as variable, value=value) if value is given:
            return variable, True
        case ast.For(target=ast.Name() as variable, iter=value) if method != "items":
            return (variable, False) if value is given else None
        case ast.For(target=ast.Tuple(elts=[_, ast.Name() as variable]), iter=value):
            return (variable, False) if value is given and method == "items" else None
    return None


def _only_changed(source: Source, variable: ast.Name, is_plain: bool) -> _Change | None:
    """The first change of a variable's object, if nothing else is made of it afterwards."""
    scope, binding = source.scope(variable), source.statement(variable)
    if scope is None or not source.is_simple(scope, variable):
        return None
    changes, reads = list[_Change](), list[ast.Name]()
    for use in source.uses(scope, variable.id):
        if use is variable:
            continue
        change = _use_that_changes(source, use, is_plain)
        if change is not None:
            changes.append(change)
        elif _only_reads(source, use):
            reads.append(use)
        else:
            return None
    changing = [change.statement for change in changes]
    reads = [use for use in reads if source.statement(use) not in changing]
    if not changes or any(_may_see(source, use, changing, binding) for use in reads):
        return None
    return min(changes, key=lambda change: _start(change.statement))


def _may_see(source: Source, use: ast.Name, changing: list[ast.stmt], binding: ast.stmt) -> bool:
    """True if a reading may come after a change: below it, or in the next turn of a loop."""
    mine = source.loops(binding)
    loops = [loop for loop in source.loops(use) if loop not in mine]
    return any(
        _start(use) > _start(one) or any(loop in source.loops(one) for loop in loops)
        for one in changing
    )


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _use_that_changes(source: Source, use: ast.Name, is_plain: bool) -> _Change | None:
    statement = source.statement(use)
    if isinstance(statement, ast.AugAssign) and statement.target is use:
        return _Change(statement, statement, "__iadd__", 0) if is_plain else None
    change = _changed(source, use)
    if change is None or (change.method in _TAKES and change.node is not statement):
        return None  # what it takes from the copy, it uses
    known = is_plain or change.method in _OF_CONTAINERS | _SETTERS
    return change._replace(depth=change.depth + (not is_plain)) if known else None


def _only_reads(source: Source, use: ast.Name) -> bool:
    """True if it asks something of the object, or of a part, and keeps neither."""
    part: ast.expr = use
    while (deeper := _deeper(source, part)) is not None:
        part = deeper
    match source.parent(part):
        case ast.Compare() | ast.BinOp() | ast.FormattedValue() | ast.UnaryOp(op=ast.Not()):
            return isinstance(use.ctx, ast.Load)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return test is part
        case ast.For(iter=it) | ast.comprehension(iter=it):
            return it is part
        case ast.Call(func=ast.Name(id=function), args=args):
            return function in _LOOKS and part in args
        case ast.Attribute(attr=attr) as method:
            return attr in _READS and isinstance(source.parent(method), ast.Call)
    return False
