"""Answers that are a dict of findings: read off a picture, or chosen from a list.

    class TeaParty(Riddle):
        keys = {"parent", "Ada", "Bo"}
        def play(self, mp): ...          # what the learner has looked at, once more
        def judge(self, run, said): ...  # the mistake, or None

The story of the run would give the answer away, so a verdict does not tell it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class Riddle(Grader):
    """Grades a dict with certain keys, each with an answer."""

    methods = ("spawn",)
    riddle = True
    keys: ClassVar[Collection[str]]

    def play(self, mp: Any) -> None:
        """Run what was looked at, if what happens there is to be compared."""

    def judge(self, run: Run, said: dict[str, Any]) -> str | None:
        """The mistake in a dict that is complete."""
        raise NotImplementedError

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.said = answer()
        if isinstance(self.said, dict) and None not in self.said.values():
            self.play(mp)

    def expected(self, *case: Any) -> Any:
        return None

    def examine(self, run: Run) -> str | None:
        if run.error is not None:
            return "raised"
        if not isinstance(self.said, dict) or set(self.said) != set(self.keys):
            return "other-shape"
        return "unanswered" if None in self.said.values() else self.judge(run, self.said)


def plain(said: Any) -> str:
    """A word as it is meant, however it is written."""
    return str(said).strip().casefold()


def first_wrong(
    said: Mapping[str, Any],
    right: Mapping[str, tuple[Collection[str], str]],
    choices: Collection[str],
) -> str | None:
    """The name of the first wrong choice; "no-choice" for one that is not on the list.

    Args:
        right: question ─▶ the choices that are right, and the finding for any other.
    """
    if not {plain(choice) for choice in said.values()} <= set(choices):
        return "no-choice"
    wrong = [name for it, (good, name) in right.items() if plain(said[it]) not in good]
    return wrong[0] if wrong else None
