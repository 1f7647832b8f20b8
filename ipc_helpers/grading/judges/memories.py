"""Lesson 01."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Judge, Run
from ipc_helpers.workers import exercises

ROWS = ("list argument", "global list", "queue", "mp.Value", "Manager list")
MISTAKEN = {
    ("list argument", "arrives"): "list-arrives",
    ("global list", "arrives"): "global-arrives",
    ("queue", "arrives"): "queue-cut-off",
    ("mp.Value", "arrives"): "value-copied",
    ("Manager list", "arrives"): "manager-copied",
}


class TruthGrid(Judge):
    """The truth is measured, not written down: the answer is compared with what happens here."""

    id = "memories-1"
    methods = ("fork", "spawn")
    cases = {"five objects": ()}

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        grid = answer()
        exercises.shelf.clear()
        numbers: list[int] = []
        letters, number = mp.Queue(), mp.Value("i", 0)
        with mp.Manager() as manager:
            managed = manager.list()
            arguments = (numbers, letters, number, managed)
            child = mp.Process(target=exercises.change_all, args=arguments)
            child.start()
            ids = letters.get()
            child.join()
            arrived = [numbers == [1], exercises.shelf == [1], True, number.value == 1]
            arrived.append(managed[:] == [1])
        things = (numbers, exercises.shelf, letters, number, managed)
        same_id = f"same id under {mp.get_start_method()}"
        return {
            (row, column): _cell(grid, row, column)
            for place, row in enumerate(ROWS)
            for column, truth in (
                ("arrives", arrived[place]),
                (same_id, ids[place] == id(things[place])),
            )
            if _cell(grid, row, column) is not truth
        }

    def expected(self, *case: Any) -> Any:
        return {}

    def diagnose(self, run: Run) -> str | None:
        wrong = run.result or {}
        if None in wrong.values():
            return "unanswered"
        if "?" in wrong.values():
            return "other-shape"
        for (row, column), _ in wrong.items():
            if column != "arrives":
                return "id-under-fork" if run.method == "fork" else "id-under-spawn"
            return MISTAKEN[row, column]
        return None


def _cell(grid: Any, row: str, column: str) -> object:
    try:
        value = grid[row][column]
    except (KeyError, TypeError, IndexError):
        return "?"
    return value if value is None or isinstance(value, bool) else "?"


class BringHome(Judge):
    id = "memories-2"
    cases = {
        "three short lines": (["to be or", "not", "to be"],),
        "a long line": (["word " * 300, "end"],),
    }

    def expected(self, *case: Any) -> int:
        return sum(len(text.split()) for text in case[0])

    def diagnose(self, run: Run) -> str | None:
        if any(code > 1 for code in run.exit_codes().values()):
            return "exit-code-as-letter"
        if ".value +=" in run.source and "ock" not in run.source and not run.one_by_one:
            return "lost-update"
        if run.result == run.expected or run.failures:
            return None
        if ".value" in run.source and not run.joined:
            return "read-too-early"
        if run.did("receive", "parent"):
            return "one-for-all"
        if run.result == 0 and run.children:
            worker = run.source.rpartition("def count(")[2].partition("\ndef ")[0]
            return "returned-to-nobody" if "return " in worker else "changed-a-copy"
        return None


class PassIt(Judge):
    id = "memories-3"
    cases = {
        "Good evening": ("Good evening", ["Ada", "Bo"]),
        "Ahoy": ("Ahoy", ["Cy", "Bo", "Ada"]),
    }

    def expected(self, *case: Any) -> list[str]:
        words, names = case
        return sorted(f"{words}, {name}" for name in names)

    def diagnose(self, run: Run) -> str | None:
        if not run.children and "get_context" in run.source:
            return "chose-fork"
        if any("NameError" in failure for failure in run.failures):
            return "missing-name"
        if type(run.result) is not list or run.result == run.expected:
            return None
        if sorted(run.result) == run.expected:
            return "not-sorted"
        if "environ" in run.source:
            return "by-environment"
        if all(str(line).startswith("Hello") for line in run.result):
            return "bound-too-early" if run.method == "fork" else "relied-on-a-copy"
        return None


class NightWatch(Judge):
    id = "memories-4"
    cases = {
        "four nights": (["quiet", "asleep", "trips", "robbed"],),
        "two nights": (["robbed", "quiet"],),
    }
    may_fail = True

    def expected(self, *case: Any) -> list[str]:
        words = {"quiet": "well", "asleep": "failed", "trips": "failed", "robbed": "killed"}
        return [words[night] for night in case[0]]

    def diagnose(self, run: Run) -> str | None:
        if run.result == run.expected or type(run.result) is not list or not run.children:
            return None
        if not run.joined:
            return "read-too-early"
        if len(run.result) != len(run.expected):
            return None
        by_night = dict(zip(run.case[0], run.result, strict=True))
        if set(run.result) == {"well"}:
            return "waited-for-exception"
        if by_night.get("robbed") == "failed":
            return "killed-is-failed"
        if by_night.get("asleep", "failed") != "failed" and by_night.get("trips") == "failed":
            return "only-code-one"
        if by_night.get("robbed") == "well":
            return "killed-is-well"
        if "killed" in (by_night.get("asleep"), by_night.get("trips")):
            return "failed-is-killed"
        return None
