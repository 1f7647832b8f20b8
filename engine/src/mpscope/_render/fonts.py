"""About how wide a text is: the viewer of an SVG chooses the font, and we do not know which.

Measured in DejaVu Sans, the widest of the usual ones: what fits here fits everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, east_asian_width

FAMILY = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

_WIDTHS = {  # in parts of the size of the font
    0.30: "'IJijl",
    0.35: " ,./:;\\|·",
    0.40: "()[]-ft›",
    0.45: "!r",
    0.50: '"*_`',
    0.55: "?csz“”",
    0.60: "FLkvxy",
    0.65: "$0123456789{}EPSbdgpqTYaehnuo",
    0.70: "AVBCKRXZ",
    0.75: "NU",
    0.80: "&DGHOQ",
    0.85: "#+<=>^~w→",
    0.90: "M",
    0.95: "%",
    1.00: "@Wm…",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
BOLD = 1.13


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels; an overestimate."""
    return sum(map(_letter, text)) * size * (BOLD if bold else 1)


def _letter(letter: str) -> float:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if combining(letter):
        return 0.0
    return 1.4 if east_asian_width(letter) in "WF" else 0.85
