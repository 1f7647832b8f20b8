"""What the parent polls in vain: a flag that is not set, a queue that is empty.

Event.is_set(), Queue.empty() ─▶ asked() counts ─▶ note_polls(), when an account is wanted ─▶ log

A loop that polls is not a wait that can be seen, and its calls are too many to be events.
"""

from __future__ import annotations

from _thread import get_ident
from sys import _getframe

from mpscope._recording import recorder
from mpscope._recording.recorder import Recorder


def asked(name: str, call: str, in_vain: bool) -> None:
    """The main thread of the parent has polled; called by the object that it asked."""
    box = recorder.current
    if box is None or not box.is_parent or get_ident() != box.main:
        return
    polls = box.block.polls
    if in_vain:
        count, _ = polls.get((name, call), (0, 0))
        polls[name, call] = count + 1, box.place_of(_getframe(2))
    else:
        polls.pop((name, call), None)


def note_polls(box: Recorder) -> None:
    """Put on record what has been asked in vain, how often, and where."""
    for (name, call), (count, place) in box.block.polls.items():
        box.text(b"q", f"{name}\n{call}\n{count}\n{place}".encode("utf-8", "backslashreplace"))
