"""Texts and pictures for the end of a cell: how they look there, and what was printed.

A picture comes with words: what a cell shows, a screen reader reads and nbval compares.  JupyterLab
ignores alternative text on plain image outputs, and takes inline SVG out of notebooks that it does
not trust, so a picture is a small HTML figure:

    <figure>
      <div> <img alt="what happened, in short" src="data:image/svg+xml;base64,..."> </div>
      <figcaption> the caption, and the whole story behind "In words" </figcaption>
    </figure>

All words must be the same on every run; what is drawn need not be.
"""

import os
from base64 import b64encode
from collections.abc import Iterable
from html import escape
from pathlib import Path

from mpscope._trace.kinds import Kind
from mpscope._trace.trace import Print, Trace


class Text(str):
    """Text whose `repr` is itself, so that a cell's last line shows it as it is."""

    __repr__ = str.__str__


class Picture:
    """An SVG text, `width` pixels wide, with words for those who do not see it."""

    def __init__(
        self, svg: str, alt: str, caption: str = "", words: str = "", width: int = 800
    ) -> None:
        self.svg, self.alt, self.caption, self.words, self.width = svg, alt, caption, words, width

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        source = b64encode(self.svg.encode()).decode("ascii")
        image = (  # where there is less room, it is scrolled: shrunk text cannot be read
            f'<div style="overflow-x:auto"><img alt="{escape(self.alt)}" width="{self.width}" '
            f'style="max-width:none" src="data:image/svg+xml;base64,{source}"></div>'
        )
        caption = escape(self.caption)
        if self.words:
            told = "<br>".join(map(escape, self.words.splitlines()))
            caption += f"<details><summary>In words</summary>{told}</details>"
        return f'<figure style="margin:8px 0">{image}<figcaption>{caption}</figcaption></figure>'

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an SVG file, in UTF-8. Put `alt` beside it wherever you show the file.

        Raises:
            ValueError: the name of the file does not end in ".svg".
        """
        path = Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"a picture is saved as SVG: name the file {path.stem}.svg")
        path.write_text(self.svg, encoding="utf-8")


SIGNS = {Kind.PRINT: "|", Kind.ERROR: "!"}


def transcript(trace: Trace) -> Text:
    """One line per printed line: children in start order, each one's lines in its own order.

    ``child-1 | said on stdout``, ``child-1 ! said on stderr``.
    """
    return Text("\n".join(map(_told, trace.prints)))


def _told(line: Print) -> str:
    return f"{line.process} {SIGNS[line.stream]} {line.text}".rstrip()


def last_words(prints: Iterable[Print], each: int, most: int = 12) -> str:
    """The last `each` lines of every process, or the last one, or as many as `most`; or ""."""
    said: dict[str, list[Print]] = {}
    for line in prints:
        if line.text.strip():
            said.setdefault(line.process, []).append(line)
    shown = [line for lines in said.values() for line in lines[-each:]]
    if len(shown) > most:
        shown = [lines[-1] for lines in said.values()]
    told = [f"  {_told(line)}" for line in shown[:most]]
    if (more := len(shown) - most) > 0:
        told.append(f"  ... and {more} more processes printed something")
    signs = " (! on stderr)" if any(it.stream is Kind.ERROR for it in shown[:most]) else ""
    return "\n".join([f"Printed last{signs}:", *told]) if told else ""
