"""The lab of lesson 06: children are born, step by step and by the clock.

parent: start() ─ pickle ─▶ new process: import ─ rebuild ─▶ target ─▶ its stamps come home
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ipc_helpers.labs.controls import Choice, Control, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import birth as workers
from mpscope.errors import CannotPickle, WrongUse

TRAVELLER = "one that stamps the hour"
LAMBDA = "a lambda"
FRAGILE = "one that breaks when it is rebuilt"
LOST = "a number that the parent does not keep"

Step = tuple[int, int, str]  # when, by which process, what


class Birth(NamedTuple):
    """What the parent got to know about one child."""

    steps: list[Step]
    exit_code: int


class BirthLab(Lab):
    """Which steps does a birth have, and what makes it slow, or fail?"""

    name = "birth"
    title = "Lab: how a child is born"
    question = (
        "Which steps does a birth have, in which process, and how long does it take? "
        "Change the argument that the child is given, and the memory that its parent uses."
    )
    deadline_s = 8.0

    def controls(self) -> Sequence[Control]:
        arguments = (TRAVELLER, LAMBDA, FRAGILE, LOST)
        return (
            Choice("argument", "Argument", TRAVELLER, arguments),
            Number("children", "Children, one after the other", 2, 1, 6),
            Number("memory_mb", "Memory that the parent uses, in MB", 0, 0, 400),
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

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        if isinstance(run.error, CannotPickle | WrongUse):
            kind = type(run.error).__name__
            return Seen(
                (f"start() refused: {kind}", f"children born: 0 of {settings['children']}"),
                "A lambda has no name by which a child could import it, so it cannot be pickled, "
                "and start() fails in the parent. Under fork nothing is pickled.",
            )
        births: list[Birth] = run.answer or []
        well = sum(birth.exit_code == 0 for birth in births)
        facts = [f"children that reached their target: {well} of {settings['children']}"]
        if settings["argument"] == TRAVELLER and births:
            facts += steps_of(births[0])
        codes = sorted({birth.exit_code for birth in births})
        facts.append(f"exit codes: {', '.join(map(str, codes))}")
        return Seen(tuple(facts), sentence(births, settings))


def steps_of(birth: Birth) -> list[str]:
    """The steps of a birth in their order, with the process that took each."""
    parent = birth.steps[0][1]
    return [f"{'parent' if pid == parent else 'child'} {what}" for _, pid, what in birth.steps]


def sentence(births: list[Birth], settings: dict[str, Any]) -> str:
    """What was to be seen, with the times of this run."""
    if settings["argument"] == FRAGILE and any(birth.exit_code for birth in births):
        return (
            "The argument was pickled, and could not be rebuilt: the child died before its target "
            "ran. start() had returned long before, without a complaint."
        )
    if settings["argument"] == LOST and any(birth.exit_code for birth in births):
        return (
            "Nobody in the parent kept the number, so it was removed together with its lock, and "
            "the child that came for it found nothing: FileNotFoundError."
        )
    if settings["argument"] != TRAVELLER:
        return "A forked child inherits its argument: nothing is pickled, looked up or rebuilt."
    steps = births[-1].steps
    took = steps[-1][0] - steps[0][0]
    longest, what = max((after[0] - before[0], after[2]) for before, after in pairwise(steps))
    return (
        f"This time the last child took {took / 1e6:.1f} ms from start() to its first line. "
        f"The longest wait, {longest / 1e6:.1f} ms, was for the step “{what}”."
    )


def birth_lab() -> BirthLab:
    """The panel of lesson 06. Show it as a cell's last line."""
    return BirthLab()
