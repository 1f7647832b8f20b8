"""Run two or three workers in every order of their steps, each order by real processes.

    schedule "ABAB" ──▶ crew: A, B in processes of their own ──▶ Run: outcome, who did what when
                          └ one turn at a time, by tokens          (a state of its own for each)

A worker marks its steps: ``step("read")`` stands where the step begins. What it does before its
first mark belongs to the first step, and what follows the last mark to the last.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice
from typing import Any

from ipc_helpers.crew import LETTERS, Cast, Crew, State, Worker, play
from ipc_helpers.lesson import shell
from ipc_helpers.outcomes import Interleavings
from ipc_helpers.schedules import Run
from ipc_helpers.words import said
from mpscope import observe
from mpscope.errors import WrongUse

CREW_SERVES = 36  # schedules; each has a state of its own, and the crew's processes hold them all
AT_MOST = 3000  # schedules of one call
FEW = 20  # schedules that need no progress bar


def interleavings(
    workers: Sequence[Worker],
    state: Callable[[Any], State],
    outcome: Callable[..., Any],
    *,
    bad: Callable[[Any], bool] | None = None,
    watch: Callable[..., Any] | None = None,
    switches: int | None = None,
    locks_are_steps: bool = False,
    method: str | None = None,
    deadline_s: float = 30,
) -> Interleavings:
    """Run every order of the workers' steps, and return a table schedule -> outcome.

    Args:
        workers: two or three functions ``worker(step, **state)`` that call ``step("name")`` where
            a step begins. They run in children, so they are importable.
        state: ``state(mp)`` makes what they share, as a dict; called for each schedule.
        outcome: ``outcome(**state)``, read when all workers have ended.
        bad: whether an outcome is bad. By default bad is what no serial order (one worker after
            the other) gives; where they need each other, what differs from the first order.
            A deadlock and an exception are always bad.
        watch: ``watch(**state)``, read after each step, for the timeline.
        switches: only schedules with at most so many changes from one worker to another.
        locks_are_steps: a step begins at each ``acquire``, too, so nothing need be marked.
        method: the start method, as for `observe`.
        deadline_s: seconds after which the processes of 36 schedules are stopped.

    Raises:
        WrongUse: not two or three workers; too many schedules; inside an `observe` block.
        DeadlineExceeded, CannotPickle: as from `observe`.
    """
    if not 2 <= len(workers) <= len(LETTERS):
        raise WrongUse(f"interleavings takes two or three workers, not {len(workers)}.")
    cast = Cast(tuple(workers), state, outcome, watch, locks_are_steps)
    block = partial(observe, method, deadline_s, quiet=True)  # what happens is in the table
    return explore(cast, block, switches, bad)


def explore(
    cast: Cast,
    block: Callable[[], AbstractContextManager[Any]],
    switches: int | None = None,
    bad: Callable[[Any], bool] | None = None,
) -> Interleavings:
    """What `interleavings` does, in blocks that ``block()`` opens."""
    runs: list[Run] = []
    letters = LETTERS[: len(cast.workers)]
    with Progress() as progress:

        def plan() -> Iterator[str]:
            """First one worker after the other; then all orders of as many steps as were seen."""
            yield ""
            done: set[str] = set()
            while not (done and any(run.endless for run in runs)):  # else it would never end, too
                seen = [run for run in runs if not run.endless]
                counts = [max([1, *(run.turns(letter) for run in seen)]) for letter in letters]
                todo = [order for order in _all_orders(counts, switches) if order not in done]
                if not todo:
                    return
                done.update(todo)
                progress.total = len(runs) + len(todo)
                yield from todo

        orders_to_play = plan()
        while _play_some(cast, block, orders_to_play, runs, progress):
            pass
    again = partial(_once_more, cast, block)
    kept = runs if runs[0].endless else runs[1:]  # the first one only counted steps
    return Interleavings(kept, cast.workers, again, bad)


def _all_orders(counts: list[int], switches: int | None) -> list[str]:
    every = list(islice(orders(counts, switches), AT_MOST + 1))
    if len(every) > AT_MOST:
        raise WrongUse(
            f"steps: {counts}; that makes more than {AT_MOST:,} schedules. Mark fewer steps, or "
            "allow fewer changes from one worker to another, such as switches=2."
        )
    return every


def orders(counts: Sequence[int], switches: int | None = None, last: str = "") -> Iterator[str]:
    """Every order of so many A, B, C; with at most so many changes of letter, if that is given."""
    if not any(counts):
        yield ""
    for place, count in enumerate(counts):
        letter = LETTERS[place]
        left = None if switches is None else switches - (last not in ("", letter))
        if count and (left is None or left >= 0):
            rest = [n - (i == place) for i, n in enumerate(counts)]
            yield from (letter + order for order in orders(rest, left, letter))


def _play_some(
    cast: Cast,
    block: Callable[[], AbstractContextManager[Any]],
    todo: Iterator[str],
    runs: list[Run],
    progress: Progress,
) -> bool:
    """Play schedules with one crew, as many as it can serve; False if there are no more."""
    with block() as mp:
        crew = Crew(mp, cast, CREW_SERVES)
        for _ in range(CREW_SERVES):
            if crew.broken or (schedule := next(todo, None)) is None:
                break
            runs.append(crew.play(schedule))
            progress.at(len(runs))
        else:
            schedule = ""
        crew.dismiss()
    return crew.broken or schedule is not None


def _once_more(cast: Cast, block: Callable[[], AbstractContextManager[Any]], schedule: str) -> Any:
    """Play one schedule in a block of its own; return the block."""
    with block() as mp:
        play(mp, cast, schedule)
    return mp


class Progress:
    """A bar while many schedules run: in a notebook, or as text on a terminal."""

    def __init__(self) -> None:
        self.total = 0
        self._handle: Any = None

    def __enter__(self) -> Progress:
        return self

    def at(self, done: int) -> None:
        """So many schedules have been run."""
        if self.total <= FEW:
            return
        told = said("schedule.progress", done=done, count=self.total)
        if hasattr(shell(), "kernel"):
            label = said("schedule.bar")
            bar = f'<progress value="{done}" max="{self.total}" aria-label="{label}"></progress>'
            self._show(f"{bar} {told}")
        elif sys.stderr.isatty():
            print(f"\r{told} ", end="", file=sys.stderr, flush=True)

    def _show(self, html: str) -> None:
        from IPython.display import HTML, display

        if self._handle is None:
            self._handle = display(HTML(html), display_id=True)
        else:
            self._handle.update(HTML(html))

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            self._show("")
        elif self.total > FEW and sys.stderr.isatty():
            print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
