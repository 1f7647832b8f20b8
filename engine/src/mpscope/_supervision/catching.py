"""True if the program is about to catch Ctrl-C: then somebody may press it, and it goes on.

Read from the source of what runs: a ``try`` around it, or a ``with suppress(...)``, that names
KeyboardInterrupt; inside the block also a handler that catches everything.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from types import FrameType
from typing import Any

from mpscope._supervision.threads import is_library


def catches_interrupt(frame: FrameType, block: FrameType, with_line: int) -> bool:
    """True if one of the frames from this one outwards does; the tools' own frames do not count.

    `block` is the frame whose ``with`` at `with_line` has opened the block.
    """
    inside, inner = True, frame
    while inner is not None:
        if not is_library(inner.f_code.co_filename) and _catches(
            inner, with_line if inner is block else 0, inside
        ):
            return True
        inside = inside and inner is not block
        inner = inner.f_back
    return False


def _catches(frame: FrameType, with_line: int, inside: bool) -> bool:
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    if not lines:
        return "KeyboardInterrupt" in frame.f_code.co_names
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:  # a cell with a magic in it
        return "KeyboardInterrupt" in frame.f_code.co_names
    return any(
        _does(node, frame, inside and node.lineno > with_line)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try | ast.With) and _is_around(node.body, frame.f_lineno)
    )


def _is_around(body: list[ast.stmt], line: int) -> bool:
    return body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _does(node: ast.Try | ast.With, frame: FrameType, everything: bool) -> bool:
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items]
        given = [arg for call in calls if isinstance(call, ast.Call) for arg in call.args]
        return any(kind is KeyboardInterrupt for arg in given for kind in _kinds(arg, frame))
    for handler in node.handlers:
        kinds = [BaseException] if handler.type is None else list(_kinds(handler.type, frame))
        if KeyboardInterrupt in kinds or (everything and BaseException in kinds):
            return True
    return False


def _kinds(expression: ast.expr, frame: FrameType) -> Iterator[Any]:
    """The exceptions that an expression names, as far as that is known without running it."""
    if isinstance(expression, ast.Tuple):
        for part in expression.elts:
            yield from _kinds(part, frame)
        return
    if isinstance(expression, ast.Attribute):
        yield KeyboardInterrupt if expression.attr == "KeyboardInterrupt" else None
        return
    if isinstance(expression, ast.Name):
        named = look_up(expression.id, frame)
        yield from named if isinstance(named, tuple) else (named,)


def look_up(name: str, frame: FrameType) -> Any:
    for scope in (frame.f_locals, frame.f_globals, frame.f_builtins):
        if name in scope:
            return scope[name]
    return None
