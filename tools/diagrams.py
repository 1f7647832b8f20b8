"""The lessons' diagrams in the colours of their pictures, in JupyterLab's light and dark theme.

JupyterLab draws a diagram once, and leaves it as it is when the theme is changed. As an image, it
follows the theme by itself if its own style sheet knows both: so that stands in each diagram of a
learner's copy. GitHub draws the originals in its own colours; the site and the slides have ours in
docs/site/_static/diagrams.js.
"""

from __future__ import annotations

from mpscope import PALETTE

AIR = "{nodeSpacing: 30, rankSpacing: 36, subGraphTitleMargin: {top: 2, bottom: 8}}"
FENCE = "```mermaid\n"
COLORS = {"paper": "paper", "ink": "ink", "line": "grey", "box": "hair", "edge": "c1"}
# Mermaid puts each rule below the diagram's own element, so that the colours are set for all in it.
STYLE = """\
*{THEME[0]}
@media (prefers-color-scheme:dark){*{THEME[1]}}
text,tspan,span,p{fill:var(--ink)!important;color:var(--ink)!important}
rect,circle,polygon,.node path{fill:var(--box)!important;stroke:var(--edge)!important}
.cluster rect{fill:none!important;stroke:var(--line)!important}
line,.edgePaths path,marker path,marker circle{stroke:var(--line)!important}
marker path,marker circle{fill:var(--line)!important}
.edgeLabel p,.labelBkg{background:var(--paper)!important}
.edgeLabel rect{fill:var(--paper)!important;stroke:none!important}"""


def style() -> str:
    """The style sheet, on one line: all that is drawn has one of a few colours, set twice."""
    sheet = STYLE.replace("\n", "")
    for at in (0, 1):
        shades = (f"--{name}:{PALETTE[color][at]}" for name, color in COLORS.items())
        sheet = sheet.replace(f"THEME[{at}]", ";".join(shades))
    return sheet


def in_our_colors(markdown: str) -> str:
    """A text whose diagrams bring their colours along, and little air: narrow pages shrink them."""
    head = f'---\nconfig:\n  theme: base\n  flowchart: {AIR}\n  themeCSS: "{style()}"\n---\n'
    return markdown.replace(FENCE, FENCE + head)
