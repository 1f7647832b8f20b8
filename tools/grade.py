"""Check what learners have handed in, and print a line per learner and exercise, as CSV.

    handed_in/ada/my_workers/queue_1.py ─▶ check ─▶ ada,queue-1,right,
    handed_in/bo/my_workers/queue_1.py  ─▶       ─▶ bo,queue-1,not yet,arrival

    python tools/grade.py handed_in/*      each folder is a learner's, and is called as they are

Each answer runs in a process of its own, with a deadline: a hanging one costs some seconds.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from ipc_helpers.grading.answer import Answer, unfinished_functions
from ipc_helpers.grading.catalogue import Exercise, catalogue
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.runner import CHECK_S
from ipc_helpers.grading.sandbox import perform
from ipc_helpers.worker_cell import PACKAGE

COLUMNS = ["learner", "exercise", "verdict", "finding"]


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
        found = sorted(folder.rglob(f"{PACKAGE}/{exercise.module}.py"))
        finding = finding_of(exercise, found[0]) if found else "not-handed-in"
        yield exercise.id, "right" if finding is None else "not yet", finding or ""


def finding_of(exercise: Exercise, file: Path) -> str | None:
    """What is wrong with a handed-in file; None if nothing is.

    The file is not imported here, where it could end the grading: the sandbox does that.
    """
    try:
        if unfinished_functions(file):
            return "not-written"
    except SyntaxError:
        return "broken-cell"
    answer = Answer(f"{PACKAGE}.{exercise.module}", exercise.function, str(file))
    folder = str(file.resolve().parents[1])
    sys.path.append(folder)
    try:
        return perform(exercise.id, answer, grader_of(exercise.id).methods, CHECK_S)[-1].finding
    finally:
        sys.path.remove(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
