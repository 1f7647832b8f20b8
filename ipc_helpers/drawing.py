"""What matplotlib draws, as a picture that follows the page's theme.

    figure ─▶ SVG without paper ─▶ its colours become those of mpscope's pictures, in both themes

A drawing is made in the colours of the light theme (`color`), which then become variables, which
the picture's own style sheet sets. Letters are outlines: they look the same wherever it is shown.
"""

from __future__ import annotations

import io
import re
from typing import Any

from mpscope import PALETTE, Picture

WIDTH = 560  # pixels: as much as a window of 700 has for it


def color(name: str) -> str:
    """A colour of mpscope's palette, as it is in the light theme."""
    return PALETTE[name].light


def new_axes(height: float) -> tuple[Any, Any]:
    """A figure, `height` inches high, and its axes; without pyplot: the learner's settings stay."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, height), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(length=0, colors=color("ink"))
    for spine in axes.spines.values():
        spine.set_color(color("grey"))
    return figure, axes


def picture(figure: Any, alt: str, caption: str = "") -> Picture:
    """The figure in both themes; it brings its own paper, as mpscope's pictures do."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    text = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "course"}):
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None})
    drawn = text.getvalue()
    used = [name for name, shade in PALETTE.items() if shade.light in drawn]
    for name in used:
        drawn = drawn.replace(PALETTE[name].light, f"var(--{name})")
    names = [*used, "paper"]
    shades = ("".join(f"--{name}:{PALETTE[name][at]};" for name in names) for at in (0, 1))
    light, dark = (f"svg{{{variables}background:var(--paper)}}" for variables in shades)
    style = f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"
    drawn = re.sub(r"(<svg\b[^>]*>)", rf"\1{style}", drawn, count=1)
    return Picture(drawn, alt, caption, width=WIDTH)
