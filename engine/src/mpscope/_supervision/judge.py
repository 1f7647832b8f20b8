"""Whether a block must end before its last line, and the error that it ends with.

    every look ─▶ Judge.finding() ─▶ nothing, or the deadline, `mp.stop()`, a child that was never
                                     born, a pool that brings no result, a wait that nobody can end

A look costs little.  Only what has stayed the same over some looks is asked of the logs, which
prove it, and of whoever keeps none (`outsiders`).
"""

import threading
from types import FrameType
from typing import Any

from mpscope._diagnosis.pools import why_it_cannot_end
from mpscope._diagnosis.waitgraph import Account
from mpscope._recording import clock
from mpscope._recording.polls import leave
from mpscope._recording.recorder import Recorder
from mpscope._recording.store import Spare
from mpscope._supervision import faults, report
from mpscope._supervision.interrupts import frames
from mpscope._supervision.killing import request_stacks
from mpscope._supervision.outsiders import Outsiders
from mpscope._supervision.processes import being_started
from mpscope._supervision.quiescence import TELLING, WAITS, Quiescence
from mpscope._supervision.threads import Threads
from mpscope._trace.waiting import Pattern
from mpscope.errors import IpcError

# Looks at a wait that no process of the block can end, after which we ask who else could; it is
# judged only if it has not ended by the next one.
HOPELESS = {2, *TELLING}
TELLING_OF_POOLS = {3, 6, 12, 24, 48}  # looks; to read all logs at every one would be too much
GLANCE_S = 0.1  # how long the children may take to dump their stacks, when Ctrl-C came


class Judge:
    """Judges one block, from its parent; `inside` is the frame of its ``with``."""

    def __init__(self, box: Recorder, inside: FrameType, before: set[threading.Thread]) -> None:
        self.box, self.block = box, box.block
        self.spare = Spare()
        threads = Threads(box.main, before)
        self.quiescence = Quiescence(box, threads)
        self._asked = 0, 0  # the record of a loop that asks, and how often it had at the last look
        self.outsiders = Outsiders(box, inside, threads)
        self._pools = PoolWatch(box)
        self._unborn: Any = None  # the Popen of a child that is being started
        self._alone_at = 0  # the record of a wait that nobody else was left to end
        self._suspect = (0, 0)  # (record of the parent's wait, how often it looked hopeless)

    def finding(self, frame: FrameType | None) -> IpcError | None:
        """The error that the block must end with now, if it must."""
        try:
            return self._finding(frame)
        except Exception as error:  # the deadline holds all the same
            no_room = isinstance(error, OSError)  # the program has used up all descriptors
            if not no_room:
                faults.note(error)
            if clock.monotonic_ns() < self.block.deadline_ns:
                return None
            if no_room and self.spare.let_go():
                return self.finding(frame)
            return report.unseen(error, self.block.stopping, self.block.deadline_s)

    def _finding(self, frame: FrameType | None) -> IpcError | None:
        asked = self.asks_on(frame)
        if clock.monotonic_ns() >= self.block.deadline_ns:
            still = asked is not False and self.quiescence.stays(self.block.started)
            request_stacks(self.box)
            account = report.look(self.box, self.block.started, frame)
            if self.block.stopping:
                return report.stopped(account)
            if account.cannot_end():
                account.others = self._who_else(frame)
            return report.time_is_up(account, still, self.block.deadline_s)
        if self._unborn is not None and self.is_stillborn(frame):
            return report.stillborn(report.look(self.box, self.block.started, frame))
        if asked is False or (asked is None and not self.quiescence.has_waited()):
            return None
        if (told := self._pools.why_no_result_comes()) and not self._who_else(frame):
            return report.no_result(*told)
        hopeless, lasts = self._wait_is_hopeless(), self.quiescence.lasts(self.block.started)
        if not (hopeless or lasts) or not self._is_alone(frame):
            return None
        account = report.look(self.box, self.block.started, frame)
        if hopeless:
            return report.hopeless(account)
        if account.cannot_end() and self.quiescence.lasted(self.block.started):
            # else its children's stacks may tell more; at the deadline they end themselves
            enough = report.recognise(account) or clock.monotonic_ns() >= self.block.deadline_ns
            return report.deadlock(account if enough else self.glance(frame))
        return None

    def asks_on(self, frame: FrameType | None) -> bool | None:
        """Whether the loop that runs, and only asks, has asked again since the last look, if any"""
        poll = self.block.loop
        if poll is None:
            return None
        if not any(f.f_code is poll.code and f.f_lineno in poll.lines for f in frames(frame, None)):
            leave(self.box, poll)  # an exception has ended it
            return None
        before, self._asked = self._asked, (poll.place, poll.count)
        return self._asked != before

    def is_stillborn(self, frame: FrameType | None) -> bool:
        """True if a start waits, look after look, for a child to read, and the child has ended."""
        popen = being_started(frame) if self.block.starting else None
        again, self._unborn = popen is self._unborn, popen
        if popen is None or not again or popen.poll() is None:
            return False
        self.block.started[-1]._ipc_stillborn = popen.returncode
        return True

    def _wait_is_hopeless(self) -> bool:
        """True if the parent waits, look after look, for what no living process could do."""
        place, channel = self.box.endless_wait()
        if not place or self.quiescence.somebody_may_act(channel):
            self._suspect = (0, 0)
            return False
        before, looks = self._suspect
        self._suspect = (place, looks + 1 if before == place else 1)
        return self._suspect[1] in HOPELESS

    def _is_alone(self, frame: FrameType | None) -> bool:
        """True if at an earlier look at this very wait nobody else was left who could end it.

        Whoever had ended by then may have sent something just before: this thread has waited since,
        and it has not come.
        """
        place, _ = self.box.endless_wait(WAITS)
        if place and place == self._alone_at:
            return True
        self._alone_at = 0 if self._who_else(frame) else place
        return False

    def _who_else(self, frame: FrameType | None) -> list[str]:
        return self.outsiders.who_else(self.block.started, frame)

    def glance(self, frame: FrameType | None) -> Account:
        """Where everybody stands now, also on which line; `frame` is what the main thread runs."""
        request_stacks(self.box, GLANCE_S)
        self.asks_on(frame)
        return report.look(self.box, self.block.started, frame)


class PoolWatch:
    """Finds out that the parent waits for a result that no pool or executor can bring any more.

    The pool's own threads never end, so nothing else could tell that nobody is left to end it.
    """

    def __init__(self, box: Recorder) -> None:
        self._box = box
        self._last: tuple[object, ...] = ()
        self._looks = 0

    def why_no_result_comes(self) -> tuple[Account, Pattern] | None:
        """Take one look: where everybody stands, and what proves that the wait cannot end."""
        place = self._box.block.pool_wait
        pulses = [pool._ipc_pulse() for pool in list(self._box.block.pools)] if place else []
        if not any(any(pulse) for pulse in pulses):
            self._looks = 0
            return None
        look = (place, *sorted(pulses))
        self._looks = self._looks + 1 if look == self._last else 1
        self._last = look
        if self._looks not in TELLING_OF_POOLS and self._looks % 64:
            return None
        account = report.look(self._box, self._box.block.started)
        reason = why_it_cannot_end(account)
        if reason is None:
            return None
        self._looks -= 1  # if somebody could end it all the same: the next look tells, too
        return account, reason
