"""Short words for small spaces: calls as one writes them, names that fit, durations."""

from __future__ import annotations

import re

from ipc_helpers.scene import Arrow


def label(arrow: Arrow, with_channel: bool) -> str:
    """What stands beside an arrow; the first arrow of a channel also says the channel's name."""
    if arrow.kind == "wake":
        return arrow.channel if with_channel else ""
    if arrow.kind == "call":
        return (arrow.channel if with_channel else "") + as_written(arrow.text)
    text = clean(arrow.text, 20)
    if with_channel and arrow.channel and " → " not in arrow.channel:
        return f"{arrow.channel}: {text}"
    return text


def as_written(call: str) -> str:
    """ "['a'] = 1" for "__setitem__('a', 1)"."""
    method, _, rest = call.partition("(")
    inside = clean(rest.removesuffix(")").removesuffix("None"), 20)
    if method == "__setitem__" and ", " in inside:
        return "[{}] = {}".format(*inside.split(", ", 1))
    if method == "__getitem__":
        return f"[{inside.replace('<slice>', ':')}]"
    if method == "#GETVALUE":
        return ".copy()"
    if method.startswith("__"):
        return f" {method.strip('_')}({inside})"
    return f".{method}({inside})"


def clean(text: str, most: int) -> str:
    """At most so many printable characters."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = "".join(letter if letter.isprintable() else "·" for letter in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def short(label: str) -> str:
    """A process's label that fits beside its lane."""
    label = clean(label, 200)
    return label if len(label) <= 20 else f"{label[:10]}…{label[-9:]}"


def duration(ns: int) -> str:
    """ "1.2 s", "85 ms", "0.4 ms" """
    if ns >= 1e9:
        return f"{ns / 1e9:.1f} s"
    return f"{ns / 1e6:.0f} ms" if ns >= 3e6 or not ns else f"{ns / 1e6:.1f} ms"


def number(n: int, one: str = "", many: str = "") -> str:
    """ "1 message", "10 000 messages" """
    digits = f"{n:,}".replace(",", "\u202f")
    return f"{digits} {one if n == 1 else many or one + 's'}" if one else digits
