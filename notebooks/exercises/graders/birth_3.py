"""The grader of birth-3."""

from __future__ import annotations

import random
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run


class Dice(Grader):
    """The game is played twice: with one seed, every game is the same."""

    cases = {"three players": (7, 3), "four players": (2026, 4)}
    limit_s = 4.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return [answer(mp, *case), answer(mp, *case)]

    def expected(self, *case: Any) -> list[list[int]]:
        seed, players = case
        dice = [random.Random(f"{seed}-{player}") for player in range(players)]
        throws = [one.randint(1, 1_000_000) for one in dice]
        return [throws, throws]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck or run.error or run.failures:
            return None
        if not run.started:
            return "not-through-mp"
        if run.one_by_one:
            return "one-by-one"
        games = [game for game in run.result or [] if type(game) is list]
        if len(games) != 2 or run.result == run.expected:
            return None
        if any(len(game) == run.case[1] and len(set(game)) == 1 for game in games):
            return "same-throw"
        if games[0] != games[1]:
            return "not-repeatable"
        if len(games[0]) != run.case[1]:
            return "too-few"
        return "out-of-order" if sorted(games[0]) == sorted(run.expected[0]) else "another-seed"
