"""The grader of shared-1."""

from __future__ import annotations

import mmap
from typing import Any

from ipc_helpers.grading.run import Run
from ipc_helpers.grading.segments import Found, SegmentGrader
from mpscope import Kind


class Brighter(SegmentGrader):
    cases = {
        "six pixels, two children": (bytes(range(10, 70, 10)), 2, 2),
        "eight pixels, four children": (bytes(range(8)), 3, 4),
    }
    limit_s = 5.0

    def stage(self, mp: Any, answer: Any, *case: Any) -> Found:
        import numpy

        picture, *rest = case
        found = super().stage(mp, answer, numpy.frombuffer(picture, "u1"), *rest)
        return found._replace(result=pixels_of(found.result))

    def expected(self, *case: Any) -> Found:
        picture, factor, _ = case
        return Found([pixel * factor for pixel in picture])

    def children_for(self, *case: Any) -> int:
        return int(case[-1])

    def diagnose(self, run: Run) -> str | None:
        if run.raised(BufferError) or run.failed_with("BufferError"):
            return "view-in-the-way"
        if run.failed_with("FileNotFoundError"):
            return "unlinked-too-early"
        if run.raised(FileNotFoundError):
            return "unlinked-twice"
        if run.stuck or run.failures or run.error or not run.started:
            return None
        got: Found = run.result
        if isinstance(got.result, mmap.mmap):
            return "a-window"
        if got.result == list(run.case[0]):
            waited = run.joined or run.did(Kind.RECEIVE, "parent")
            return "changed-a-copy" if waited else "looked-too-early"
        if got.result != run.expected.result:
            return None
        if not got.shared:
            return "sent-not-shared"
        if got.left:
            return "left-behind"
        return "one-by-one" if run.one_by_one else None


def pixels_of(result: Any) -> Any:
    """The numbers of an array; if it is a window on shared memory, that memory, unread.

    Behind a window there may be nothing any more, and to look would end the process.
    """
    behind = result
    while behind is not None and not isinstance(behind, mmap.mmap):
        behind = getattr(behind, "base" if hasattr(behind, "base") else "obj", None)
    if behind is not None:
        return behind
    return result.tolist() if hasattr(result, "tolist") else result
