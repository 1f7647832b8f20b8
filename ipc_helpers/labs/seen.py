"""What a run of a lab has shown: facts, a sentence, and how they look in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from ipc_helpers.labs.run import Run
from mpscope import Message, Role, Trace, page_style
from mpscope.errors import IpcError

PANEL_STYLE = f"""{page_style()}<style>
.ipc-lab .ipc-controls {{display:grid;gap:6px 18px;
  grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));margin:4px 0}}
.ipc-lab h3, .ipc-lab p {{margin:0 0 4px;line-height:1.45}}
.ipc-lab h3 {{font-size:1.15em}}
.ipc-lab ul {{margin:2px 0 4px;padding-left:1.6em}}
.ipc-lab li {{line-height:1.5}}
.ipc-lab .ipc-picture {{min-height:120px;margin:4px 0}}
.ipc-lab .ipc-nothing {{border:1px dashed var(--jp-border-color0,#bdbdbd);border-radius:6px;
  min-height:110px;display:flex;align-items:center;justify-content:center}}
.ipc-lab .ipc-seen p {{padding:5px 10px;border-left:4px solid #009e73;font-size:1.05em;
  background:var(--jp-layout-color2,#eee);border-radius:4px}}
.ipc-lab .ipc-status p {{padding:3px 10px;border-radius:4px;display:inline-block;
  border-left:4px solid var(--jp-brand-color1,#1976d2);background:var(--jp-layout-color2,#eee)}}
.ipc-lab .ipc-status p[data-state=done] {{border-color:#009e73}}
.ipc-lab .ipc-status p[data-state=refused], .ipc-lab .ipc-status p[data-state=failed]
  {{border-color:#d55e00}}
</style>"""


class Seen(NamedTuple):
    """What a run showed."""

    facts: tuple[str, ...]
    """The same on every run."""
    sentence: str
    """What was just seen, with what was different this time."""


class Result:
    """What `run_now` returns; shows as the facts, which are the same on every run.

    ``sentence`` is what the panel says, ``error`` the exception that ended the run, ``mp`` the
    observed block: try ``result.mp.timeline()`` or ``replay(result.mp)``.
    """

    def __init__(self, seen: Seen, run: Run) -> None:
        self.facts, self.sentence = seen
        self.error, self.mp = run.error, run.mp

    def __repr__(self) -> str:
        return "\n".join(self.facts)


def received(trace: Trace, channel: str) -> list[Message]:
    """What was received on a channel, in the order of sending."""
    found = [m for m in trace.messages if m.channel == channel and m.receiver]
    return sorted(found, key=lambda message: message.number)


def outcomes(run: Run) -> dict[str, str]:
    """How each child ended: "well", "stopped", or in words."""
    assert run.mp is not None
    trace = run.mp.trace
    children = [process for process in trace.processes if process.role is Role.CHILD]
    ends = {child.label: child.how or str(child.outcome) for child in children}
    if trace.outcome.was_stopped:  # whatever a child met with while it was being killed
        ends |= dict.fromkeys(ends.keys() - set(trace.graph.ended), "stopped")
    return ends


def waits(run: Run) -> str:
    """Who waited for whom when everything was stopped."""
    if not isinstance(run.error, IpcError):
        return ""
    text = str(run.error)
    text = text[:1].upper() + text[1:]
    return f'<pre tabindex="0" aria-label="Who waited for whom">{escape(text)}</pre>'


def printed(transcript: str, facts: Sequence[str]) -> str:
    """What the children printed, unless it has just been said."""
    if not set(transcript.splitlines()) - set(facts):
        return ""
    return f'<pre tabindex="0" aria-label="What was printed">{escape(transcript)}</pre>'
