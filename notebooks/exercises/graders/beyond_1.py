"""The grader of beyond-1: guests come one after the other, and some of them are none."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Listener
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import Run
from ipc_helpers.workers import guests


class Door(Grader):
    cases = {
        "guests of all kinds": (["Ada", "(wrong key)", "(silent)", "(scrawl)", "(horse)", "Bo"],),
        "two friends": (["Cy", "Di"],),
    }
    fooled = False

    def stage(self, mp: Any, answer: Callable[..., Any], *case: Any) -> Any:
        guests.fooled.clear()
        here, there = mp.Pipe()
        visitors = mp.Process(target=guests.visit, args=(there, case[0]))
        visitors.start()
        with Listener(("127.0.0.1", 0), authkey=guests.KEY) as listener:
            here.send(listener.address)
            try:
                names = answer(listener, len(case[0]))
            finally:
                self.fooled = bool(guests.fooled)
        told = here.recv()
        visitors.join()
        return names, told

    def expected(self, *case: Any) -> Any:
        names = [guest for guest in case[0] if not guest.startswith("(")]
        return names, [f"welcome {name}" for name in names]

    def shown(self, run: Run) -> Any:
        return run.result[0] if run.result else None

    def diagnose(self, run: Run) -> str | None:
        if self.fooled:
            return "did-what-it-wanted"
        if run.raised(AuthenticationError):
            return "one-wrong-key"
        if run.raised(EOFError, OSError):
            return "hung-up"
        if run.raised(ValueError):
            return "a-scrawl"
        if run.stuck and run.some_ended_well and not run.failures:
            return "waited-for-more"
        if run.error or run.stuck:
            return None
        names, told = run.result
        if names == run.expected[0]:
            return None if told == run.expected[1] else "no-answer"
        if isinstance(names, list) and names == run.expected[0][: len(names)]:
            return "shut-the-door"
        return None
