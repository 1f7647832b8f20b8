"""What is polled in vain: a flag that is not set, a queue that is empty, a state that stays.

The calls of a loop that polls are too many to be events: they are counted, and put on record when
an account is wanted.  A loop that does nothing else is a wait: an open record, see `loops`.
"""

from _thread import get_ident
from sys import _getframe
from types import FrameType

from mpscope._recording import recorder
from mpscope._recording.library import LIBRARY
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import ASKS, BEAT, BEAT_AT, CODE, UNBOUNDED, About, Any

OFTEN = 3  # who asks so often in vain, in one place, is in a loop


class Poll:
    """What was asked in vain, how often, and where; a new one begins elsewhere, or after a success.

    ``place`` is the record of the loop on these ``lines``, if it does nothing else; or 0.
    """

    __slots__ = "channel", "code", "count", "lasti", "line", "lines", "place", "state"

    def __init__(self, channel: int, frame: FrameType, state: Any) -> None:
        self.channel, self.count, self.place, self.lines = channel, 0, 0, range(0)
        self.state = state
        self.code, self.lasti, self.line = frame.f_code, frame.f_lasti, frame.f_lineno


def asked(
    name: str, about: About | None, call: str, in_vain: bool = True, state: Any = ..., job: int = 0
) -> None:
    """The main thread has polled what calls this; ``state``: the answer, if not just yes or no."""
    box = recorder.current
    if box is None or get_ident() != box.main:
        return
    poll = box.block.polls.pop((name, call, job), None)
    if not in_vain:
        return leave(box, poll)
    frame = _getframe(2)
    while (outer := frame.f_back) is not None and (
        frame.f_code.co_filename in LIBRARY or frame.f_code.co_name == "<genexpr>"
    ):
        frame = outer
    here = frame.f_code, frame.f_lasti, state
    if poll is None or here != (poll.code, poll.lasti, poll.state):
        leave(box, poll)
        poll = Poll(box.channel(name, about), frame, state)
    box.block.polls[name, call, job] = poll  # what was asked last comes last
    poll.count += 1
    if poll.count == OFTEN:
        from mpscope._recording.loops import QUESTIONS, loop_that_asks

        if lines := loop_that_asks(frame, call, state):
            kind = CODE[QUESTIONS.get(call, ("reply",))[0]]
            poll.place = box.open(kind, poll.channel, frame, UNBOUNDED | ASKS, call.encode()[:32])
            poll.lines, box.block.loop = lines, poll
            if job:
                box.number(poll.place, job)
                box.block.pool_wait = poll.place
    if poll.place:  # for who looks from outside
        BEAT.pack_into(box._box, BEAT_AT, poll.place, poll.count)


def leave(box: Recorder, poll: Poll | None) -> None:
    """The loop is over, if it was one."""
    if poll is not None and poll.place:
        BEAT.pack_into(box._box, BEAT_AT, 0, 0)
        box.turn_into(poll.place, 0)
        box.block.loop = None
        box.block.pool_wait = box.block.pool_wait if box.block.pool_wait != poll.place else 0
        poll.count = poll.place = 0


def note_polls(box: Recorder) -> None:
    """Put on record what has been asked in vain, how often, and where."""
    for (name, call, job), poll in list(box.block.polls.items()):
        if job or poll.state is not ...:
            continue  # its record tells all, if it is a loop
        place = box.place_at(poll.code, poll.lasti, poll.line)
        box.note(b"q", name, call, poll.count, place)
