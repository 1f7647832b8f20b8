"""Check what learners have handed in, and print a line per learner and exercise, as CSV.

    handed_in/ada/my_workers/queue_1.py ─▶ check ─▶ ada,queue-1,right,
    handed_in/bo/my_workers/queue_1.py  ─▶       ─▶ bo,queue-1,not yet,arrival

    python tools/grade.py handed_in/*      each folder is a learner's, and is called as they are

Each answer runs in a process of its own, with a deadline: a hanging one costs some seconds. One for
which the machine was too slow runs once more, with more time; if that is not enough, its verdict is
"not judged". What is no plain text file of a reasonable size, or lies behind a link, is not opened:
its finding says so.

Two things to know before you let marks depend on it:

- What is handed in runs with your rights. Grade in a container, or as a user who owns nothing.
- An answer runs in one process with its grader, so a verdict can be forged by somebody who tries.
  It is made for learners, who have no reason to. For marks that count, read what says "right", or
  ask for a word of explanation; with nbgrader, let its autograder run this program in its container
  on the submitted folder, and give the points by hand.
"""

from __future__ import annotations

import csv
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ipc_helpers.grading.answer import Answer, unfinished_functions
from ipc_helpers.grading.api import patience_s
from ipc_helpers.grading.catalogue import Exercise, catalogue
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.runner import CHECK_S
from ipc_helpers.grading.sandbox import perform
from ipc_helpers.worker_cell import PACKAGE

VERDICTS = {None: "right", "too-slow": "not judged"}  # of a finding; any other one: "not yet"
COLUMNS = ["learner", "exercise", "verdict", "finding"]
PATIENT_S = 4 * CHECK_S  # for the second run of an answer
MOST_BYTES = 200_000  # of one file: a long answer has five thousand


class NotReadable(Exception):
    """A file that is not opened, or not taken; its text is the finding."""


def main(folders: list[str]) -> int:
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for folder in map(Path, folders):
        for row in grades(folder):
            writer.writerow([folder.resolve().name, *row])
            sys.stdout.flush()
    return 0


def grades(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(exercise, verdict, finding) for every exercise of the course."""
    for exercise in catalogue().exercises.values():
        try:
            finding = finding_of(exercise, folder)
        except NotReadable as no:
            finding = str(no)
        yield exercise.id, VERDICTS.get(finding, "not yet"), finding or ""


def finding_of(exercise: Exercise, folder: Path) -> str | None:
    """What is wrong with an answer; None if nothing is.

    The file is not imported here, where it could end the grading: the sandbox does that, with a
    copy. Raises NotReadable.
    """
    found = sorted(folder.rglob(f"{PACKAGE}/{exercise.module}.py"))
    if not found:
        return "not-handed-in"
    with tempfile.TemporaryDirectory(prefix="grade-") as place:
        mine = Path(place, PACKAGE, f"{exercise.module}.py")
        mine.parent.mkdir()
        mine.write_text(text_of(found[0], folder), encoding="utf-8")
        try:
            if unfinished_functions(mine):
                return "not-written"
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return "broken-cell"
        answer = Answer(f"{PACKAGE}.{exercise.module}", exercise.function, str(mine))
        sys.path.append(place)
        try:
            return _judged(exercise, answer)
        finally:
            sys.path.remove(place)


def _judged(exercise: Exercise, answer: Answer) -> str | None:
    methods = grader_of(exercise.id).methods
    finding = perform(exercise.id, answer, methods, patience_s())[-1].finding
    if finding == "too-slow":
        finding = perform(exercise.id, answer, methods, PATIENT_S)[-1].finding
    return finding


def text_of(file: Path, folder: Path) -> str:
    """The text of a file that was handed in. Raises NotReadable."""
    ways = [file, *file.parents]
    if any(path.is_symlink() for path in ways[: ways.index(folder)]):
        raise NotReadable("a-link")
    try:
        about = file.lstat()
        if not stat.S_ISREG(about.st_mode):
            raise NotReadable("no-file")
        if about.st_size > MOST_BYTES:
            raise NotReadable("too-big")
        return file.read_text(encoding="utf-8")
    except OSError:
        raise NotReadable("not-readable") from None
    except UnicodeDecodeError:
        raise NotReadable("not-utf-8") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
