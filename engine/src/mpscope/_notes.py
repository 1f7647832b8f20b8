"""What is said when a block has ended: notes on stderr, and on the error that left it."""

from __future__ import annotations

import multiprocessing
import queue
import sys
import threading
from concurrent.futures import BrokenExecutor
from itertools import chain, islice
from textwrap import TextWrapper

from mpscope._diagnosis import births, patterns, pools
from mpscope._diagnosis.remarks import failures, remarks
from mpscope._supervision import report
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import Pattern

WIDE = 74  # columns of a note: a narrow notebook breaks longer lines in the midst of a word
FEW = 6  # children that are told of with an error that they may have caused
# What a program meets when another process has not done its part.
CONSEQUENCES = (
    *(EOFError, ConnectionError, queue.Empty, queue.Full),
    *(threading.BrokenBarrierError, multiprocessing.TimeoutError),
)


def mention(trace: Trace, foreign: str) -> None:
    """Print what there is to remark on a block that ended well, and on what was not of it."""
    told = remarks(trace)
    if foreign:
        told.append(f"nothing in this block was observed. {foreign}")
    wrap = TextWrapper(WIDE, "", "    ", break_long_words=False, break_on_hyphens=False).fill
    for remark in told:
        print(wrap(f"note: {remark}"), file=sys.stderr)


def explain(error: Exception, trace: Trace) -> None:
    """Add what the logs know and the error does not say: a worker could not find its work."""
    if found := cause_of(error, trace):
        error.add_note(str(found))
    elif isinstance(error, CONSEQUENCES):
        for failure in islice(failures(trace), FEW):
            error.add_note(f"Meanwhile, {failure}.")
    elif isinstance(error, FileNotFoundError):
        for told in births.unlinked_too_early(trace.logs):
            error.add_note(str(told))


def cause_of(error: BaseException | None, trace: Trace) -> Pattern | None:
    """What is known to lead to such an error, if the logs show it."""
    account = report.afterwards(trace)
    looks = [patterns.notebook_function(account)]
    if isinstance(error, BrokenExecutor):
        looks.append(pools.why_it_broke(account))
    elif isinstance(error, CONSEQUENCES):
        looks.append(births.failed_births(account))
    return next(chain.from_iterable(looks), None)
