"""How an answer is graded: what is run, on which inputs, and which mistake a run shows.

A `Grader` for each exercise stands in `notebooks/exercises/graders/`.  Its `stage` runs in the
sandbox's block, in the place of a learner's own cell; `diagnose` looks at the finished `Run` and
names the mistake, or none.  What is said about a mistake stands in the catalogue under its name.

What several graders ask stands in `evidence`, what is asked of races in `updates`; how children are
made to begin late, in `lateness`.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any, ClassVar

from ipc_helpers.grading.catalogue import EXERCISES
from ipc_helpers.grading.run import Run

METHODS = ("fork", "spawn", "forkserver")


class Grader:
    """Knows what to run for one exercise and what the runs mean.  Subclasses override."""

    methods: ClassVar[tuple[str, ...]] = METHODS
    cases: ClassVar[dict[str, tuple[Any, ...]]]
    """The inputs by name: the arguments after `mp`."""
    limit_s: ClassVar[float] = 3.0
    """The deadline of one run."""
    least_children: ClassVar[int] = 1
    """The fewest children that a right answer has; see `children_for`."""
    late: ClassVar[Collection[int]] = ()
    """Which children begin late in the first run of a check, in the order of their making:
    (0,) the first one, `EVERY_ONE`. An answer that trusts the clock is wrong there."""
    riddle: ClassVar[bool] = False
    """Whether the story of a run is the answer, and must not be told with a verdict."""
    pictured: ClassVar[bool] = True
    """Whether a timeline of a run helps: not where it plays one schedule after the other."""
    may_fail: ClassVar[bool] = False
    """Whether the children of a right answer may fail."""

    def stage(self, mp: Any, answer: Callable[..., Any], *case: Any) -> Any:
        """Run the answer on one input, inside an observed block; what it returns is judged."""
        return answer(mp, *case)

    def expected(self, *case: Any) -> Any:
        """What a right answer's stage returns for an input."""
        raise NotImplementedError

    def children_for(self, *case: Any) -> int:
        """The fewest children that the task asks for, with this input."""
        return self.least_children

    def speakers_for(self, *case: Any) -> int:
        """The fewest children that have to put, send, call or lock something."""
        return 0

    def diagnose(self, run: Run) -> str | None:
        """The name of the mistake that this run shows, if it is one that people often make."""
        return None

    def shown(self, run: Run) -> Any:
        """What a message shows as {got}."""
        return run.result

    def examine(self, run: Run) -> str | None:
        """The finding of a run; None if all is well."""
        return self.diagnose(run) or next(self._in_general(run), None)

    def _in_general(self, run: Run) -> Iterator[str]:
        if run.error is not None:
            yield "raised"
        if not self.may_fail or run.stuck:
            if run.failed_with("RemoteError: KeyError"):
                yield "thrown-away"
            if run.failed_with("FileNotFoundError"):
                yield "came-too-late" if run._servers else "thrown-away"
        if run.stuck:
            yield "child-failed" if run.failures else "busy" if run.trace.graph.busy else "hung"
        if run.failures and not self.may_fail:
            yield "child-failed"
        least = self.children_for(*run.case)
        if not run.started and least:
            yield "no-children"
        if run.result is None and run.expected is not None:
            yield "nothing-returned"
        if type(run.result) is not type(run.expected):
            yield "wrong-type"
        if run.result != run.expected:
            yield "wrong-result"
        if run.started < least:
            yield "too-few-children"
        if len(run.speakers) < self.speakers_for(*run.case):
            yield "idle-children"
        if any(code > 0 for code in run.exit_codes().values()) and not self.may_fail:
            yield "exit-code"


class Logged(Grader):
    """A grader whose stage returns what counts of a log, and keeps the log, which messages show."""

    log: Any = None

    def shown(self, run: Run) -> Any:
        return self.log


@cache
def grader_of(id: str) -> Grader:
    """The grader of an exercise: the last subclass that its file in `graders/` defines."""
    # not by the catalogue: a check would read all of it, and take a tenth longer
    names = runpy.run_path(str(EXERCISES / "graders" / f"{id.replace('-', '_')}.py"))
    graders = [it for it in names.values() if isinstance(it, type) and issubclass(it, Grader)]
    found: Grader = graders[-1]()
    return found
