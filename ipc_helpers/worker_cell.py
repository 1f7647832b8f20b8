"""`%%worker NAME`: a notebook cell becomes a module that a child of any start method can import.

    cell ─▶ compile ─▶ run as my_workers.NAME ─▶ my_workers/NAME.py ─▶ functions in the notebook
              │             │                         │
              └ line, caret └ line, error             └ imported by children, spawned ones too
                (the last good version stays)

The magic is known after `from ipc_helpers import check`, or `%load_ext ipc_helpers.worker_cell`.
The file stands beside the notebook, in the folder `my_workers`, which git ignores.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import linecache
import os
import symtable
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from ipc_helpers.lesson import in_lines
from ipc_helpers.words import said

PACKAGE = "my_workers"
broken: dict[str, str] = {}  # module -> why the cell that was run last is not what the file holds


class NotAWorker(Exception):
    """The cell cannot become a module; the message shows the line."""


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext ipc_helpers.worker_cell` calls."""

    def worker(line: str, cell: str) -> None:
        """Write this cell into a module of its own, so that child processes can import it."""
        try:
            module = write(line.strip(), cell, Path.cwd())
        except NotAWorker as error:
            print(error)
            return
        mine = defined(module)
        shell.push(mine)
        shown = [name if isinstance(thing, type) else f"{name}()" for name, thing in mine.items()]
        print(f"{PACKAGE}/{line.strip()}.py: {', '.join(shown) or said('worker.nothing')}")
        for note in notes(cell, module.__dict__, shell.user_ns):
            print(in_lines(said("worker.note", text=note)))

    shell.register_magic_function(worker, "cell", "worker")


def write(name: str, source: str, folder: Path) -> ModuleType:
    """Make `source` the module `my_workers.NAME`, its file in `folder`/my_workers, and return it.

    Raises `NotAWorker` if the name is none, or the source does not run; the file, and what is
    imported, then stay as they were.
    """
    if not name.isidentifier():
        raise NotAWorker(said("worker.no_name", name=repr(name)))
    file = folder / PACKAGE / f"{name}.py"
    title = f"{PACKAGE}.{name}"
    module = ModuleType(title)
    module.__file__ = str(file)
    before = sys.modules.get(title)
    sys.modules[title] = module  # where a dataclass, for one, looks for its own module
    try:
        exec(compile(source, str(file), "exec", dont_inherit=True), vars(module))
    except BaseException as error:
        del sys.modules[title]
        if before is not None:
            sys.modules[title] = before
        broken[title] = complaint(error, source, file)
        how = "not_taken" if before is None else "not_taken_again"
        raise NotAWorker(f"{broken[title]}\n{said(f'worker.{how}')}") from None
    broken.pop(title, None)
    save(file, source)
    make_importable(folder)
    setattr(importlib.import_module(PACKAGE), name, module)
    module.__spec__ = importlib.util.spec_from_file_location(title, file)
    forget_preloaded()
    return module


def save(file: Path, source: str) -> None:
    """Write the file, and remove its bytecode.

    Python trusts bytecode by the file's size and its time in seconds: two edits in one second, of
    one length, and a child would run the old one.
    """
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(source, encoding="utf-8")
    with suppress(FileNotFoundError):
        os.unlink(importlib.util.cache_from_source(str(file)))
    new.replace(file)
    linecache.cache.pop(str(file), None)


def make_importable(folder: Path) -> None:
    """Children get a copy of `sys.path`, so what stands in it is found by all of them.

    It comes last: a file beside the notebook must not hide a module of the standard library.
    """
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    importlib.invalidate_caches()


def forget_preloaded() -> None:
    """End a fork server that has preloaded modules: its children would get the old version.

    The next child starts another one.
    """
    server = sys.modules.get("multiprocessing.forkserver")
    if server is None or set(server._forkserver._preload_modules) <= {"__main__"}:
        return
    if server._forkserver._forkserver_pid is not None:
        server._forkserver._stop()


# -- in plain words -------------------------------------------------------------------------------


def complaint(error: BaseException, source: str, file: Path) -> str:
    """What is wrong with the cell: the line, a caret where there is one, and the error."""
    lines = source.splitlines()
    if isinstance(error, SyntaxError) and error.lineno:
        line, column = error.lineno, max(error.offset or 1, 1)
    else:
        line, column = _line_of(error, file), 0
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    caret = f"\n    {' ' * (column - 1)}^" if column else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    # the cell's first line is %%worker: JupyterLab counts it
    where = said("worker.line", number=line + 1)
    return f"{where}\n    {shown}{caret}\n{type(error).__name__}: {text}"


def _line_of(error: BaseException, file: Path) -> int:
    place, line = error.__traceback__, 0
    while place is not None:
        if place.tb_frame.f_code.co_filename == str(file):
            line = place.tb_lineno
        place = place.tb_next
    return line


def defined(module: ModuleType) -> dict[str, Any]:
    """The functions and classes that the cell itself defines."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", None) == module.__name__
    }


def notes(source: str, known: Mapping[str, object], notebook: Mapping[str, object]) -> list[str]:
    """A sentence for each name that the module uses and does not have."""
    told = []
    for name in sorted(set(free_names(source)) - set(known) - set(dir(builtins))):
        where = "only_here" if name in notebook else "nowhere"
        told.append(said(f"worker.{where}", name=repr(name)))
    return told


def free_names(source: str) -> Iterator[str]:
    """The global names that the functions of a module read."""
    tables = [symtable.symtable(source, "cell", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if table.get_type() == "function":
            for symbol in table.get_symbols():
                if symbol.is_global() and symbol.is_referenced() and not symbol.is_assigned():
                    yield symbol.get_name()
