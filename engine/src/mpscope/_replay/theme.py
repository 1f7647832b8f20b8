"""What the inline pictures of replays and labs share: colours, style, boxes and curves.

The colours of the page are JupyterLab's variables, so one text suits the light and the dark theme;
the colours of the processes are those of the timeline.
"""

from __future__ import annotations

from typing import NamedTuple

from mpscope._render import layout

WIDTH = 860
INK = "var(--jp-ui-font-color1, #212121)"
PAPER = "var(--jp-layout-color1, #ffffff)"
SHADE = "var(--jp-layout-color2, #eeeeee)"
EDGE = "var(--jp-border-color0, #bdbdbd)"
BLUE = f"var(--ipc-blue, {layout.CHILDREN[0]})"  # too dim for thin lines on a dark page
CHILDREN = (BLUE, *layout.CHILDREN[1:])
SERVER = layout.SERVER
ON = {BLUE: "var(--ipc-on-blue, #ffffff)", SERVER: "#ffffff"}  # text on others is black

# The arrow of a list in the dark theme, where that of ipywidgets is black on black.
ARROW = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath d='M4 7l5 5 5-5' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E\")"
)
STYLE = f"""<style>
.ipc-lab, .ipc-replay {{border:1px solid var(--jp-border-color1,#bdbdbd);border-radius:8px;
  padding:12px 14px;max-width:900px;box-sizing:border-box}}
.ipc-lab pre, .ipc-replay pre {{margin:4px 0;padding:6px 8px;max-height:14em;overflow:auto;
  white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;
  background:{SHADE};color:{INK};border-radius:4px;line-height:1.35}}
.ipc-replay p {{margin:0;line-height:1.5;min-height:1.5em}}
.ipc-svg {{display:block;width:100%;max-width:{WIDTH}px;height:auto;
  font-family:var(--jp-ui-font-family, system-ui, sans-serif)}}
[data-jp-theme-light=false] .ipc-svg {{--ipc-blue:#4aa3df;--ipc-on-blue:#000000}}
[data-jp-theme-light=false] :is(.ipc-lab, .ipc-replay) {{--jp-widgets-dropdown-arrow:{ARROW}}}
.ipc-svg text {{fill:{INK};font-size:12px}}
.ipc-svg .ipc-code {{font-family:var(--jp-code-font-family, monospace);font-size:11px}}
.ipc-svg .ipc-name {{font-weight:600;font-size:13px}}
.ipc-fly {{animation:ipc-fly .45s ease-out}}
@keyframes ipc-fly {{from {{transform:translate(var(--dx),var(--dy))}} to {{transform:none}}}}
@media (prefers-reduced-motion: reduce) {{.ipc-fly {{animation:none}}}}
</style>"""

# ipywidgets gives no way to say these two things about its elements: that what an HTML widget holds
# is to be read aloud when it changes, and what a slider's handle is called.
LIVE = """<style onload="this.parentNode?.setAttribute('aria-live','polite')"></style>"""
NAME_SLIDER = """<style onload="setTimeout(() => this.closest('.ipc-replay')
  ?.querySelectorAll('[role=slider]')
  .forEach(handle => handle.setAttribute('aria-label', 'Step')), 200)"></style>"""


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def side(self, other: Box) -> tuple[float, float]:
        """The middle of the edge that faces another box."""
        return (self.x if other.x < self.x else self.x + self.width), self.middle


def rect(box: Box, fill: str, more: str, radius: float) -> str:
    x, y, width, height = (f"{value:.1f}" for value in box)
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" '
        f'fill="{fill}" {more}/>'
    )


def curve(one: Box, other: Box, color: str, width: float, dashes: str = "") -> str:
    (x0, y0), (x1, y1) = one.side(other), other.side(one)
    bend = (x1 - x0) / 2
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{x0:.1f},{y0:.1f} C{x0 + bend:.1f},{y0:.1f} {x1 - bend:.1f},{y1:.1f} '
        f'{x1:.1f},{y1:.1f}" fill="none" stroke="{color}" stroke-width="{width}"{dashed}/>'
    )


def cut(text: str, most: int) -> str:
    text = "".join(letter if letter.isprintable() else "·" for letter in text)
    return text if len(text) <= most else text[: most - 1] + "…"
