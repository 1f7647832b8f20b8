"""What a page or a widget of somebody else's needs to show timelines: see `mpscope.strip`.

The colours are variables (`--mp-ink`, see `theme`), so one text suits JupyterLab's light and dark
theme.  ipywidgets gives no way to say that what an HTML widget holds is to be read aloud when it
changes, so `live_region()` says it from inside.
"""

from collections.abc import Sequence

from mpscope._render.content import Content
from mpscope._render.summary import alt_text
from mpscope._render.theme import picture_style
from mpscope._render.timeline import Strip
from mpscope._trace.scene import Scene
from mpscope._trace.trace import Trace

WIDTHS = (840, 640, 480, 320)  # pixels, in which a timeline is drawn; the page shows one
SHADE = "var(--jp-layout-color2, #eeeeee)"
# The arrow of a list in the dark theme, where that of ipywidgets is black on black.
_ARROW = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath d='M4 7l5 5 5-5' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E\")"
)


def strip(
    trace: Trace, label: str = "", widths: Sequence[int] = WIDTHS, now_ns: int | None = None
) -> str:
    """A timeline as HTML, for a page that has `page_style()`.

    Args:
        trace: of a block that has ended, or is still running.
        label: what a screen reader reads; by default the story of the block, in short.
        widths: in pixels, in which it is drawn; the page shows the one that fits.
        now_ns: the time, on the clock of `monotonic_ns()`, up to which a running block is drawn.
    """
    scene = Scene(trace, now_ns) if now_ns else trace.scene
    return Strip(Content(scene), label or alt_text(trace), widths).html()


def page_style() -> str:
    """A style sheet, once for each page or widget: of strips, and of all with class mp-panel."""
    return f"""<style>{picture_style()}
.mp-panel {{border:1px solid var(--jp-border-color1,#bdbdbd);border-radius:8px;
  padding:12px 14px;max-width:900px;box-sizing:border-box}}
.mp-panel pre {{margin:4px 0;padding:6px 8px;max-height:14em;overflow:auto;
  white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;
  background:{SHADE};color:var(--mp-ink);border-radius:4px;line-height:1.35}}
.mp-panel .jupyter-widgets-disconnected::before {{content:none}}
.mp-panel.jupyter-widgets-disconnected::before {{
  content:"The kernel was restarted: run the cell again.";font:inherit;font-weight:600;
  color:var(--mp-ink);align-self:flex-start;padding:3px 10px;margin-bottom:6px;
  border-left:4px solid #d55e00;background:{SHADE}}}
[data-jp-theme-light=false] .mp-panel {{--jp-widgets-dropdown-arrow:{_ARROW}}}
</style>"""


_STILL = """<style>
.jp-OutputArea-child:has(> * > .mp-still):has(+ .jp-OutputArea-child .mp-panel) {display:none}
.jp-OutputArea-child:has(> * > .mp-still) + .jp-OutputArea-child > .jupyter-widgets:not(:has(*))
  {display:none}
</style>"""


def still(html: str) -> dict[str, str]:
    """An output for the place before a panel (a widget with class mp-panel), which takes it.

    It is seen where there is no panel: in pages that are not live, and when a saved notebook is
    opened whose kernel was restarted, as JupyterLab has then forgotten its widgets. `html` says,
    and draws, what the panel would show. Display the result with IPython's `display(raw=True)`.
    """
    return {"text/html": f'{_STILL}<div class="mp-still">{html}</div>'}


def live_region() -> str:
    """HTML that has a screen reader read out what is beside it whenever that changes."""
    return """<style onload="this.parentNode?.setAttribute('aria-live','polite')"></style>"""
