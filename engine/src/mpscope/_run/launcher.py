"""The command line: `mpscope run program.py ARGS`, `mpscope run -m module ARGS`.

The program runs in this process, as `__main__`, as Python itself would run it.
"""

import argparse
import io
import os
import pkgutil
import runpy
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from types import ModuleType

from mpscope import __version__

USAGE = "mpscope run [options] program.py [ARGS] | mpscope run [options] -m module [ARGS]"
NO_PROGRAM = 2  # as Python itself ends when it cannot open its file
ABOUT = """Runs a Python program, unchanged, and observes what its processes say to each other.
When it hangs, says who waits for whom: at once where that can never end, else on Ctrl-C, at the
deadline, or on the signal SIGUSR1, after which it goes on."""


def main(argv: Sequence[str] | None = None) -> None:
    """Do what the command line says; ends as the program ends."""
    options = parse(sys.argv[1:] if argv is None else argv)
    begin = [] if sys.flags.safe_path else [sys.path.pop(0)]  # the program may have a `glob.py`
    from mpscope._run.session import Session

    sys.path[:0] = begin
    Session(options).follow(prepare(options))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options; `program` is a list that begins with the path, `module` one with the name."""
    parser = argparse.ArgumentParser("mpscope", description="See what multiprocessing does.")
    parser.add_argument("--version", action="version", version=f"mpscope {__version__}")
    commands = parser.add_subparsers(required=True, metavar="run")
    run = commands.add_parser("run", usage=USAGE, description=ABOUT, allow_abbrev=False)
    run.add_argument(
        "--deadline", type=_seconds, metavar="S", help="stop the program after so many seconds"
    )
    run.add_argument("--timeline", metavar="FILE.svg", help="write a picture of what happened")
    run.add_argument("--trace", metavar="FILE.json", help="write it for Perfetto, in Chrome's form")
    run.add_argument("--report", metavar="FILE.txt", help="write what is said on stderr here, too")
    run.add_argument("-m", dest="module", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    run.add_argument("program", nargs=argparse.REMAINDER, help="a Python file, and its arguments")
    options = parser.parse_args(argv)
    if not (options.program or options.module):
        run.error("which program?")
    return options


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError(text)
    return seconds


# -- as Python runs a program ---------------------------------------------------------------------


def prepare(options: argparse.Namespace) -> Callable[[], None]:
    """Make `sys` what it is for the program, and return what runs it."""
    name, *arguments = options.module or options.program
    sys.argv[:] = [name, *arguments]
    if options.module:
        _begin_path_with(os.getcwd())
        return lambda: run_module(name, alter_argv=True)
    if pkgutil.get_importer(name) is not None:  # a folder, or a zip file, with a __main__.py
        _begin_path_with(os.path.abspath(name))
        return lambda: run_module("__main__", alter_argv=False)
    _begin_path_with(os.path.dirname(os.path.realpath(name)))
    try:
        with io.open_code(os.path.abspath(name)) as file:
            source = file.read()
    except OSError as error:
        print(f"mpscope: can't open file {name!r}: {error.strerror}", file=sys.stderr)
        sys.exit(NO_PROGRAM)
    return lambda: run_source(source, os.path.abspath(name))


def _begin_path_with(folder: str) -> None:
    """`sys.path[0]` is what Python put there for this package; not if it was told to be safe."""
    if not sys.flags.safe_path:
        sys.path[0] = folder


def run_source(source: bytes, path: str) -> None:
    """Run a file's text as `__main__`."""
    module = _new_main()
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    module.__dict__["__cached__"] = None
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))


def run_module(name: str, alter_argv: bool) -> None:
    """Run a module as `__main__`, as `python -m` does; the rest is runpy's."""
    _new_main()
    runpy._run_module_as_main(name, alter_argv)


def _new_main() -> ModuleType:
    _replaced.append(sys.modules["__main__"])  # it would take its functions with it
    module = sys.modules["__main__"] = ModuleType("__main__")
    sys.modules["__mp_main__"] = module  # where what spawned children send has its classes
    vars(module)["__builtins__"] = sys.modules["builtins"]
    return module


_replaced: list[ModuleType] = []
