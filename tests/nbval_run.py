"""Run a notebook under strict nbval in a process of its own, and look at it from outside.

    a copy of notebooks/ ──> pytest --nbval, IPC_START_METHOD=...  ──> junit.xml, a verdict per cell
         │                                    │
         └ its last cell waits at a door ──>  we look for leftovers, then open the door

The notebook is compared by nbval itself, unchanged but for the cell at its end: while that cell
waits, the kernel still lives, so what the lesson left in it can be seen.
"""

from __future__ import annotations

import contextlib
import copy
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from course import NOTEBOOKS, ROOT
from nbformat import NotebookNode
from outside import MARK, Watch, marked

CELL_TIMEOUT_S = 60
RUN_TIMEOUT_S = 200
# Settings of the machine that a learner's does not have, or that would change nbval itself.
DROPPED = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")
DROPPED += ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
DOOR = """\
import os, time
open({reached!r}, "w").close()
until = time.monotonic() + 30
while not os.path.exists({opened!r}) and time.monotonic() < until:
    time.sleep(0.01)
"""
PYTEST = f"""\
import sys
sys.path.append({str(ROOT / "tools")!r})
import _sooner, pytest
sys.exit(pytest.main())
"""
# Where a cell hangs. The thread that writes it needs neither the interpreter's lock nor a signal.
STARTUP = """\
import faulthandler as _faulthandler
_events, _stacks = get_ipython().events, open({stacks!r}, "w")
_events.register(
    "pre_run_cell",
    lambda info: _faulthandler.dump_traceback_later({patience_s}, file=_stacks),
)
_events.register("post_run_cell", lambda result: _faulthandler.cancel_dump_traceback_later())
"""


@dataclass(frozen=True)
class Verdict:
    """What nbval says about one cell; the complaint is empty if all is well."""

    cell: str
    complaint: str


@dataclass(frozen=True)
class Run:
    """One notebook under nbval."""

    verdicts: list[Verdict]
    left_in_kernel: list[str]  # seen while the kernel lived
    left_at_end: list[str]  # seen after nbval had gone
    end_of_output: str
    stacks: str  # of a kernel whose cell was about to time out

    @property
    def complaints(self) -> dict[str, str]:
        return {v.cell: v.complaint for v in self.verdicts if v.complaint}


def run_nbval(notebook: NotebookNode, name: str, method: str) -> Run:
    """Run `notebook` as `name`.ipynb in a copy of notebooks/, under one start method."""
    with private_folder() as place:
        shutil.copytree(NOTEBOOKS, place / "notebooks", ignore=without_caches)
        path = place / "notebooks" / f"{name}.ipynb"
        nbformat.write(with_door(notebook, place), path)
        write_startup(place)
        mark = uuid.uuid4().hex
        watch = Watch(lambda: marked(mark))
        with (place / "output").open("wb") as output:
            process = subprocess.Popen(
                command(path, place / "junit.xml"),
                cwd=ROOT,
                env=environment(place, method, mark),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                left_in_kernel = guard_the_door(place, process, watch)
                process.wait()
            finally:
                left = watch.left(patience_s=5) if process.poll() is not None else []
                end_all(lambda: marked(mark).values())
        text = (place / "output").read_text(encoding="utf-8", errors="replace")
        strays = [
            f"file {path}" for path in (place / "tmp").iterdir() if not is_of_the_kernel(path)
        ]
        verdicts = read_verdicts(place / "junit.xml", text)
        stacks = (place / "stacks").read_text() if (place / "stacks").exists() else ""
        return Run(verdicts, left_in_kernel, left + strays, text[-2000:], stacks)


def twice(notebook: NotebookNode) -> NotebookNode:
    """The notebook, and after it the same cells again: a learner who runs all cells once more."""
    doubled = copy.deepcopy(notebook)
    again = copy.deepcopy(notebook.cells)
    for cell in again:
        cell.id = f"{cell.id[:58]}-again"
    doubled.cells = [*notebook.cells, *again]
    return doubled


def with_door(notebook: NotebookNode, place: Path) -> NotebookNode:
    guarded = copy.deepcopy(notebook)
    source = DOOR.format(reached=str(place / "reached"), opened=str(place / "opened"))
    guarded.cells.append(nbformat.v4.new_code_cell(source, id="door", execution_count=0))
    return guarded


def write_startup(place: Path) -> None:
    startup = place / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    code = STARTUP.format(stacks=str(place / "stacks"), patience_s=CELL_TIMEOUT_S - 10)
    (startup / "00_where_it_hangs.py").write_text(code)


def command(path: Path, junit: Path) -> list[str]:
    return [
        *(sys.executable, "-c", PYTEST, "-q", "-p", "no:cacheprovider", "--color=no"),
        *("--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT_S}"),
        f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval.cfg'}",
        *(f"--rootdir={path.parent}", f"--junitxml={junit}", str(path)),
    ]


def environment(place: Path, method: str, mark: str) -> dict[str, str]:
    """The user's own environment, with private places for whatever is written."""
    kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
    for folder in ("tmp", "runtime"):
        (place / folder).mkdir()
    return {
        **kept,
        MARK: mark,
        "IPC_START_METHOD": method,
        "IPC_PROGRESS": str(place / "progress.json"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(place / "tmp")),
        "IPYTHONDIR": str(place / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"),
    }


def guard_the_door(place: Path, process: subprocess.Popen[bytes], watch: Watch) -> list[str]:
    """Wait for the notebook's last cell, look at what its kernel still has, let it go on."""
    until = time.monotonic() + RUN_TIMEOUT_S
    while process.poll() is None and not (place / "reached").exists():
        if time.monotonic() > until:
            raise TimeoutError(f"the notebook ran for more than {RUN_TIMEOUT_S} s")
        time.sleep(0.02)
    if process.poll() is not None:
        return []  # nbval ended early; its verdicts say why
    left = watch.left(expected=lambda: nbval_and_its_kernel(process.pid))
    (place / "opened").touch()
    return left


def nbval_and_its_kernel(pid: int) -> set[int]:
    return {pid, *(child.pid for child in psutil.Process(pid).children())}


def is_of_the_kernel(path: Path) -> bool:
    """multiprocessing's own folder, for the forkserver's socket: removed when an interpreter ends.

    nbval kills its kernels, so that here nobody removes it.
    """
    return path.name.startswith("pymp-")


def end_all(who: Callable[[], object]) -> None:
    for process in who():  # type: ignore[attr-defined]
        with contextlib.suppress(psutil.Error):
            process.kill()


def read_verdicts(junit: Path, output: str) -> list[Verdict]:
    if not junit.exists():
        raise AssertionError(f"nbval wrote no report:\n{output}")
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    return [Verdict(case.get("name", "?"), complaint_of(case)) for case in cases]


def complaint_of(case: ElementTree.Element) -> str:
    """The text of whatever is not a plain pass: failure, error, skip or expected failure."""
    text = "\n".join(f"{child.tag}: {child.text or child.get('message')}" for child in case)
    return re.sub(r"(?:\x1b|#x1B)\[[0-9;]*m", "", text)  # colours, as they are and as XML has them


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder with a short name: the address of a manager's socket has room for 100 letters."""
    place = Path(tempfile.mkdtemp(prefix="ipc"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def without_caches(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in ("__pycache__", ".ipynb_checkpoints")]
