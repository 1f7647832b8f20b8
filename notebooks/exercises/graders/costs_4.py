"""The grader of costs-4: what pickle makes of the list."""

from __future__ import annotations

import pickle
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from mpscope import Text


class Different(Grader):
    """No process is started here: a pickle's length says it all."""

    methods = ("spawn",)
    cases = {"a hundred": (100, 10_000), "five small ones": (5, 40)}
    least_children = 0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.made = answer(*case)
        if not isinstance(self.made, list):
            return self.made if isinstance(self.made, bytes) else repr(type(self.made))
        self.pickled = len(pickle.dumps(self.made, 5))
        sizes = {len(message) for message in self.made if isinstance(message, bytes | str)}
        self.each = sorted(sizes)
        return "fit" if self.pickled >= case[0] * case[1] else "unfit"

    def expected(self, *case: Any) -> str:
        return "fit"

    def diagnose(self, run: Run) -> str | None:
        count, size = run.case
        if run.error:
            return None
        if isinstance(self.made, bytes | str):
            return "one-long-message"
        if not isinstance(self.made, list):
            return "cannot-be-sent"
        if not all(isinstance(message, bytes) for message in self.made):
            return "no-bytes"
        if len(self.made) != count:
            return "other-count"
        if self.each != [size]:
            return "other-sizes"
        different = len(set(map(id, self.made)))
        if different == 1:
            return "one-object"
        return "few-objects" if different < count else None

    def shown(self, run: Run) -> Any:
        if isinstance(self.made, list):
            return Text(f"{len(self.made)} messages, {self.pickled:,} bytes on the way")
        return type(self.made).__name__
