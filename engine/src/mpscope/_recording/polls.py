"""What the parent polls in vain: a flag that is not set, a queue that is empty, a child that lives.

Event.is_set(), Queue.empty(), get(timeout=...) ... ─▶ asked() counts ─▶ a loop that does nothing
                                                      else is a wait: `_supervision.asking`
                                         note_polls(), when an account is wanted ─▶ log

The calls of a loop that polls are too many to be events.
"""

from _thread import get_ident
from sys import _getframe
from types import CodeType

from mpscope._recording import recorder
from mpscope._recording.library import LIBRARY
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import About


class Poll:
    """What was asked in vain, how often, and where last; a new one begins after each success."""

    __slots__ = "channel", "code", "count", "lasti", "line"
    code: CodeType

    def __init__(self, channel: int) -> None:
        self.channel, self.count = channel, 0
        self.lasti = self.line = 0


def asked(name: str, about: About | None, call: str, in_vain: bool) -> None:
    """The main thread of the parent has polled; called by the object that it asked."""
    box = recorder.current
    if box is None or not box.is_parent or get_ident() != box.main:
        return
    poll = box.block.polls.pop((name, call), None)
    if not in_vain:
        return
    poll = poll or Poll(box.channel(name, about))
    box.block.polls[name, call] = poll  # what was asked last comes last
    frame = _getframe(2)
    while (outer := frame.f_back) is not None and (
        frame.f_code.co_filename in LIBRARY or frame.f_code.co_name == "<genexpr>"
    ):
        frame = outer
    poll.count += 1
    poll.code, poll.lasti, poll.line = frame.f_code, frame.f_lasti, frame.f_lineno


def note_polls(box: Recorder) -> None:
    """Put on record what has been asked in vain, how often, and where."""
    for (name, call), poll in list(box.block.polls.items()):
        place = box.place_at(poll.code, poll.lasti, poll.line)
        box.note(b"q", name, call, poll.count, place)
