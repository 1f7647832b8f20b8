"""Prove the core of the engine on the newest Python, too: `python tools/newer.py [3.15]`.

What is not installed is fetched into build/ (tools/get_python.sh); where it cannot be had, this
says so, loudly, and is no failure.  What is not ours, and what is said, is looked at under every
start method; drop-in, faults and waits under one; a lesson's script under each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from test_engine import installer

ROOT = Path(__file__).resolve().parent.parent
CANNOT = 3  # get_python.sh: it cannot be had here
SOME_FAILED = 1  # the exit code of pytest, if all tests have run
NEEDS = ["pytest>=9,<10", "pytest-xdist>=3.8,<4", "psutil>=6", "joblib>=1.4,<2", "loky>=3.4,<4"]
SCRIPTS = {"fork": "02_queue.py", "spawn": "03_pipe.py", "forkserver": "04_manager.py"}
WHOLE = ["test_not_ours.py", "test_transcript.py"]
PART = ["test_drop_in.py", "test_faults.py", "test_waits.py"]
SKIPPED = "\n!!! SKIPPED: the core was not tried on Python {}: {} !!!\n"


def main() -> int:
    version = sys.argv[1] if len(sys.argv) > 1 else "3.15"
    found = python_of(version)
    if found is None:
        return 0
    environment = ROOT / "build" / f"newer-{version}"
    if not (environment / "bin" / "pytest").exists():
        subprocess.run([found, "-m", "venv", "--clear", environment], check=True)
        install = [*installer(environment / "bin" / "python"), *NEEDS]
        if subprocess.run(install, check=False).returncode:
            print(SKIPPED.format(version, "its packages cannot be had"), file=sys.stderr)
            return 0
    return prove(str(environment / "bin" / "python"))


def python_of(version: str) -> str | None:
    """The interpreter, fetched if need be; None, and a loud word, if it cannot be had."""
    if found := shutil.which(f"python{version}"):
        return found
    folder = ROOT / "build" / f"python-{version}"
    fetch = ["sh", str(ROOT / "tools" / "get_python.sh"), version, str(folder)]
    code = subprocess.run(fetch, check=False, stdout=sys.stderr).returncode
    if code == 0:
        return str(folder / "usr" / "bin" / f"python{version}")
    why = "it cannot be had here" if code == CANNOT else f"get_python.sh ended with {code}"
    print(SKIPPED.format(version, why), file=sys.stderr)
    return None


def prove(python: str) -> int:
    began = time.monotonic()
    paths = [ROOT / "engine" / "src", ROOT]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    tests = [python, "-m", "pytest", "-q", "-n", "2"]
    one = ["-m", "not slow", "-k", "fork and not forkserver"]
    codes = []
    for command in ([*tests, *paths_of(WHOLE)], [*tests, *one, *paths_of(PART)]):
        ran = subprocess.run(command, cwd=ROOT / "engine", env=environment, check=False)
        if ran.returncode == SOME_FAILED:  # a busy machine may have made it late
            again = [*command[:4], "--last-failed", *command[6:]]
            ran = subprocess.run(again, cwd=ROOT / "engine", env=environment, check=False)
        codes.append(ran.returncode)
    for method, name in SCRIPTS.items():
        script = [python, "-m", "mpscope", "run", str(ROOT / "notebooks" / "scripts" / name)]
        chosen = {"IPC_START_METHOD": method}
        told = subprocess.run(
            script,
            env={**environment, **chosen},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        print(f"{name} under {method}: {told.stderr if told.returncode else 'ends well'}")
        codes.append(told.returncode)
    print(f"the core on {python}: {time.monotonic() - began:.0f} s")
    return max(codes)


def paths_of(names: list[str]) -> list[str]:
    return [str(ROOT / "engine" / "tests" / name) for name in names]


if __name__ == "__main__":
    sys.exit(main())
