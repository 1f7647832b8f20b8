"""Pack the course for a class: `make release`. What git tracks, but no solution and no output.

    dist/course.zip       what learners unpack, and open with `make lab`
    dist/solutions.zip    unpacked at the same place, `solution(...)` shows them

Left out: the solutions, the mistakes and the blind answers, which show them, and the instructors'
pages on the lessons. Without the second file `solution(...)` says that solutions are not part of
this copy: it is for the instructor to say when.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import copies
import nbformat

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SOLUTIONS = "notebooks/exercises/solutions/"
LEFT_OUT = (
    SOLUTIONS,
    "notebooks/exercises/mistakes/",
    "tests/blind_answers/",
    "docs/instructors/0",
    "docs/instructors/1",
)


def main(folder: Path = DIST) -> None:
    names = tracked()
    pack(folder / "course.zip", released(names))
    pack(folder / "solutions.zip", [name for name in names if name.startswith(SOLUTIONS)])


def pack(target: Path, names: list[str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = zipfile.ZipInfo.from_file(ROOT / name, f"course/{name}")  # with its mode
            archive.writestr(info, content(ROOT / name), zipfile.ZIP_DEFLATED)
    print(f"{target.name}: {len(names)} files")


def content(path: Path) -> bytes:
    """A notebook without its outputs, which answer every question; any other file as it is."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    return copies.as_bytes(copies.without_outputs(nbformat.read(path, as_version=4)))


def tracked() -> list[str]:
    """The names of all files that belong to the course."""
    command = ["git", "ls-files", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return [name for name in answer.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def released(names: list[str]) -> list[str]:
    """The names of those that learners get."""
    return [name for name in names if not name.startswith(LEFT_OUT)]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
