"""The grader of memories-1."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises

ROWS = ("list argument", "global list", "queue", "mp.Value", "Manager list")
MISTAKEN = {
    ("list argument", "arrives"): "list-arrives",
    ("global list", "arrives"): "global-arrives",
    ("queue", "arrives"): "queue-cut-off",
    ("mp.Value", "arrives"): "value-copied",
    ("Manager list", "arrives"): "manager-copied",
}


class TruthGrid(Grader):
    """The truth is measured, not written down: the answer is compared with what happens here."""

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
