"""The course's own package: imports point one way, and a worker stays light.

A spawned child imports what its worker needs, anew, each time: matplotlib and numpy in a worker
module make it wait ten times as long. So everything that a child may load is standard library.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from course import ROOT
from imports import a_cycle, graph, imported, modules

import mpscope

PACKAGE = ROOT / "ipc_helpers"
LABS = ROOT / "notebooks" / "labs"  # what is one lesson's own, found as if it were in the package
# A part imports only from those that stand before it.
ORDER = [
    "workers",
    "words",
    "folders",
    "ring",
    "drawing",
    "charts",
    "ledger",
    "bench_channels",
    "bench",
    "lesson",
    "cluster",
    "worker_cell",
    "doctor",
    "schedules",
    "outcomes",
    "crew",
    "interleaving",
    "grading",
    "labs",
    "",
]
ALLOWED = {
    "workers": {"numpy"},  # where one computes, when it runs
    "drawing": {"matplotlib"},
    "bench_channels": {"zmq", "faster_fifo"},  # where they are installed
    "ring": {"numpy"},  # where arrays are sent
    "labs": {"ipywidgets", "IPython"},
    "lesson": {"IPython"},
    "cluster": {"dask", "distributed"},
    "interleaving": {"IPython"},  # shows its progress in a notebook
    "grading": {"jupyter_core", "IPython"},  # the user's data directory; a verdict shows itself
}
HEAVY = {"numpy", "matplotlib", "ipywidgets", "traitlets", "IPython", "ipykernel", "zmq"}
HEAVY |= {"tornado", "dask"}
MOST_LINES = 5_729  # of the package, without the workers


def part(module: str) -> str:
    """The first name below the package; empty for the package itself."""
    return ".".join(module.split(".")[1:2])


def with_labs() -> dict[str, Path]:
    """Name ─▶ file of every module of the package, the labs of the lessons among them."""
    return modules(PACKAGE) | {f"ipc_helpers.{name}": path for name, path in modules(LABS).items()}


def test_imports_point_one_way() -> None:
    for name, others in graph(PACKAGE, on_demand=True).items():
        for other in others - {"ipc_helpers"}:
            assert ORDER.index(part(other)) <= ORDER.index(part(name)), f"{name} imports {other}"


def test_no_modules_import_each_other() -> None:
    assert not a_cycle(graph(PACKAGE, on_demand=False))


def test_workers_stand_alone_and_the_rest_is_standard_library() -> None:
    for name, path in with_labs().items():
        allowed = {"ipc_helpers", *sys.stdlib_module_names, *ALLOWED.get(part(name), set())}
        allowed |= {"mpscope"} if part(name) != "workers" else set()
        names = {target.split(".")[0] for target in imported(path, on_demand=True)}
        assert names <= allowed, name


def test_what_is_private_to_the_engine_stays_private() -> None:
    for name, path in with_labs().items():
        inside = {target for target in imported(path, on_demand=True) if "mpscope._" in target}
        assert not inside, f"{name} imports {inside}"


def test_a_worker_loads_the_standard_library_only() -> None:
    workers = [name for name in modules(PACKAGE) if part(name) == "workers"]
    program = f"import json, sys, {', '.join(workers)}; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert not HEAVY & {name.split(".")[0] for name in json.loads(answer.stdout)}


def test_the_package_is_small() -> None:
    lines = sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for name, path in modules(PACKAGE).items()
        if part(name) != "workers"
    )
    assert lines <= MOST_LINES


def test_a_public_name_is_no_submodule() -> None:
    import ipc_helpers

    submodules = {name.split(".")[1] for name in modules(PACKAGE) if "." in name}
    assert not submodules & set(ipc_helpers.__all__)
    assert mpscope.__name__ not in ipc_helpers.__all__
