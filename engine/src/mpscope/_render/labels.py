"""Short words for small spaces: calls as one writes them, names that fit, durations."""

import re
from collections.abc import Sequence

from mpscope._diagnosis.words import runs
from mpscope._render.theme import printable
from mpscope._trace.arrows import Arrow
from mpscope._trace.channels import Channel
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.logs import Call
from mpscope._trace.totals import squeezed

WAKES = {
    ChannelKind.EVENT: "{}.set()",
    ChannelKind.CONDITION: "{}.notify()",
    ChannelKind.BARRIER: "{}.wait()",
}


def label(arrow: Arrow, with_channel: bool, channel: Channel | None = None) -> str:
    """What stands beside an arrow; the first arrow of a channel also says the channel's name."""
    if arrow.kind == "wake":
        wakes = WAKES.get(channel.kind, "{} is over") if channel else "{} is over"
        return wakes.format(arrow.channel) if with_channel else ""
    if arrow.call is not None:
        return as_written(arrow.call, arrow.channel)
    text = clean(squeezed(arrow.text), 20)
    of_pipe = channel is not None and channel.ends is not None
    return f"{arrow.channel}: {text}" if with_channel and not of_pipe else text


def as_written(call: Call, name: str) -> str:
    """ "names['a'] = 1" for "__setitem__('a', 1)" of `names`: a call as one writes it."""
    args = [arg.replace("<slice>", ":") for arg in call.args]
    if spelled := SPELLED.get(call.method):
        return spelled.format(name, *(clean(arg, 20) for arg in [*args, "", ""][:2])).strip()
    inside = "" if call in DEFAULTS else ", ".join(args)
    return f"{name}.{call.method}({clean(inside, 20)})"


SPELLED = {
    "__getitem__": "{}[{}]",
    "__setitem__": "{}[{}] = {}",
    "__delitem__": "del {}[{}]",
    "__contains__": "{1} in {0}",
    "__len__": "len({})",
    "__iter__": "iter({})",
    "__next__": "next({})",
    "__iadd__": "{} += {}",
    "#GETVALUE": "{}.copy()",
}
DEFAULTS = {
    Call(method, (arg,))
    for method, arg in (("wait", "None"), ("notify", "1"), ("get", "True"), ("release", "1"))
}


def listed(texts: Sequence[str], most: int = 30) -> str:
    """All that was sent together: "'a', 'b', 'c'", "1 … 5, None", "'a' … 'z'"."""
    parts: list[str] = []
    for run in runs(texts):
        parts += [f"{run[0]} … {run[-1]}"] if len(run) > 2 else run
    whole = ", ".join(parts)
    return whole if len(whole) <= most else f"{texts[0]} … {texts[-1]}"


def clean(text: str, most: int) -> str:
    """At most so many printable characters."""
    text = printable(re.sub(r"\x1b\[[0-9;]*m", "", text))
    return text if len(text) <= most else text[: most - 1] + "…"


def short(label: str, most: int = 20) -> str:
    """A process's label that fits beside its lane."""
    label = clean(label, 200)
    half = most // 2
    return label if len(label) <= most else f"{label[:half]}…{label[half + 1 - most :]}"


def duration(ns: int) -> str:
    """ "1.2 s", "85 ms", "0.4 ms" """
    if ns >= 1e9:
        return f"{ns / 1e9:.1f} s"
    return f"{ns / 1e6:.0f} ms" if ns >= 3e6 or not ns else f"{ns / 1e6:.1f} ms"


def number(n: int, one: str = "", many: str = "") -> str:
    """ "1 message", "10 000 messages" """
    digits = f"{n:,}".replace(",", "\u202f")
    return f"{digits} {one if n == 1 else many or one + 's'}" if one else digits
