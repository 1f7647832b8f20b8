"""What most likely is behind a crash: nothing proves it, and the words say so."""

from mpscope._trace.logs import ProcessLog
from mpscope._trace.waiting import End

CRASHES = "SIGSEGV", "SIGBUS"


def likely_cause(log: ProcessLog | None, end: End) -> str:
    """A sentence, for a process that used shared memory and crashed; else empty."""
    if log is None or not log.segments or end.signal not in CRASHES:
        return ""
    return (
        f"{log.label} had opened shared memory, so the likely cause, which nothing here proves, is "
        "an array or memoryview that outlived its SharedMemory object: when that is closed, or "
        "dropped, the memory below the view is gone"
    )


CURE = "Keep the SharedMemory object as long as anything made from its buf."
