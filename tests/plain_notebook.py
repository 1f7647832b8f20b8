"""Run the programs of one notebook with the standard context in the place of `observe()`.

python tests/plain_notebook.py NOTEBOOK METHOD  prints {cell id: what the parent printed} as JSON.

Left out are the cells that only an observed block can survive or answer: those that expect one of
its errors, and those that look at its events.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import ipc_helpers
import mpscope

CELL_LIMIT_S = 20
NEEDS_OBSERVE = (
    "Deadlock)",
    "DeadlineExceeded)",
    "ChildFailed)",
    "NobodyLeft)",
    "mp.events",
    "count_requests(",
)
STORY = (
    "mp.transcript()",
    "mp.waits()",
    "print(mp.transcript())",
    "mp.timeline()",
    "mp.describe()",
)
ONLY_SHOWS = ("_lab()", "run_now(", "examine()")


@contextlib.contextmanager
def plain(method: str | None = None, deadline_s: float = 10) -> Iterator[Any]:
    """`with plain(...) as mp` is `mp = multiprocessing.get_context(...)`, and its end Python's."""
    before = set(multiprocessing.active_children())
    yield multiprocessing.get_context(method or os.environ["IPC_START_METHOD"])
    until = time.monotonic() + CELL_LIMIT_S
    for child in set(multiprocessing.active_children()) - before:
        if child.daemon:
            child.terminate()
        child.join(max(0.0, until - time.monotonic()))
        assert child.exitcode is not None, f"{child.name} does not end"


def is_program(source: str) -> bool:
    return not any(word in source for word in (*NEEDS_OBSERVE, *ONLY_SHOWS))


def without_story(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.strip() not in STORY)


def main(path: str, method: str) -> None:
    import nbformat  # not above: each spawned child imports this file, too

    os.environ["IPC_START_METHOD"] = method
    os.chdir(os.path.dirname(path))
    multiprocessing.set_start_method(method)
    mpscope.observe = plain  # type: ignore[assignment]
    ipc_helpers.show_source = lambda worker: None  # type: ignore[assignment]
    namespace: dict[str, Any] = {"__name__": "notebook"}
    answers = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code" or not is_program(cell.source):
            continue
        said = io.StringIO()
        signal.alarm(CELL_LIMIT_S)  # ends this process: a plain program that hangs has failed
        with contextlib.redirect_stdout(said):
            exec(compile(without_story(cell.source), cell.id, "exec"), namespace)
        signal.alarm(0)
        answers[cell.id] = said.getvalue()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
