"""Prove that the engine stands alone: install it in an empty environment, and run its tests there.

    python tools/test_engine.py           `make test-engine`; a part of `make test`
    python tools/test_engine.py ARGS      with ARGS for pytest (-x, -k queue ...)

The environment is `build/engine`; it is made anew when the engine's needs change.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bootstrap import find_uv

ENGINE = Path(__file__).resolve().parent.parent / "engine"
PLACE = ENGINE.parent / "build" / "engine"
PYTHON = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# These two change what a child prints and when; a user's machine does not set them.
HIDE_PROBLEMS = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


def main() -> int:
    make_environment()
    environment = {key: value for key, value in os.environ.items() if key not in HIDE_PROBLEMS}
    # These tests wait more than they work: with five on two cores, a third of the cores is idle.
    workers = str(min(8, 1 + 3 * (os.cpu_count() or 1)))
    command = [str(PYTHON), "-m", "pytest", "-n", workers, "--max-worker-restart=3", *sys.argv[1:]]
    code = subprocess.run(command, cwd=ENGINE, env=environment, check=False).returncode
    if code == 1:  # a busy neighbour may have made it late; what is wrong fails alone, too
        print("== what has failed, once more, and alone", flush=True)
        command = [str(PYTHON), "-m", "pytest", "--last-failed", *sys.argv[1:]]
        code = subprocess.run(command, cwd=ENGINE, env=environment, check=False).returncode
    return code


def make_environment() -> None:
    """An environment with the engine as it is now, what its tests need, and nothing else."""
    needs = hashlib.sha256((ENGINE / "pyproject.toml").read_bytes()).hexdigest() + sys.version
    stamp = PLACE / "needs"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != needs:
        print("== an environment for the engine alone (half a minute, with uv less)", flush=True)
        shutil.rmtree(PLACE, ignore_errors=True)
        venv.create(PLACE, with_pip=find_uv() is None)
        install(".[test]")
        stamp.write_text(needs, encoding="utf-8")
        return
    install("--no-deps", "--force-reinstall", ".")


def install(*what: str) -> None:
    subprocess.run([*installer(PYTHON), *what], cwd=ENGINE, check=True)


def installer(python: Path) -> list[str]:
    """The command that installs what is named after it for `python`."""
    if uv := find_uv():
        return [*uv, "pip", "install", "--quiet", "--python", str(python)]
    options = ["--quiet", "--disable-pip-version-check", "--no-input"]
    return [str(python), "-m", "pip", "install", *options]


if __name__ == "__main__":
    sys.exit(main())
