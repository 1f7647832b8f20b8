"""The lab of lesson 06: children are born, step by step and by the clock.

parent: start() ─ pickle ─▶ new process: import ─ rebuild ─▶ target ─▶ its stamps come home
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.words import said
from ipc_helpers.workers import birth as workers
from mpscope.errors import CannotPickle, WrongUse

TRAVELLER, LAMBDA, FRAGILE, LOST = "traveller", "lambda", "fragile", "lost"

Step = tuple[int, int, str]  # when, by which process, what


class Birth(NamedTuple):
    """What the parent got to know about one child."""

    steps: list[Step]
    exit_code: int


class BirthLab(Lab):
    """Lesson 06's panel: which steps has a birth, and what makes it slow, or fail?"""

    name = "birth"
    deadline_s = 8.0

    arguments = (TRAVELLER, LAMBDA, FRAGILE, LOST)
    controls = (
        Choice("argument", TRAVELLER, arguments),
        Number("children", 2, 1, 6),
        Number("memory_mb", 0, 0, 400),
    )

    def experiment(self, mp: Any, argument: str, children: int, memory_mb: int) -> list[Birth]:
        ballast = workers.fill(memory_mb)
        births = [self._birth(mp, argument) for _ in range(children)]
        del ballast
        return births

    def _birth(self, mp: Any, argument: str) -> Birth:
        known = len(workers.stamps)
        mine, yours = mp.Pipe()
        target, args = self._job(mp, argument, yours)
        workers.stamp("calls start()")
        began = workers.stamps[-1][0]
        child = mp.Process(target=target, args=args)
        del args  # so that LOST has no other owner
        child.start()
        if argument == LOST:
            mine.send("now you may")
        child.join()
        told = mine.recv() if mine.poll() else []
        steps = sorted({*workers.stamps[known:], *told})
        del workers.stamps[known:]
        return Birth([step for step in steps if step[0] >= began], child.exitcode)

    def _job(self, mp: Any, argument: str, line: Any) -> tuple[Any, tuple[Any, ...]]:
        if argument == LOST:
            return workers.show, (workers.WaitsToBeRebuilt(line), mp.Value("i", 7))
        if argument == FRAGILE:
            return workers.unpack, (workers.Fragile(),)
        if argument == LAMBDA:
            return workers.call, (lambda: "hello",)
        return workers.report_stamps, (workers.Traveller(), line)

    def look_at_unended(self, run: Run, settings: dict[str, Any]) -> Seen:
        if not isinstance(run.error, CannotPickle | WrongUse):
            return super().look_at_unended(run, settings)
        refused = self.says("refused", error=type(run.error).__name__)
        born = self.says("born", count=settings["children"])
        return Seen((refused, born), self.says("no_pickle"))

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        births: list[Birth] = run.answer
        well = sum(birth.exit_code == 0 for birth in births)
        facts = [self.says("reached", well=well, count=settings["children"])]
        if settings["argument"] == TRAVELLER:
            facts += steps_of(births[0])
        codes = sorted({birth.exit_code for birth in births})
        facts.append(self.says("codes", codes=", ".join(map(str, codes))))
        return Seen(tuple(facts), sentence(births, settings))


def steps_of(birth: Birth) -> list[str]:
    """The steps of a birth in their order, with the process that took each."""
    parent = birth.steps[0][1]
    return [f"{'parent' if pid == parent else 'child'} {what}" for _, pid, what in birth.steps]


def sentence(births: list[Birth], settings: dict[str, Any]) -> str:
    """What was to be seen, with the times of this run."""
    failed = any(birth.exit_code for birth in births)
    if settings["argument"] == FRAGILE and failed:
        return said("lab.birth.no_rebuild")
    if settings["argument"] == LOST and failed:
        return said("lab.birth.not_kept")
    if settings["argument"] != TRAVELLER:
        return said("lab.birth.inherited")
    steps = births[-1].steps
    took = steps[-1][0] - steps[0][0]
    longest, what = max((after[0] - before[0], after[2]) for before, after in pairwise(steps))
    return said("lab.birth.took", ms=took / 1e6, longest=longest / 1e6, step=what)


birth_lab = BirthLab
