"""The helper package keeps its shape: imports point one way, and a child stays light.

A spawned child imports what its worker needs, anew, each time: matplotlib and numpy in a worker
module make it wait ten times as long. So everything that a child may load is standard library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from course import ROOT, START_METHODS, imports

PACKAGE = ROOT / "ipc_helpers"
# A module imports only modules that stand before it. A new module gets its place here.
CHILD = ["errors", "recorder", "watched", "context"]  # what a child loads
READING = ["events", "tally", "standing", "account", "patterns"]  # logs; they touch no process
PARENT = [*READING, "transcript", "descendants", "cleanup", "sweep", "report", "stillness"]
PARENT += ["interrupts", "stopping", "supervise", "observe"]
DRAWING = ["cast", "ledger", "describe", "picture", "scene", "layout"]
DRAWING += ["wording", "ink", "key", "timeline", "trace", "waits_picture"]
DRAWING += ["words", "page", "film", "stage", "lanes", "replay"]
FOLDERS = {"supervision", "waiting", "story", "drawing", "player"}  # a place for each module
COURSE = ["doctor", "lesson", "worker_cell", "exercise", "labs"]  # what the notebooks use
ORDER = [*CHILD, *PARENT, *DRAWING, *COURSE]
# `mp.timeline()` and its sisters load the drawing when they are called, not before.
ON_DEMAND = {("observe", drawing) for drawing in DRAWING}
CORE = [*CHILD, *PARENT]
# Everything else is standard library.
ALLOWED = {
    "ink": {"matplotlib", "PIL"},  # Pillow comes with matplotlib, which saves its PNG files by it
    "replay": {"ipywidgets", "traitlets", "IPython"},
    "labs": {"ipywidgets", "IPython"},
    "lesson": {"IPython"},
    "exercise": {"jupyter_core"},  # knows the user's data directory; comes with jupyterlab
}
HEAVY = {"numpy", "matplotlib", "ipywidgets", "IPython", "ipykernel", "zmq", "tornado", "traitlets"}


def modules() -> list[Path]:
    found = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]
    assert found, "no module found"
    return found


def part_of(path: Path) -> str:
    """What has a place in ORDER: a module, or a folder whose modules share one."""
    return part(path.relative_to(PACKAGE).with_suffix("").parts)


def part(names: Sequence[str]) -> str:
    """The same of the names below ipc_helpers."""
    return names[1] if names[0] in FOLDERS else names[0]


per_module = pytest.mark.parametrize(
    "path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)


def inner_imports(path: Path) -> list[tuple[str, bool]]:
    """The other parts of the package that a file imports, and whether it does so on demand."""
    found = imports(path.read_text(encoding="utf-8"))
    inner = [i for i in found if i.name.startswith("ipc_helpers.")]
    parts = [(part(i.name.split(".")[1:]), i.lazy) for i in inner]
    return [(other, lazy) for other, lazy in parts if other != part_of(path)]


@per_module
def test_imports_point_one_way(path: Path) -> None:
    me = part_of(path)
    for other, lazy in inner_imports(path):
        assert me != "workers", f"a worker imports {other}: workers stand alone"
        assert me in ORDER, f"give {me} a place in ORDER"
        if other == "workers" and me in COURSE:
            continue
        if not (lazy and (me, other) in ON_DEMAND):
            assert other in ORDER[: ORDER.index(me)], f"{me} must not import {other}"


@per_module
def test_drawing_reads_events_and_touches_no_process(path: Path) -> None:
    if part_of(path) in DRAWING:
        assert {other for other, _ in inner_imports(path)} <= {
            "errors",
            *READING,
            *DRAWING,
        }


@per_module
def test_only_known_parts_import_more_than_the_standard_library(path: Path) -> None:
    allowed = {"ipc_helpers", *sys.stdlib_module_names, *ALLOWED.get(part_of(path), ())}
    names = {found.name for found in imports(path.read_text(encoding="utf-8"))}
    assert {name.split(".")[0] for name in names} <= allowed, "(no relative imports, either)"


def test_the_core_is_there_and_needs_nothing() -> None:
    assert {"errors", "recorder", "watched", "supervise", "observe"} <= set(map(part_of, modules()))
    assert not set(CORE) & set(ALLOWED)


# The program below runs in an interpreter of its own: this one has loaded pytest and much else.
PROGRAM = """
    import json, multiprocessing, sys
    from ipc_helpers import observe
    import look_inside

    if __name__ == "__main__":
        method, modules = sys.argv[1], sys.argv[2:]
        answers = {"parent": sorted(sys.modules)}
        with observe(method, deadline_s=30) as mp:
            receiver, sender = mp.Pipe(duplex=False)
            queue, lock = mp.Queue(), mp.Lock()
            child = mp.Process(target=look_inside.report, args=(sender, modules, queue, lock))
            child.start()
            answers["child"] = receiver.recv()
            child.join()
        answers["parent at the end"] = sorted(sys.modules)
        print(json.dumps(answers))
"""
LOOK_INSIDE = """
    import importlib, sys

    def report(sender, modules, queue, lock):
        for name in modules:
            importlib.import_module(name)
        with lock:
            print("a line of the transcript")
        sender.send(sorted(sys.modules))
"""


@pytest.mark.parametrize("method", START_METHODS)
def test_a_child_loads_the_standard_library_only(method: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM), encoding="utf-8")
    (tmp_path / "look_inside.py").write_text(textwrap.dedent(LOOK_INSIDE), encoding="utf-8")
    workers = [
        f"ipc_helpers.workers.{path.stem}" for path in modules() if part_of(path) == "workers"
    ]
    assert workers
    answer = subprocess.run(
        [sys.executable, str(tmp_path / "program.py"), method, *workers],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    for process, loaded in json.loads(answer.stdout).items():
        assert not HEAVY & {name.split(".")[0] for name in loaded}, process
        foreign = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names)
        known = {"ipc_helpers", "look_inside", "__main__", "__mp_main__", "sitecustomize"}
        assert {n for n in foreign if not n.startswith("_")} <= known, process
