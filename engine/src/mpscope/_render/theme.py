"""The colours of a picture, light and dark, and the style sheet that puts them on.

A picture names colours by class.  A picture of its own carries both themes and follows the page in
which it is shown (an <img> takes `prefers-color-scheme` from the page's `color-scheme`, and
JupyterLab says there which theme it has); it brings its own paper, so that it can be read wherever
neither holds.  A picture inside of a page, as in replays and labs, follows JupyterLab's theme.
"""

from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, east_asian_width


class Shade(NamedTuple):
    """One colour in both themes."""

    light: str
    dark: str


# Of processes. At least 3 : 1 on the paper, and told apart under deuteranopia and protanopia, too:
# Okabe and Ito's first three, then those that were found to lie farthest from all before.
# From the seventh on they also have a mark (see `content.Look`).
PROCESSES = (
    Shade("#0072b2", "#56b4e9"),
    Shade("#d55e00", "#f5863c"),
    Shade("#00856a", "#1fc39a"),
    Shade("#100e96", "#2771f9"),
    Shade("#33551c", "#bed996"),
    Shade("#7b2e79", "#a861b5"),
    Shade("#9086ce", "#c0c5fc"),
    Shade("#ad0e32", "#af655d"),
    Shade("#8760f5", "#8f8cfa"),
    Shade("#e02676", "#fd97ad"),
    Shade("#56224f", "#c491c4"),
    Shade("#a05806", "#c28e70"),
)
PALETTE = {
    "paper": Shade("#ffffff", "#111111"),
    "ink": Shade("#1f2328", "#e6edf3"),
    "grey": Shade("#57606a", "#a3adb8"),
    "faint": Shade("#b6bdc5", "#4d565f"),
    "hair": Shade("#e4e8ec", "#2b3138"),
    "red": Shade("#b3261e", "#ff8379"),
    "still": Shade("#6e7781", "#8b949e"),  # servers, starts, and who sends nothing among many
    **{f"c{rank}": shade for rank, shade in enumerate(PROCESSES, 1)},
    "k1": Shade("#24292f", "#f0f6fc"),  # locks
    "k2": Shade("#a23b86", "#d98cc0"),
    "k3": Shade("#2f7fb3", "#6cb2dd"),
}
LOCKS = ("k1", "k2", "k3")
STROKES = {  # width, dashes
    "hair": (1.0, ""),
    "start": (1.0, ""),
    "starting": (1.6, "1 2.6"),
    "unseen": (1.6, "1 6"),
    "bar": (11.0, ""),
    "serves": (4.0, ""),
    "idle": (2.0, ""),
    "lock": (4.0, ""),
    "stripe": (2.0, "7 4"),
    "waits": (1.8, "4 3"),
    "cap": (2.0, ""),
    "stop": (1.3, "6 4"),
    "axis": (1.0, ""),
    "stretch": (3.0, ""),
    "gap": (5.0, ""),
    "cut": (1.2, ""),
    "back": (1.0, "3 2"),
    "wakes": (1.4, "1.4 2"),
    "halo": (4.0, ""),
    "message": (1.4, ""),
    "second": (1.6, "9 2.5"),  # of senders whose colour has a mark
    "third": (1.6, "9 2 2 2"),
    "inner": (0.8, ""),
    "arc": (1.6, ""),
    "circle": (2.4, ""),
    "tick": (1.6, ""),
    "cross": (2.4, ""),
    "ring": (1.3, ""),
    "now": (2.0, ""),
}
TEXTS = {  # size, and what else
    "title": (15.0, "font-weight:600"),
    "first": (13.0, "font-weight:600"),
    "name": (13.0, ""),
    "small": (11.0, ""),
    "call": (11.0, "font-style:italic"),
}
ROOT = "mp-picture"


def sheet(used: frozenset[str], inside: str = "") -> str:
    """The rules for the lines and texts in use; `inside` is the selector of what they hold for."""
    rules = [
        f"{inside}text{{font-family:{FAMILY};fill:currentColor}}",
        f"{inside}path{{fill:none;stroke:currentColor}}",
        f"{inside}path.fill{{fill:currentColor;stroke:none}}",
        f"{inside}path.band{{fill:currentColor;stroke:none;opacity:.16}}",
        f"{inside}.over{{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}}",
    ]
    looks = {name: f"font-size:{size:g}px;{more}" for name, (size, more) in TEXTS.items()}
    for name, (width, dashes) in STROKES.items():
        looks[name] = f"stroke-width:{width:g}" + f";stroke-dasharray:{dashes}" * bool(dashes)
    rules += [f"{inside}.{name}{{{look}}}" for name, look in looks.items() if name in used]
    return "".join(rules)


def own_style(used: frozenset[str]) -> str:
    """The style of a picture of its own: both themes, of what is in use, in plain CSS."""

    def colors(at: int) -> str:
        shades = {name: shade[at] for name, shade in PALETTE.items() if name in used}
        classes = [f".{name}{{color:{shade}}}" for name, shade in shades.items()]
        paper = PALETTE["paper"][at]
        return "".join(classes) + f".over{{stroke:{paper}}}path.ring{{fill:{paper}}}"

    return f"{sheet(used)}{colors(0)}@media (prefers-color-scheme:dark){{{colors(1)}}}"


def picture_style() -> str:
    """The style of pictures inside of a page, whose theme JupyterLab notes at the body.

    The colours are variables for whatever else wants to look the same: `--mp-NAME`, and
    `--mp-on-NAME` for text on it.
    """
    light, dark = (
        "".join(
            f"--mp-{name}:{shade[at]};--mp-on-{name}:{_on(shade[at])};"
            for name, shade in PALETTE.items()
        )
        for at in (0, 1)
    )
    inside = f".{ROOT} "
    classes = "".join(f"{inside}.{name}{{color:var(--mp-{name})}}" for name in PALETTE)
    return (
        f":root{{{light}}}[data-jp-theme-light=false]{{{dark}}}"
        f"{sheet(frozenset([*STROKES, *TEXTS]), inside)}{classes}"
        f"{inside}.over{{stroke:var(--mp-paper)}}{inside}path.ring{{fill:var(--mp-paper)}}"
    )


def luminance(color: str) -> float:
    """How bright a colour is, from 0 to 1, as WCAG has it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _on(color: str) -> str:
    """Black or white: what can be read on it. Either way, 4.5 : 1 and more."""
    return "#ffffff" if luminance(color) < 0.179 else "#000000"


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


def printable(text: str) -> str:
    """The text with a dot for each character that no font shows."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


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
