"""What a run of a lab has shown: facts, a sentence, and how they look in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from ipc_helpers.labs.run import Run
from ipc_helpers.words import said
from mpscope import Message, Observation, Picture, Role, Trace, timeline
from mpscope.errors import IpcError


class Seen(NamedTuple):
    """What a run showed."""

    facts: tuple[str, ...]
    """The same on every run."""
    sentence: str
    """What was just seen, with what was different this time."""
    table: str = ""
    """What stands above the facts, in HTML."""

    @property
    def listed(self) -> str:
        return f"<ul>{''.join(f'<li>{escape(fact)}</li>' for fact in self.facts)}</ul>"


class Result:
    """What `run_now` returns; shows as the facts, which are the same on every run.

    ``sentence`` is what the panel says, ``error`` the exception that ended the run, ``mp`` the
    observed block: try ``replay(result.mp)``. In a notebook its timeline is shown, too.
    """

    def __init__(self, seen: Seen, run: Run) -> None:
        self.facts, self.sentence, self._listed = seen.facts, seen.sentence, seen.listed
        self.error, self.mp = run.error, run.mp

    def __repr__(self) -> str:
        return "\n".join(self.facts)

    def _repr_html_(self) -> str:
        return self._listed + pictured(self.mp, self.facts)


def pictured(mp: Observation | None, facts: Sequence[str]) -> str:
    """The timeline of a run, told by its facts: of a lab, nothing else is the same on every run."""
    if mp is None:
        return ""
    drawn = timeline(mp.trace)
    alt = said("lab.timeline", facts="; ".join(facts))
    return Picture(drawn.svg, alt, width=drawn.width)._repr_html_()


def received(trace: Trace, channel: str) -> list[Message]:
    """What was received on a channel, in the order of sending."""
    found = [m for m in trace.messages if m.channel == channel and m.receiver]
    return sorted(found, key=lambda message: message.number)


def outcomes(run: Run) -> dict[str, str]:
    """How each child ended: "well", "stopped", or in words."""
    children = [process for process in run.trace.processes if process.role is Role.CHILD]
    ends = {child.label: child.how or str(child.outcome) for child in children}
    if run.trace.outcome.was_stopped:  # whatever a child met with while it was being killed
        ends |= dict.fromkeys(ends.keys() - set(run.trace.graph.ended), "stopped")
    return ends


def waits(run: Run) -> str:
    """Who waited for whom when it was stopped; no lines of files that the reader has not seen."""
    if run.mp is None or not isinstance(run.error, IpcError):
        return ""
    graph = run.trace.graph
    told = [f"{label} {phrase}" for label, phrase in graph.phrases.items()]
    if graph.cycle:
        told.append(said("lab.circle", labels=" → ".join([*graph.cycle, graph.cycle[0]])))
    if not told:
        return ""
    told.append(said("lab.draws"))
    return _block(said("lab.waited"), "\n".join(told))


def _block(label: str, text: str) -> str:
    return f'<pre tabindex="0" aria-label="{escape(label)}">{escape(text)}</pre>'


def printed(transcript: str, facts: Sequence[str]) -> str:
    """What the children printed, unless it has just been said."""
    if not set(transcript.splitlines()) - set(facts):
        return ""
    return _block(said("lab.printed"), transcript)


def yes(fact: bool) -> str:
    """A fact's word."""
    return said("lab.yes" if fact else "lab.no")
