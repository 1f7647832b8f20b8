"""What `check` answers: plain text, and the timeline of the run that failed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from html import escape

from ipc_helpers.grading.catalogue import Exercise, catalogue
from ipc_helpers.grading.report import Report
from ipc_helpers.words import said
from mpscope import Picture


class Verdict:
    """The answer to one check; true if the learner's answer is right."""

    def __init__(
        self, exercise: Exercise, reports: Sequence[Report], notes: Sequence[str] = ()
    ) -> None:
        self.exercise, self.reports = exercise, list(reports)
        self.notes = [line for note in notes for line in _wrapped(note)]
        """Which file was checked, and what else there is to say of it."""
        last = self.reports[-1]
        self.finding = last.finding
        self.passed = last.finding is None
        self.text = "\n".join(self._lines(last))

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        head, newline, rest = escape(self.text).partition("\n")
        text = f'<pre style="white-space:pre-wrap"><strong>{head}</strong>{newline}{rest}</pre>'
        if self.picture is None:
            return {"text/plain": self.text, "text/html": text}
        plain = f"{self.text}\n\n{self.picture.alt}"
        return {"text/plain": plain, "text/html": text + self.picture._repr_html_()}

    @property
    def picture(self) -> Picture | None:
        """The timeline of the failing run, if there was one and it can be drawn."""
        drawn = self.reports[-1].picture
        return None if drawn is None else Picture(**drawn)

    # -- the text -------------------------------------------------------------------------------

    def _lines(self, last: Report) -> list[str]:
        head = f"{self.exercise.id} · {self.exercise.title}: "
        right = _where(report for report in self.reports if report.finding is None)
        told = _wrapped(said("verdict.what_is_right", where=right)) if right else []
        if self.passed:
            can = said("verdict.you_can", objective=self.exercise.objective)
            return [head + said("verdict.right"), *self.notes, *told, *_wrapped(can)]
        unknown = last.finding == "too-slow"
        lines = [head + said("verdict.unknown" if unknown else "verdict.not_yet"), *self.notes]
        lines += told
        if last.method:
            how = "verdict.what_is_unknown" if unknown else "verdict.what_is_not"
            lines += _wrapped(said(how, where=_where([last])))
        lines += ["", *_wrapped(self._message(last))]
        lines += [f"  {line}" for line in self._story(last)]
        return [*lines, "", *self._next_step()]

    def _message(self, last: Report) -> str:
        finding = last.finding or ""
        says = self.exercise.says.get(finding) or catalogue().says[finding]
        names = {"function": self.exercise.function, "arguments": self.exercise.arguments}
        return says.format_map(_Facts({**names, "module": self.exercise.module, **last.facts}))

    def _story(self, last: Report) -> list[str]:
        """What the run itself has to say: who waited for whom, what failed, what was printed."""
        lines = [*last.account, *last.complaints]
        lines = ["", *lines] if lines else []
        return [*lines, "", said("verdict.printed"), *last.printed] if last.printed else lines

    def _next_step(self) -> list[str]:
        place, id = self.exercise.look_at, self.exercise.id
        return _wrapped(said("verdict.look_again", place=place, id=id))


class _Facts(dict[str, str]):
    """Facts for a message; one that is not known stays visible instead of raising."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _where(reports: Iterable[Report]) -> str:
    """ "three words" and "no words", under fork and spawn"""
    under: dict[str, list[str]] = {}  # method -> its inputs
    for report in reports:
        under.setdefault(report.method, []).append(f'"{report.name}"')
    methods_of: dict[tuple[str, ...], list[str]] = {}  # the same inputs are told once
    for method, names in under.items():
        methods_of.setdefault(tuple(names), []).append(method)
    return "; ".join(
        said("verdict.under", inputs=_and(names), methods=_and(methods))
        for names, methods in methods_of.items()
    )


def _and(words: Sequence[str]) -> str:
    return said("verdict.and").join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _wrapped(text: str) -> list[str]:
    """Lines of at most 90 letters; a line that the text indents stays as it is."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        lines += (
            [line]
            if line.startswith(" ")
            else textwrap.wrap(line, 90, break_on_hyphens=False) or [""]
        )
    return lines
