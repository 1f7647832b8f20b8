"""Finds out that the parent waits for a result that no pool or executor can bring any more.

    every tick ─▶ the same wait, and something is wrong with a pool ─▶ after some looks: the logs
                  prove it? ─▶ the reason

The pool's own threads never end, so nothing else could tell that nobody is left to end the wait.
"""

from __future__ import annotations

from mpscope._diagnosis.pools import why_it_cannot_end
from mpscope._diagnosis.waitgraph import Account
from mpscope._recording.recorder import Recorder
from mpscope._supervision import report
from mpscope._trace.waiting import Pattern

TELLING = {3, 6, 12, 24, 48}  # looks; to read all logs at every one would be too much


class PoolWatch:
    """Looks at the pools of one block, from its parent."""

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
        telling = self._looks in TELLING or self._looks % 64 == 0
        if not telling:
            return None
        account = report.look(self._box, self._box.block.started)
        reason = why_it_cannot_end(account)
        if reason is None:
            return None
        self._looks -= 1  # if somebody could end it all the same: the next look tells, too
        return account, reason
