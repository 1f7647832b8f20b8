"""Time as it is, whatever the program has put in its place: tests freeze clocks.

A tool that freezes them looks through all modules for the functions of `time`: these are others.
"""

import time
from functools import partial

monotonic = partial(time.monotonic)
monotonic_ns = partial(time.monotonic_ns)
sleep = partial(time.sleep)
