"""What `check` answers: plain text, and the timeline of the run that failed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from ipc_helpers.grading.catalogue import Exercise, catalogue
from ipc_helpers.grading.report import Report
from ipc_helpers.grading.shown import ShowsItself
from ipc_helpers.words import said
from mpscope import Picture, Text


class Verdict(ShowsItself):
    """The answer to one check; true if the learner's answer is right."""

    def __init__(
        self, exercise: Exercise, reports: Sequence[Report], notes: Sequence[str] = ()
    ) -> None:
        self.exercise, told = exercise, exercise.cases
        self.reports = [one._replace(name=told.get(one.name, one.name)) for one in reports]
        self.notes = [line for note in notes for line in _wrapped(note)]
        """Which file was checked, and what else there is to say of it."""
        last = self.reports[-1]
        self.finding = last.finding
        self.passed = last.finding is None
        self._how = {None: "right", UNKNOWN: "unknown"}.get(last.finding, "not_yet")
        self.text = "\n".join(self._lines(last))

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if self.picture is None:
            return {"text/plain": self.text, "text/html": self._card()}
        plain = f"{self.text}\n\n{self.picture.alt}"
        return {"text/plain": plain, "text/html": self._card() + self.picture._repr_html_()}

    def _card(self) -> str:
        """The same words as the text, in a card: the sign says what the colour says."""
        last = self.reports[-1]
        sign = f"{SIGNS[self._how]} {said(f'verdict.{self._how}').rstrip('.')}"
        title = f"{self.exercise.id} · {self.exercise.title}"
        head = f'<p style="margin:0"><strong>{sign} &nbsp; {_whole(escape(title))}</strong></p>'
        parts = [head, *map(_paragraph, [*self._where_right(last), " ".join(self.notes)])]
        if self.passed:
            parts.append(_paragraph(said("verdict.you_can", objective=self.exercise.objective)))
        else:
            parts += _blocks(self._message(last))
            failed = last.facts.get("error")
            account = _code(last.account) if failed else "".join(map(_set_in, last.account))
            parts.append(_folded(said("verdict.failed" if failed else "verdict.waited"), account))
            parts.append(_folded(said("verdict.complained"), _code(last.complaints)))
            parts.append(_folded(said("verdict.printed").rstrip(":"), _code(last.printed)))
            parts.append(_paragraph(self._next()))
        style = f"{CARD};border-left-color:{RIGHT if self.passed else NOT_YET}"
        return f'<div class="ipc-verdict" style="{style}">{"".join(parts)}</div>'

    @property
    def picture(self) -> Picture | None:
        """The timeline of the failing run, if there was one and it can be drawn."""
        drawn = self.reports[-1].picture
        return None if drawn is None else Picture(**drawn)

    # -- the text -------------------------------------------------------------------------------

    def _lines(self, last: Report) -> list[str]:
        head = f"{self.exercise.id} · {self.exercise.title}: "
        where = [line for told in self._where_right(last) for line in _wrapped(told)]
        lines = [head + said(f"verdict.{self._how}"), *self.notes, *where]
        if self.passed:
            return [*lines, *_wrapped(said("verdict.you_can", objective=self.exercise.objective))]
        lines += ["", *_wrapped(self._message(last))]
        lines += [f"  {line}" for line in self._story(last)]
        return [*lines, "", *_wrapped(self._next())]

    def _where_right(self, last: Report) -> Iterable[str]:
        right = _where(report for report in self.reports if report.finding is None)
        if right:
            yield said("verdict.what_is_right", where=right)
        if last.method and not self.passed:
            how = "verdict.what_is_unknown" if last.finding == UNKNOWN else "verdict.what_is_not"
            yield said(how, where=_where([last]))

    def _message(self, last: Report) -> str:
        finding = last.finding or ""
        says = self.exercise.says.get(finding) or catalogue().says[finding]
        names = {"function": self.exercise.function, "arguments": self.exercise.arguments}
        names |= {"module": self.exercise.module, "case": last.name}
        return says.format_map(_Facts({**names, **last.facts}))

    def _story(self, last: Report) -> list[str]:
        """What the run itself has to say: who waited for whom, what failed, what was printed."""
        lines = [*last.account, *last.complaints]
        lines = ["", *lines] if lines else []
        return [*lines, "", said("verdict.printed"), *last.printed] if last.printed else lines

    def _next(self) -> str:
        return said("verdict.look_again", place=self.exercise.look_at, id=self.exercise.id)


# -- the card: what a page that shows only plain HTML can show, too --------------------------------

UNKNOWN = "too-slow"  # the finding that is none: time was up
RIGHT, NOT_YET = "#009e73", "#e69f00"
SIGNS = {"right": "✓", "not_yet": "◐", "unknown": "?"}
WHOLE_WORDS = "line-height:1.5;word-break:normal;overflow-wrap:break-word"
CARD = (
    "border:1px solid var(--jp-border-color1,#bdbdbd);border-left:6px solid;border-radius:6px;"
    f"padding:8px 14px;margin:4px 0;max-width:900px;box-sizing:border-box;{WHOLE_WORDS}"
)
CODE = (  # a page made by nbconvert sets what stands in outputs in the letters of prose
    "margin:4px 0;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;"
    "font-family:var(--jp-code-font-family,monospace)"
)


def _paragraph(text: str, margin: str = "4px 0") -> str:
    """A paragraph, its `code` as code, and what is *stressed*; nothing for no text."""
    told = re.split(r"`([^`]+)`", escape(text, quote=False))  # every second part is code
    told[::2] = [re.sub(r"\*(\w[^*]*\w)\*", r"<em>\1</em>", part) for part in told[::2]]
    told[1::2] = [f"<code>{part}</code>" for part in told[1::2]]
    return f'<p style="margin:{margin}">{_whole("".join(told))}</p>' if text else ""


def _whole(html: str) -> str:
    """No line ends inside of a name, as in child-1, or hint("queue-1")."""
    return re.sub(r"[^\s<>]*\w-\d[^\s<>]*", r'<span style="white-space:nowrap">\g<0></span>', html)


def _set_in(line: str) -> str:
    """A line as far in as it is, and what does not fit on it a little further."""
    indent = len(line) - len(line.lstrip()) + 2
    return _paragraph(line.strip(), f"0 0 0 {indent}ch;text-indent:-2ch")


def _blocks(text: str) -> Iterable[str]:
    """Paragraphs; lines that are set in are code, and keep their form."""
    for code, lines in groupby(text.strip().splitlines(), key=lambda line: line.startswith(" ")):
        if code:
            yield _code(lines)
        else:
            yield from map(_paragraph, lines)


def _code(lines: Iterable[str]) -> str:
    text = escape("\n".join(lines))
    return f'<pre style="{CODE}">{_whole(text)}</pre>' if text else ""


def _folded(summary: str, html: str) -> str:
    """What stands behind a word to click on; nothing if that is nothing."""
    if not html:
        return ""
    return f'<details style="margin:4px 0"><summary>{summary}</summary>{html}</details>'


class Told(Text):
    """Sentences; on a page with whole words, where JupyterLab breaks plain text anywhere."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        shown = f'<div style="padding:0 8px;{WHOLE_WORDS}">{"".join(_blocks(self))}</div>'
        return {"text/plain": repr(self), "text/html": shown}


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
        wrapped = textwrap.wrap(line, 90, break_on_hyphens=False) or [""]
        lines += [line] if line.startswith(" ") else wrapped
    return lines
