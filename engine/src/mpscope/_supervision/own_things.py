"""What a process waits for, or looks at, that no other can reach: known from its stack."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType

from mpscope._diagnosis.source import source_of
from mpscope._diagnosis.waitgraph import Account
from mpscope._recording.lent import VALUES
from mpscope._recording.library import STANDARD
from mpscope._recording.loops import around
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder, function_of
from mpscope._supervision.handlers import handlers_of_parent
from mpscope._supervision.interrupts import frames
from mpscope._supervision.outsiders import inside
from mpscope._supervision.threads import Threads, is_library
from mpscope._trace.stacks import Frame
from mpscope._trace.waiting import Pattern

_OF_THREADS = {STANDARD + "threading.py": "threading", STANDARD + "queue.py": "queue"}


def own_things(
    box: Recorder, account: Account, started: Iterable[WatchedProcess], frame: FrameType | None
) -> Iterator[Pattern]:
    """A pattern for each process whose stack shows one; `frame` is what the parent runs."""
    children = {child._ipc_label: child for child in started}
    for label, log in account.logs.items():
        if not account.standings[label].runs:
            continue
        stack, others = log.main_frames(), [*inside(log)]
        if label == box.label:
            running = [(it.f_code, it.f_lineno) for it in frames(frame, None)]
            stack = [Frame(code.co_filename, n, function_of(code)) for code, n in running]
            others = [*Threads(box.main, set()).others(), *handlers_of_parent()]
        if not others:
            yield from _waits_for_threads(label, stack)
        if label in children:
            yield from _looks_at_its_own(children[label], stack)


def _waits_for_threads(label: str, stack: Sequence[Frame]) -> Iterator[Pattern]:
    user = next((at for at, it in enumerate(stack) if it.file not in _OF_THREADS), 0)
    if not user or is_library(stack[user].file) or stack[0].source != "waiter.acquire()":
        return  # that is where `threading` waits without a time-out
    called = stack[user - 1]
    yield Pattern(
        "an object of threads between processes",
        f"{label} waits in {called.function}() of {_OF_THREADS[called.file]} "
        f"({stack[user].place}) for another thread of its own, and has none that could act. Other "
        "processes have copies of their own, and what they do to those does not come here",
        "Between processes use the Event, Lock, Condition or Queue of multiprocessing.",
    )


def _looks_at_its_own(child: WatchedProcess, stack: Sequence[Frame]) -> Iterator[Pattern]:
    user = next((it for it in stack if not is_library(it.file)), Frame("", 0, ""))
    for loop in around(user.line, source_of(user.file).tree, ast.While):
        found = re.fullmatch(r"(not )?(self\.)?(\w+)", ast.unparse(loop.test))
        if found and _is_over_in_parent(found, user, child):
            yield Pattern(
                "a variable that is not shared",
                f"{child._ipc_label} is in `while {found[0]}` ({user.place}), and reads a copy of "
                "its own; by parent's, that loop would be over. Each process has its own memory",
                "Share an Event: `while not stop.is_set()`, and stop.set() in parent.",
            )


def _is_over_in_parent(found: re.Match[str], user: Frame, child: WatchedProcess) -> bool:
    negated, mine, name = found.groups()
    modules = (getattr(it, "__dict__", {}) for it in list(sys.modules.values()))
    home = next((it for it in modules if it.get("__file__") == user.file), {})
    code = getattr(home.get(user.function), "__code__", None)
    is_seen = code and name in code.co_names and name not in code.co_varnames + code.co_freevars
    if mine:
        home, is_seen = vars(child), user.function == "run"
    value = home.get(name, ...) if is_seen else ...
    return type(value) in VALUES and bool(value) is bool(negated)
