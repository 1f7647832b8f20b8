"""The pictures that are stored in notebooks are those that the renderer of today would draw.

Where things stand differs from run to run. What does not is drawn anew from the stored picture's
own words, without running anything: its style sheet, and its key, sign by sign. A notebook whose
pictures are older than the renderer is drawn again by `tools/execute_notebooks.py --redraw NAMES`.
"""

from __future__ import annotations

import re
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest
from course import NOTEBOOKS, read

from mpscope._render.canvas import Canvas
from mpscope._render.key import SIGNS, draw_key
from mpscope._render.lanes import TICKS
from mpscope._render.theme import own_style

FILES = sorted([*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("exercises/*.ipynb")])
TEXT = re.compile(r'<text class="([^"]*)" x="[^"]*" y="([^"]*)"[^>]*>([^<]*)</text>')
PATH = re.compile(r'<path class="(\w+ \w+)" d="([^"]*)"/>')


def pictures(path: Path) -> list[str]:
    """All SVG texts of ours; those that matplotlib draws begin otherwise."""
    html = "".join(str(cell.get("outputs", "")) for cell in read(path).cells)
    found = [b64decode(it) for it in re.findall(r"image/svg\+xml;base64,([\w+/=]+)", html)]
    return [svg.decode() for svg in found if svg.startswith(b"<svg")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_stored_picture_is_older_than_the_renderer(path: Path) -> None:
    assert [told for svg in pictures(path) for told in stale(svg)] == []


def stale(svg: str) -> list[str]:
    """What would be drawn in another way today, in words."""
    title, style = (re.findall(f"<{tag}>(.*?)</{tag}>", svg)[0] for tag in ("title", "style"))
    used = {name for classes in re.findall(r'class="([^"]*)"', svg) for name in classes.split()}
    told = [] if own_style(frozenset(used | {"paper"})) == style else ["the style sheet"]
    told += [f"the key: {words}" for words in stale_signs(svg)]
    return [f"{unescape(title)[:60]}: {it}" for it in told]


def stale_signs(svg: str) -> list[str]:
    """What of the key is not as today: words, or strokes. None, if this is no timeline."""
    axis = [float(y) for _, y, words in TEXT.findall(svg) if words in ("ms", "seconds")]
    tops = [axis[0] - 0.35 * 11 + 23 + off for off in (-0.05, 0, 0.05)] if axis else []  # rounded
    return min((another_key(svg, top) for top in tops), key=len, default=[])


def another_key(svg: str, top: float) -> list[str]:
    texts = [(float(y), unescape(words)) for _, y, words in TEXT.findall(svg)]
    shown = [it for y, it in texts if y > top and not it.startswith("Thinned out: ")]
    of_signs = {words: kind for kind, (words, _) in SIGNS.items() if words}
    kinds = {of_signs[it] for it in shown if it in of_signs}
    locks = [it[6:] for it in shown if it.startswith("holds ") and it not in of_signs]
    ticks = [it for it in shown if set(it.rstrip("…").split(", ")) & set(TICKS.values())]
    drawn = Canvas(float(re.findall(r'width="(\d+)"', svg)[0]))
    draw_key(drawn, kinds | {"tick" for _ in ticks}, "".join(ticks), locks, top)
    new, stored = drawn.svg(0, ""), dict(PATH.findall(svg))
    told = set(shown) ^ {unescape(words) for *_, words in TEXT.findall(new)}
    for classes, strokes in PATH.findall(new)[1:]:  # the first is the paper
        pieces = re.findall("M[^M]*", strokes)
        told |= {f"{classes} {it}" for it in pieces if it not in stored.get(classes, "")}
    return sorted(told)


def test_older_signs_words_and_styles_are_noticed() -> None:
    canvas = Canvas(400)
    canvas.text("small", "grey", 16, 13, "ms", "end")
    draw_key(canvas, ["runs", "cap", "tick", "moment"], "closes an end", ["door"], 13 + 23)
    svg = canvas.svg(80, "a picture")
    assert stale(svg) == []
    for old, new in {
        "ends well": "ended well",
        "stroke-width:11": "stroke-width:9",
        'class="cap grey" d="M': 'class="cap grey" d="M1',
        "closes an end": "closes its end",
    }.items():
        assert old in svg and stale(svg.replace(old, new)), old
