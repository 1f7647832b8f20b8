"""One picture in several widths, of which the page shows the one that fits: text never shrinks."""

from __future__ import annotations

from collections.abc import Mapping

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
        f".{name}>:not(:first-child){{display:none}}",
    ]
    for at, width in enumerate(widths):
        place = f".{name}>:nth-child({at + 1})"
        widest = width if not at else width * STRETCHED
        rules.append(f"{place}{{max-width:{widest:g}px}}")
        from_here = f"(min-width:{width}px)" if at < len(widths) - 1 else ""
        below = f"(max-width:{widths[at - 1] - 0.1}px)" if at else ""
        if at:
            asked = " and ".join(filter(None, [from_here, below]))
            rules.append(f"@container {asked}{{{place}{{display:block}}}}")
        elif len(widths) > 1:
            rules.append(f"@container (max-width:{width - 0.1}px){{{place}{{display:none}}}}")
    shown = "".join(f"<div>{parts[width]}</div>" for width in widths)
    return f'<style>{"".join(rules)}</style><div class="{name}">{shown}</div>'
