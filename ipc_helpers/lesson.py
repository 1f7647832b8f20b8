"""What lessons use beside `observe()`: show a worker, expect an error, list, tabulate, run a file.

The lines that these print are the same on every run: no path, no address, no time.
"""

from __future__ import annotations

import inspect
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ipc_helpers.words import said

COURSE = Path(__file__).resolve().parents[1]
SCRIPT_LIMIT_S = 20.0
PATIENCE_S = 0.3  # with what a script has left behind
COLUMNS = 74  # of a line that JupyterLab, in a narrow window, does not break in the midst of a word


def start_methods() -> list[str]:
    """The start methods of this platform, always in the order fork, spawn, forkserver."""
    available = multiprocessing.get_all_start_methods()
    return [method for method in ("fork", "spawn", "forkserver") if method in available]


def shell() -> Any:
    """The notebook's IPython; None in a plain program."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


# --- show_source ---

# In what is put out, JupyterLab breaks words, and nbconvert takes the letters of prose.
STYLE = """\
<style>.jp-OutputArea-output.jp-RenderedMarkdown pre \
{word-break:normal;font-family:var(--jp-code-font-family)}</style>"""


class Source:
    """The text of a worker: highlighted in a notebook, plain text anywhere else."""

    def __init__(self, text: str, home: str) -> None:
        self.text, self.home = text, home

    def __repr__(self) -> str:
        return f"# {self.home}\n{self.text}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/markdown": f"{STYLE}\n\n{self.fence}"}

    @property
    def fence(self) -> str:
        """As Markdown. A lesson's own text may hold it, too: `make notebooks` keeps it fresh."""
        return f"```python\n{self!r}\n```"


def show_source(worker: Callable[..., object] | type | ModuleType) -> None:
    """Show the source of a worker, and the file that it stands in."""
    source = source_of(worker)
    if shell() is None:
        return print(source)
    from IPython.display import display

    display(source)


def source_of(worker: Callable[..., object] | type | ModuleType) -> Source:
    """The source of a worker, with the file that it stands in."""
    file = Path(inspect.getsourcefile(worker) or "?").resolve()
    home = file.relative_to(COURSE).as_posix() if file.is_relative_to(COURSE) else file.name
    return Source(textwrap.dedent(inspect.getsource(worker)).rstrip(), home)


# --- expect ---


class expect:
    """Run a block that is to raise one of these: print the error instead of a traceback.

    `message=False` prints the error's type alone, for texts that differ between versions.
    Raises AssertionError if the block raises nothing; any other error passes through.
    """

    # A class: the frames of a generator would keep those of the error, and all that they hold.

    def __init__(self, *kinds: type[BaseException], message: bool = True) -> None:
        self._kinds, self._message = kinds, message

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if error is None:
            wanted = said("lesson.or").join(kind.__name__ for kind in self._kinds)
            raise AssertionError(said("lesson.nothing_raised", wanted=wanted))
        if not isinstance(error, self._kinds):
            return False
        text = str(error) if self._message else ""
        print(in_lines(type(error).__name__ + (f": {text}" if text else "")))
        return True


def in_lines(text: str) -> str:
    """No line longer than a notebook is wide; what goes on is set further in."""
    lines = []
    for line in text.splitlines():
        inset = " " * (len(line) - len(line.lstrip()) + 4)
        lines += textwrap.wrap(line, COLUMNS, subsequent_indent=inset, break_long_words=False)
    return "\n".join(lines)


# --- tables and scripts ---


def show_table(rows: Mapping[str, Mapping[str, object]]) -> None:
    """Print a table: a line per row, its cells under the headings; True is yes, False is no."""
    headings = list(dict.fromkeys(heading for row in rows.values() for heading in row))
    words = {True: said("lesson.yes"), False: said("lesson.no")}
    grid = [["", *headings]]
    for name, row in rows.items():
        cells = [row.get(heading, "") for heading in headings]
        grid.append([name, *(words[c] if isinstance(c, bool) else str(c) for c in cells)])
    print(*aligned(grid), sep="\n")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row, its cells below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def run_as_script(program: str) -> None:
    """Run a text as a program file: print its lines, then the names of its uncaught errors."""
    with tempfile.TemporaryDirectory(prefix=f"ipc-{os.getpid()}-") as folder:
        file = Path(folder, "program.py")
        file.write_text(program, encoding="utf-8")
        process = start_alone([sys.executable, str(file)])
        try:
            said, complained = process.communicate(timeout=SCRIPT_LIMIT_S)
        except BaseException:  # time is up, or the learner has interrupted: children go, too
            end_all(process, PATIENCE_S)
            process.communicate()
            raise
    print(said, end="")
    for name in re.findall(r"^[\w.]*(?:Error|Exception)\b", complained, re.MULTILINE):
        print("!", name)


# --- programs in a session of their own ---


def start_alone(command: list[str], **env: str) -> subprocess.Popen[str]:
    """Start a program, with these variables; `end_all` ends it, and all that it has started."""
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHON_COLORS": "0", **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )


def end_all(process: subprocess.Popen[Any], patience_s: float) -> None:
    """End what is left of a session: politely, as the last to go removes segments and semaphores.

    That is a resource tracker; it is deaf to SIGTERM, and has so many seconds.
    """
    if not hasattr(os, "killpg"):
        return process.kill()
    until = time.monotonic() + patience_s
    with suppress(ProcessLookupError, PermissionError):  # all gone (macOS: all zombies)
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < until:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
