"""A picture with words: what a cell shows, a screen reader reads and nbval compares.

JupyterLab ignores alternative text on plain image outputs, and takes inline SVG out of notebooks
that it does not trust, so a picture is a small HTML figure:

    <figure>
      <div> <img alt="what happened, in short" src="data:image/svg+xml;base64,..."> </div>
      <figcaption> the caption, and the whole story behind "In words" </figcaption>
    </figure>

All words must be the same on every run; what is drawn need not be.
"""

from __future__ import annotations

import os
from base64 import b64encode
from html import escape
from pathlib import Path


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

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.alt, "text/html": self._repr_html_()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write an SVG file, in UTF-8. Put `alt` beside it wherever you show the file.

        Raises:
            ValueError: the name of the file does not end in ".svg".
        """
        path = Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"a picture is saved as SVG: name the file {path.stem}.svg")
        path.write_text(self.svg, encoding="utf-8")
