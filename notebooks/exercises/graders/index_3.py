"""The grader of index-3."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises

NAME, OLD, NEW = "cat.json", ["an", "old", "word"], ["the", "cat", "sat"]
NEVER = "never"


class Whole(Grader):
    """The child that stores is killed at the moments at which it matters."""

    cases = {
        "nobody is killed": (NEVER,),
        "killed as it begins to write": ("begins to write",),
        "killed as it renames a file": ("renames",),
        "killed when it has renamed a file": ("has renamed",),
    }
    may_fail = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        with TemporaryDirectory() as name:
            folder = os.path.realpath(name)
            Path(folder, NAME).write_text(json.dumps(OLD), encoding="utf-8")
            args = (answer, folder, NAME, NEW, case[0])
            child = mp.Process(target=exercises.store_and_die, args=args)
            child.start()
            child.join()
            found = _state(Path(folder))
        right = {"new"} if case == (NEVER,) else {"old", "new"}
        return "whole" if found in right else found

    def expected(self, *case: Any) -> str:
        return "whole"

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.result == "whole" or run.failures:
            return "not-there" if run.result == "old" and run.case == (NEVER,) else None
        if run.case == (NEVER,):
            return {"old": "not-there", "missing": "not-there", "broken": "not-json"}.get(
                run.result, "left-over"
            )
        if run.result == "broken" and run.case == ("has renamed",):
            return "not-closed"
        return {"broken": "written-in-place", "missing": "removed-first"}.get(
            run.result, "left-over"
        )


def _state(folder: Path) -> str:
    """What a reader finds who takes each file that ends in .json for a record."""
    if not (folder / NAME).exists():
        return "missing"
    if len(list(folder.glob("*.json"))) > 1:
        return "two records"
    try:
        words = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except ValueError:
        return "broken"
    return {tuple(NEW): "new", tuple(OLD): "old"}.get(tuple(words), "other words")
