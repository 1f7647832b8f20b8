"""The grader of deaths-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import exercises
from mpscope import Kind

CODES = {"asked": 0, "terminated": -15, "killed": -9}
TARGETS = {
    exercises.tidy_up_first: "asked",
    exercises.never_look: "terminated",
    exercises.never_listen: "killed",
}


class End(Grader):
    """What it took is known from the exit code. The first child gets time: it is going to end."""

    cases = {
        "a child that tidies up first": (exercises.tidy_up_first, 2.0),
        "a child that never looks": (exercises.never_look, 0.3),
        "a child that ignores SIGTERM": (exercises.never_listen, 0.2),
    }
    may_fail = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        target, patience_s = case
        stop, ready = mp.Event(), mp.Event()
        child = mp.Process(target=target, args=(stop, ready), daemon=True)
        child.start()
        ready.wait()
        said = answer(child, stop, patience_s)
        self.asked, self.alive = stop.is_set(), child.exitcode is None
        child.kill()
        child.join()
        return said, child.exitcode

    def expected(self, *case: Any) -> tuple[str, int]:
        word = TARGETS[case[0]]
        return word, CODES[word]

    def shown(self, run: Run) -> Any:
        return run.result[0] if run.result else None

    def diagnose(self, run: Run) -> str | None:
        word = TARGETS[run.case[0]]
        if run.waiting("parent", Kind.JOIN):
            return "no-second-step" if word == "killed" else "waited-for-ever"
        if run.stuck or run.error:
            return None
        said, code = run.result
        if self.alive:
            return "left-alive"
        if word == "asked" and not self.asked:
            return "never-asked"
        if word == "asked" and code != 0:
            return "no-patience"
        if word == "terminated" and code == CODES["killed"]:
            return "killed-at-once"
        return None if CODES.get(said) == code else "another-word"
