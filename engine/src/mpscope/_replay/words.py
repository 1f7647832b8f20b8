"""One step of a replay in words, and a message in few letters."""

from __future__ import annotations

from mpscope._render.labels import DEFAULTS, SPELLED, as_written
from mpscope._trace.channels import Channel
from mpscope._trace.events import Event
from mpscope._trace.logs import Call
from mpscope._trace.totals import squeezed


def sentence(event: Event, about: Channel | None = None, feeder: bool = False) -> str:
    """What happened, in words; `feeder`: it was the queue's feeder thread that sent."""
    who, channel = event.process, event.channel
    what = "".join(letter if letter.isprintable() else "·" for letter in event.what)
    if event.kind == "send" and feeder:
        return f"The feeder thread of {who} sends {what} into {channel}."
    if event.kind == "receive" and about is not None and about.ends is not None:
        return f"{who} receives {what} at {about.ends[1]}."
    if event.kind == "receive":
        return f"{who} gets {what} from {channel}."
    if event.kind == "end":
        return f"{who} ends well." if not event.number else f"{who} ends with code {event.number}."
    if event.kind == "wait":
        return f"{who} waits for {channel}."
    if event.kind == "reply":
        return f"{about.server if about else 'A server'} answers {who}: {channel}.{what}"
    if event.kind == "close":
        return f"{who} closes its end of {channel}."
    return _SENTENCES.get(event.kind, "{who}: {kind} {channel}").format(
        who=who, what=what, channel=channel, kind=event.kind
    )


_SENTENCES = {
    "start": "{who} starts {what}.",
    "exception": "{who} fails: {what}",
    "print": "{who} prints: {what}",
    "error": "{who} writes to stderr: {what}",
    "put": "{who} puts {what} into {channel}.",
    "send": "{who} sends {what} through {channel}.",
    "drop": "{channel} drops {what}, which cannot be pickled.",
    "eof": "{who} meets the end of {channel}: every writing end is closed.",
    "broken": "{who} cannot send through {channel}: no reader is left.",
    "acquire": "{who} gets {channel}.",
    "timeout": "{who} gives up waiting for {channel}.",
    "release": "{who} gives {channel} back.",
    "wake": "{who} goes on after {channel}.",
    "set": "{who} sets {channel}.",
    "clear": "{who} clears {channel}.",
    "notify": "{who} notifies {channel}.",
    "join": "{who} returns from {channel}.join().",
    "note": "{who}: {what}",
    "killed": "{who} is stopped by {what}.",
}


def brief(what: str, call: Call | None = None) -> str:
    """A message, or a call of a proxy, in few letters: "'A1…'", "[0] = 1", "append(3)"."""
    if call is not None and call.method in SPELLED:
        return as_written(call, "").removeprefix(".")
    if call in DEFAULTS:
        return f"{call.method}()"
    return squeezed(what)
