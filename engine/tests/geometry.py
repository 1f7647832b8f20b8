"""A drawn picture, read back from its SVG: which text fills which box, which line goes where."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import NamedTuple

from mpscope._render.canvas import Canvas, Point
from mpscope._render.theme import PALETTE, TEXTS

Box = tuple[float, float, float, float]
Line = tuple[Point, Point]
ARROWS = ("message", "second", "third", "inner", "wakes", "back", "start")


class Text(NamedTuple):
    text: str
    style: str
    color: str
    box: Box


class Drawn:
    """An SVG text, parsed; raises where it is not well-formed."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.width, self.height = map(float, self.root.attrib["viewBox"].split()[2:])
        self.texts = [text for text in self._texts() if text.text]

    def _texts(self) -> Iterator[Text]:
        for element in self._found("text"):
            style, color, *_ = element.attrib["class"].split()
            size, words = TEXTS[style][0], "".join(element.itertext())
            width = Canvas.width_of(style, words)
            anchor = element.get("text-anchor", "start")
            left = (
                float(element.attrib["x"]) - {"start": 0, "middle": 0.5, "end": 1}[anchor] * width
            )
            middle = float(element.attrib["y"]) - 0.35 * size
            box = (left, middle - 0.4 * size, left + width, middle + 0.4 * size)
            yield Text(words, style, color, box)

    def _found(self, tag: str) -> Iterator[ElementTree.Element]:
        return (element for element in self.root if element.tag.rpartition("}")[2] == tag)

    def lines(self, *styles: str) -> list[tuple[str, Line]]:
        """(colour, (start, end)) of each line that is drawn in one of these styles."""
        found = []
        for element in self._found("path"):
            style, color = element.attrib["class"].split()
            if style in styles:
                for piece in element.attrib["d"].split("M")[1:]:
                    numbers = [float(number) for number in re.findall(r"-?[\d.]+", piece)]
                    points = list(zip(numbers[::2], numbers[1::2], strict=True))
                    found.append((color, (points[0], points[-1])))
        return found

    def circles(self, style: str, color: str) -> list[Point]:
        """The middle of each circle, dots and rings, in the order in which they were drawn."""
        paths = [it for it in self._found("path") if it.attrib["class"] == f"{style} {color}"]
        found = re.findall(r"M(\S+) (\S+?)a(\S+) ", "".join(path.attrib["d"] for path in paths))
        return [(float(left) + float(radius), float(y)) for left, y, radius in found]

    def said(self, style: str = "") -> list[str]:
        """The texts, of one style or of all."""
        return [text.text for text in self.texts if style in ("", text.style)]

    def lanes(self) -> dict[str, float]:
        """The height of each process's lane, by the name beside it."""
        return {
            text.text: (text.box[1] + text.box[3]) / 2
            for text in self.texts
            if text.style in ("first", "name")
        }

    def colors(self) -> set[str]:
        """The classes of the colours in use."""
        elements = itertools.chain(self._found("path"), self._found("text"))
        used = {element.attrib["class"].split()[1] for element in elements}
        assert used <= set(PALETTE)
        return used


def assert_apart(drawn: Drawn) -> None:
    """No two texts overlap, and none leaves the picture."""
    assert drawn.texts
    for one, other in itertools.combinations(drawn.texts, 2):
        a, b = one.box, other.box
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one} and {other} overlap"
    for text in drawn.texts:
        left, top, right, bottom = text.box
        inside = left >= 0 and top >= 0 and right <= drawn.width and bottom <= drawn.height
        assert inside, f"{text} leaves the picture"


def touches(line: Line, box: Box) -> bool:
    """Tried at a hundred points of the line."""
    (x0, y0), (x1, y1) = line
    points = [(x0 + (x1 - x0) * n / 100, y0 + (y1 - y0) * n / 100) for n in range(101)]
    return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points)


def distance(line: Line, box: Box) -> float:
    """How far a box is from a line, tried at a hundred points."""
    (x0, y0), (x1, y1) = line
    points = [(x0 + (x1 - x0) * n / 100, y0 + (y1 - y0) * n / 100) for n in range(101)]
    return min(max(box[0] - x, x - box[2], 0) + max(box[1] - y, y - box[3], 0) for x, y in points)
