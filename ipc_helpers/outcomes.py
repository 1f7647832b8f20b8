"""What `interleavings` gives back: a table of schedules and outcomes, in text and in HTML.

What it shows is the same on every run, as long as the outcomes are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from ipc_helpers.lesson import aligned
from ipc_helpers.schedules import Run, Step
from ipc_helpers.words import said
from mpscope.errors import WrongUse

ROWS = 20  # more schedules than these are shown outcome by outcome
SHOWN = 3  # of the schedules with one outcome
LONGEST = 30  # letters of a schedule that a table shows
COLOURS = {"A": "#56b4e9", "B": "#e69f00", "C": "#009e73"}  # black letters are readable on them
CELL = "padding:2px 8px;text-align:left"


class Interleavings(dict[str, Any]):
    """A table schedule -> outcome (where there is none: why), in the order of the schedules.

    ``outcomes`` outcome's text -> its schedules; ``bad`` the schedules with a bad outcome, the
    first one first; ``runs`` schedule -> Run.
    """

    def __init__(
        self,
        runs: list[Run],
        workers: Sequence[Callable[..., object]],
        again: Callable[[str], Any],
        bad: Callable[[Any], bool] | None,
    ) -> None:
        self.runs = {run.schedule: run for run in sorted(runs, key=lambda run: run.schedule)}
        self._workers, self._again = dict(zip("ABC", workers, strict=False)), again
        self.outcomes: dict[str, list[str]] = {}
        runs = list(self.runs.values())
        super().__init__({run.schedule: run.failure or run.outcome for run in runs})
        for run in runs:
            self.outcomes.setdefault(run.text, []).append(run.schedule)
        fine = {run.text for run in runs if run.serial} or {runs[0].text}
        self.bad = [
            run.schedule
            for run in runs
            if run.failure or (bad(run.outcome) if bad else run.text not in fine)
        ]

    # -- one schedule ---------------------------------------------------------------------------

    def timeline(self, schedule: str | None = None) -> Steps:
        """Who did what, step by step: of a schedule, or of the first bad one."""
        return Steps(self.runs[self._chosen(schedule)])

    def again(self, schedule: str | None = None) -> Any:
        """Run a schedule once more, by itself; returns its observed block, as from `observe`.

        The workers print the names of their steps: see its ``timeline()`` and ``transcript()``.
        """
        return self._again(self._chosen(schedule))

    def replay(self, schedule: str | None = None) -> Any:
        """Run a schedule once more, and show it in the player of `mpscope.replay`."""
        from mpscope import replay

        return replay(self.again(schedule))

    def _chosen(self, schedule: str | None) -> str:
        if schedule is None and not self.bad:
            raise WrongUse(f"no schedule is bad; choose one, such as {next(iter(self))!r}.")
        if schedule is not None and schedule not in self.runs:
            raise WrongUse(f"no schedule {schedule!r}; there are {', '.join(self)[:60]} ...")
        return schedule or self.bad[0]

    # -- how it looks ---------------------------------------------------------------------------

    @property
    def _head(self) -> str:
        count = len(self.outcomes)
        outcomes = said("schedule.outcomes" if count > 1 else "schedule.outcome_one", count=count)
        bad = said("schedule.some_bad" if self.bad else "schedule.none_bad", count=len(self.bad))
        return said("schedule.head", count=len(self), outcomes=outcomes, bad=bad)

    def _rows(self) -> list[tuple[str, str, str]]:
        """Schedules, outcome, remark."""
        bad, word = set(self.bad), said("schedule.bad")
        if len(self) <= ROWS:
            return [
                (_short(name), run.text, "; ".join(filter(None, [word * (name in bad), run.note])))
                for name, run in self.runs.items()
            ]
        several = {False: "schedule.several", True: "schedule.several_bad"}
        return [
            (
                ", ".join(map(_short, names[:SHOWN])) + (", ..." if len(names) > SHOWN else ""),
                text,
                said(several[names[0] in bad], count=len(names)),
            )
            for text, names in self.outcomes.items()
        ]

    def _who(self) -> list[str]:
        found = []
        for letter, worker in self._workers.items():
            steps = [step.name for run in self.runs.values() for step in run.steps
                     if step.worker == letter]  # fmt: skip
            worker = getattr(worker, "func", worker)  # of a functools.partial
            name = getattr(worker, "__name__", type(worker).__name__)
            found.append(f"{letter} = {name} ({', '.join(dict.fromkeys(filter(None, steps)))})")
        return found

    def __repr__(self) -> str:
        rows = [(said("schedule.schedule"), said("schedule.outcome"), ""), *self._rows()]
        return "\n".join([*self._who(), self._head, "", *aligned(rows)])

    def _repr_html_(self) -> str:
        heads = [said(f"schedule.{head}") for head in ("schedule", "outcome", "remark")]
        rows = "".join(
            f'<tr><th scope="row" style="{CELL};white-space:nowrap">{_coloured(names)}</th>'
            f'<td style="{CELL}">{escape(text)}</td><td style="{CELL}">{escape(remark)}</td></tr>'
            for names, text, remark in self._rows()
        )
        who = "<br>".join(map(escape, [*self._who(), self._head]))
        return _table(who, heads, rows)


def _table(caption: str, heads: Iterable[object], rows: str) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{head}</th>' for head in heads)
    return (
        f'<table><caption style="text-align:left;white-space:nowrap">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _short(schedule: str) -> str:
    return schedule if len(schedule) <= LONGEST else schedule[:LONGEST] + "..."


def _coloured(names: str) -> str:
    """A schedule with a coloured box for each letter."""
    return "".join(
        f'<span style="background:{COLOURS[letter]};color:#000;padding:0 4px;margin-right:1px">'
        f"{letter}</span>"
        if letter in COLOURS
        else escape(letter)
        for letter in names
    )


class Steps:
    """One schedule as a timeline: a row for each worker, a column for each turn."""

    def __init__(self, run: Run) -> None:
        self.run = run
        names = sorted({step.worker for step in run.steps})
        self.rows = {name: [_told(step) if step.worker == name else "" for step in run.steps]
                     for name in names}  # fmt: skip
        if any(step.seen is not None for step in run.steps):
            self.rows[said("schedule.seen")] = [str(step.seen) for step in run.steps]

    @property
    def _title(self) -> str:
        return said("schedule.title", schedule=self.run.schedule, outcome=self.run.text)

    def __repr__(self) -> str:
        rows = [[name, *cells] for name, cells in self.rows.items()]
        return "\n".join([self._title, *aligned(rows)])

    def _repr_html_(self) -> str:
        rows = []
        for name, cells in self.rows.items():
            colour = f";background:{COLOURS[name]};color:#000" if name in COLOURS else ""
            boxes = "".join(
                f'<td style="{CELL}{colour if cell and step.waits_for == "" else ""}">'
                f"{escape(cell)}</td>"
                for cell, step in zip(cells, self.run.steps, strict=True)
            )
            rows.append(f'<tr><th scope="row" style="{CELL}{colour}">{name}</th>{boxes}</tr>')
        heads = [said("schedule.turn"), *range(1, len(self.run.steps) + 1)]
        return _table(escape(self._title), heads, "".join(rows))


def _told(step: Step) -> str:
    if not step.waits_for:
        return step.name or said("schedule.runs")
    how = "schedule.cell_held" if step.holder else "schedule.cell"
    return said(how, lock=step.waits_for, holder=step.holder)
