"""What most likely is behind a crash: nothing proves it, and the words say so."""

from __future__ import annotations

from mpscope._trace.logs import ProcessLog

CRASHES = "SIGSEGV", "SIGBUS"


def likely_cause(log: ProcessLog | None, end: str) -> str:
    """A sentence, for a process that used shared memory and crashed; `end`: how it ended; or ""."""
    words = end.split()
    if log is None or not log.segments or words[:3] != ["was", "killed", "by"]:
        return ""
    if words[3] not in CRASHES:
        return ""
    return (
        f"{log.label} had opened shared memory, so the likely cause, which nothing here proves, is "
        "an array or memoryview that outlived its SharedMemory object: when that is closed, or "
        "dropped, the memory below the view is gone"
    )


CURE = "Keep the SharedMemory object as long as anything made from its buf."
