"""A picture with words: what a cell shows, a screen reader reads and nbval compares.

JupyterLab ignores alternative text on plain image outputs, so a picture is a small HTML figure:

    <figure>
      <img alt="what happened, in short" src="data:image/png;base64,...">
      <figcaption> the caption, and the whole story behind "In words" </figcaption>
    </figure>

All words must be the same on every run; the pixels need not be.
"""

from __future__ import annotations

import os
from base64 import b64encode
from html import escape


class Picture:
    """PNG pixels, twice as many as `width` asks for, with words for those who do not see them."""

    def __init__(
        self, png: bytes, alt: str, caption: str = "", words: str = "", width: int = 860
    ) -> None:
        self.png, self.alt, self.caption, self.words, self.width = png, alt, caption, words, width

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        source = b64encode(self.png).decode("ascii")
        image = (
            f'<img alt="{escape(self.alt)}" width="{self.width}" '
            'style="max-width:100%;height:auto;border-radius:8px" '
            f'src="data:image/png;base64,{source}">'
        )
        caption = escape(self.caption)
        if self.words:
            told = "<br>".join(map(escape, self.words.splitlines()))
            caption += f"<details><summary>In words</summary>{told}</details>"
        return f'<figure style="margin:8px 0">{image}<figcaption>{caption}</figcaption></figure>'

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.alt, "text/html": self._repr_html_()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the pixels to a PNG file. Put `alt` beside it wherever you show the file."""
        with open(path, "wb") as file:
            file.write(self.png)
