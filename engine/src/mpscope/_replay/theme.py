"""The style of a replay, and what ipywidgets has no way to say about its elements."""

from __future__ import annotations

from html import escape

from mpscope._render.page import page_style

INK = "var(--mp-ink)"

STYLE = f"""{page_style()}<style>
.ipc-replay p {{margin:0;line-height:1.5;min-height:1.5em}}
.ipc-replay code, .ipc-replay small {{overflow-wrap:anywhere}}
.ipc-replay small {{font-size:max(11px, .85em)}}
.ipc-svg {{font-family:var(--jp-ui-font-family, system-ui, sans-serif)}}
.ipc-svg text {{fill:{INK};font-size:12px}}
.ipc-svg .ipc-code {{font-family:var(--jp-code-font-family, monospace);font-size:11px}}
.ipc-svg .ipc-name {{font-weight:600;font-size:13px}}
.ipc-replay.jupyter-widgets-disconnected :is(.ipc-controls, .ipc-step) {{display:none}}
.ipc-key {{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12px;line-height:1.5;color:{INK}}}
.ipc-key span {{display:inline-flex;align-items:center;gap:4px}}
.ipc-fly {{animation:ipc-fly .45s ease-out}}
@keyframes ipc-fly {{from {{transform:translate(var(--dx),var(--dy))}} to {{transform:none}}}}
@media (prefers-reduced-motion: reduce) {{.ipc-fly {{animation:none}}}}
</style>"""


def named_slider(value: str) -> str:
    """Names the handle of the slider beside it, and says its value in words.

    ipywidgets has no way to do either.  The slider itself writes the bare number there whenever it
    moves, so ours comes after it.
    """
    return f"""<style data-value="{escape(value)}" onload="setTimeout(() => this
  .closest('.ipc-replay')?.querySelectorAll('[role=slider]').forEach(handle => {{
    handle.setAttribute('aria-label', 'Step');
    handle.setAttribute('aria-valuetext', this.dataset.value); }}), 100)"></style>"""
