"""Run the programs of one notebook with the standard context in the place of `observe()`.

python tests/plain_notebook.py NOTEBOOK METHOD  prints {cell id: what the parent printed} as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import ipc_helpers
import mpscope

CELL_LIMIT_S = 20


@contextlib.contextmanager
def plain(method: str | None = None, **for_observe_only: object) -> Iterator[Any]:
    """`with plain(...) as mp` is `mp = multiprocessing.get_context(...)`, and its end Python's."""
    before = set(multiprocessing.active_children())
    yield multiprocessing.get_context(method or os.environ["IPC_START_METHOD"])
    until = time.monotonic() + CELL_LIMIT_S
    for child in set(multiprocessing.active_children()) - before:
        if child.daemon:
            child.terminate()
        child.join(max(0.0, until - time.monotonic()))
        assert child.exitcode is not None, f"{child.name} does not end"


def main(path: str, method: str) -> None:
    import nbformat  # not above: each spawned child imports this file, too
    from plain_programs import programs

    os.environ["IPC_START_METHOD"] = method
    os.chdir(os.path.dirname(path))
    multiprocessing.set_start_method(method)
    mpscope.observe = plain  # type: ignore[assignment]
    ipc_helpers.show_source = lambda worker: None  # type: ignore[assignment]
    namespace: dict[str, Any] = {"__name__": "notebook", "display": lambda *shown: None}
    threading.Thread(target=threading.Event().wait, daemon=True).start()  # a kernel has some, too
    answers = {}
    cells = nbformat.read(path, as_version=4).cells
    for cell, source in programs(cell for cell in cells if cell.cell_type == "code"):
        said = io.StringIO()
        signal.alarm(CELL_LIMIT_S)  # ends this process: a plain program that hangs has failed
        with contextlib.redirect_stdout(said):
            exec(compile(source, cell.id, "exec"), namespace)
        signal.alarm(0)
        answers[cell.id] = said.getvalue()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
