"""What the children printed, in an order that is the same on every run."""

from __future__ import annotations

from collections.abc import Iterable

from mpscope._trace.events import ProcessLog

SIGNS = {"print": "|", "error": "!"}


class Transcript(str):
    """Text whose `repr` is itself, so that a cell's last line shows it as it is."""

    def __repr__(self) -> str:
        return str(self)


def transcript(logs: Iterable[ProcessLog]) -> Transcript:
    """One line per printed line: children in start order, each one's lines in its own order.

    ``child-1 | said on stdout``, ``child-1 ! said on stderr``.
    """
    return Transcript(
        "\n".join(
            f"{log.label} {SIGNS[stream]} {line}".rstrip()
            for log in logs
            for _, stream, line in log.lines()
        )
    )
