"""Prove the course: `make test`. One check after the other; pytest comes last and closes.

python tools/check.py            everything
python tools/check.py --fast     without what is marked as slow: see CONTRIBUTING.md
python tools/check.py -- ARGS    everything, with ARGS for pytest (-x, -k queue ...)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]
# Most tests wait for processes, not for a core. A test that hangs ends its worker, and runs again
# in a new one: not as often as xdist would have it, which takes more than an hour.
SIDE_BY_SIDE = ["-n", str(min(5, 1 + 2 * (os.cpu_count() or 1))), "--max-worker-restart=3"]
# nbval would be loaded before tests/conftest.py, which spares each worker a second.
PLUGINS, NO_OTHERS = ("-p", "xdist.plugin"), {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
SOME_FAILED = 1  # pytest's exit code if all tests have run
# What lesson 00 measures, one process against several, needs all cores: beside others it is late.
RACES = {
    "tests/test_notebooks_run.py": "test_outputs_are_true_and_nothing_is_left[00_start_here",
    "tests/test_translation.py": "test_it_shows_what_is_stored_and_leaves_nothing[de-00_start_here",
}
RACES_ALONE = [*RACES, "-k", "(outputs_are_true or shows_what) and 00_start_here and not exercises"]
# These two change what a child prints and when; a learner's machine does not set them.
HIDE_PROBLEMS = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fast", action="store_true", help="leave out notebooks and browser")
    parser.add_argument("pytest_args", nargs="*", help="passed on to pytest (after --)")
    options = parser.parse_args()
    selection = ["-m", "not slow"] if options.fast else []
    checks = {
        "style (ruff check)": [*PYTHON, "ruff", "check", "."],
        "layout (ruff format --check)": [*PYTHON, "ruff", "format", "--check", "."],
    }
    tests = [*PYTHON, "pytest", *PLUGINS, *selection, *options.pytest_args]
    failed = [name for name, command in checks.items() if run(name, command)]
    types = begin([*PYTHON, "mypy"])  # beside the engine's tests, which wait more than they work
    engine = [sys.executable, "tools/test_engine.py", *selection, *options.pytest_args]
    if run("the engine alone (pytest)", engine):
        failed.append("the engine alone (pytest)")
    if end("types (mypy)", types):
        failed.append("types (mypy)")
    if not options.fast and run("the core on a newer Python", [sys.executable, "tools/newer.py"]):
        failed.append("the core on a newer Python")
    if not options.fast:  # here, where it may take its time; the tests say what they miss
        print("== a browser", flush=True)
        subprocess.run([sys.executable, "tools/install_browser.py"], cwd=ROOT, check=False)
    if not options.fast and not options.pytest_args:
        if run("lesson 00, alone", [*tests, *RACES_ALONE]):
            failed.append("lesson 00, alone")
        tests += [f"--deselect={file}::{test}" for file, test in RACES.items()]
    code = run("tests (pytest)", [*tests, *SIDE_BY_SIDE])
    if code == SOME_FAILED:
        # A busy neighbour may have made it late; what is wrong fails alone, too.
        again = [*tests, "--last-failed", "--last-failed-no-failures=none"]
        code = run("what has failed, once more, and alone", again)
    if code:
        failed.append("tests (pytest)")
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def begin(command: list[str]) -> subprocess.Popen[str]:
    """Start a check that runs beside others; `end` shows its output, which has to be short."""
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def end(name: str, check: subprocess.Popen[str]) -> int:
    """Wait for a check, and show what it said; returns its exit code."""
    said, _ = check.communicate()
    print(f"== {name}\n{said}", end="", flush=True)
    return check.returncode


def run(name: str, command: list[str]) -> int:
    """Run one check with its output on the screen; returns its exit code."""
    print(f"== {name}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key not in HIDE_PROBLEMS}
    environment |= NO_OTHERS if "pytest" in command else {}
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code:
        print(f"== {name}: failed after {time.monotonic() - began:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
