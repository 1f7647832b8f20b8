"""A space-time diagram of a block: a lane for each process, an arrow for each message.

    Scene ─▶ Content (what, thinned out) ─▶ Frame (where) ─▶ lanes, arrows, key ─▶ SVG

One drawing for all: the picture of `mp.timeline()`, the strips of replays and labs.  It reads from
left to right: a bar where a process runs, dashes where it waits, an arrow from each send to its
receive in the sender's colour.  Nothing is ever written over something else.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from mpscope._render.arrows import draw_arrows
from mpscope._render.content import Content
from mpscope._render.frame import Frame
from mpscope._render.key import draw_key
from mpscope._render.labels import duration, number
from mpscope._render.lanes import draw_end, draw_lanes, label_lanes
from mpscope._render.outputs import Picture
from mpscope._render.summary import alt_text, describe
from mpscope._trace.scene import Scene
from mpscope._trace.trace import Trace

WIDTH = 800.0  # fits into an output of JupyterLab in a window of 1000 pixels


def timeline(trace: Trace, title: str | None = None, method: str = "") -> Picture:
    """Draw a block; the picture's words are its story, the same on every run."""
    scene, alt = trace.scene, alt_text(trace)
    alt = f"{title}. {alt}" if title else alt
    content = Content(scene)
    frame = Frame(content, WIDTH, 46.0)
    took = " · ".join(filter(None, [method, duration(scene.end)]))
    frame.canvas.text("title", "ink", 16, 24, title or _counts(scene))
    frame.canvas.text("small", "grey", WIDTH - 16, 24, took, "end")
    height = _draw(frame)
    words = describe(trace)
    return Picture(frame.canvas.svg(height, alt), alt, words=words, width=int(WIDTH))


def _draw(frame: Frame) -> float:
    """Everything from the lanes to the key, and what was left out; return the height."""
    content = frame.content
    draw_lanes(frame)
    frame.draw_axis()
    frame.draw_stop()
    seen, arrows = draw_arrows(frame), content.every_arrow
    for lane in content.lanes:
        draw_end(frame, lane)
    label_lanes(frame)
    ticks, locks = ", ".join(frame.ticks), content.locks
    end = draw_key(frame.canvas, frame.key, ticks, locks, frame.floor + 36)
    drawn = content.left_out + [f"{seen} of {number(arrows)} arrows"] * (seen < arrows)
    if not drawn:
        return end
    frame.canvas.text("small", "grey", 16, end, f"Thinned out: {' and '.join(drawn)} are drawn.")
    return end + 20


class Strip:
    """A timeline inside of a page that has `theme.picture_style()`: of a replay, or of a lab.

    It is drawn in several widths, of which the page shows the one that fits (see `reflow`); `label`
    is what a screen reader reads.
    """

    def __init__(self, content: Content, label: str, widths: Sequence[int]) -> None:
        self._drawn: dict[int, tuple[Frame, str]] = {}
        for width in widths:
            frame = Frame(content, width, 10.0)
            self._drawn[width] = frame, frame.canvas.part(_draw(frame), label)

    def html(self, time_ns: int | None = None) -> str:
        """All of it; with a line at that moment of the block, if one is given."""
        parts = {}
        for width, (frame, svg) in self._drawn.items():
            x = 0 if time_ns is None else frame.axis(time_ns)
            line = f'<path class="now red" d="M{x:.1f} {frame.first - 16:.1f}V{frame.floor:.1f}"/>'
            parts[width] = svg.replace("<text", f"{line}<text", 1) if x else svg  # below all words
        return reflow(parts)


def _counts(scene: Scene) -> str:
    counts = {"message": len(scene.messages), "proxy call": len(scene.calls)}
    counts["lock"] = len(scene.locks)
    told = [number(n, kind) for kind, n in counts.items() if n]
    return ", ".join([number(len(scene.members), "process", "processes"), *told])


STRETCHED = 1.25  # times wider than drawn, at most


def reflow(parts: Mapping[int, str]) -> str:
    """HTML that holds all parts, each drawn for that many pixels, and shows one.

    The width of the place that it stands in decides, not the window's: outputs have margins.
    """
    widths = sorted(parts, reverse=True)
    name = "-".join(["mp-reflow", *map(str, widths)])
    rules = [
        f".{name}{{container-type:inline-size}}",
        f".{name} svg{{display:block;width:100%;height:auto}}",
        f".{name}>:nth-child(1){{max-width:{widths[0]}px}}",
        f".{name}>:not(:first-child){{display:none}}",
    ]
    for at, (wider, width) in enumerate(pairwise(widths), 2):  # the last rule that holds decides
        rules.append(f".{name}>:nth-child({at}){{max-width:{width * STRETCHED:g}px}}")
        hide = f".{name}>:nth-child(n){{display:none}}"
        show = f".{name}>:nth-child({at}){{display:block}}"
        rules.append(f"@container (max-width:{wider - 0.1}px){{{hide}{show}}}")
    shown = "".join(f"<div>{parts[width]}</div>" for width in widths)
    return f'<style>{"".join(rules)}</style><div class="{name}">{shown}</div>'
