"""A segment of shared memory that had lost its name before a child had opened it.

parent   makes it ── start() ── unlinks it ·
child-1                        begins ────── · opens it by its name: FileNotFoundError
"""

from collections.abc import Iterable, Iterator

from mpscope._diagnosis.words import names
from mpscope._trace.logs import ProcessLog
from mpscope._trace.waiting import Pattern


def unlinked_too_early(logs: Iterable[ProcessLog]) -> Iterator[Pattern]:
    """One for each process that has unlinked what others then looked for in vain, and where."""
    logs = list(logs)
    late: dict[tuple[str, str], list[ProcessLog]] = {}
    failed: dict[tuple[str, str], str] = {}
    for log in logs:
        for segment, (time, where) in log.not_found.items():
            for other in logs:
                gone, place = other.unlinked.get(segment, (time, ""))
                if gone < time and other is not log:
                    late.setdefault((other.label, place), []).append(log)
                    failed.setdefault((other.label, place), where)
    for (unlinker, place), found in late.items():
        who = list(dict.fromkeys(log.label for log in found))
        yield Pattern(
            "unlinked too early",
            f"{unlinker} unlinked a segment of shared memory{_at(place)} before {names(who)} "
            f"could open it by its name{_at(failed[unlinker, place])}",
            "start() does not wait until a child has opened anything: unlink() only when all who "
            "are to open it have ended, after join().",
        )


def _at(place: str) -> str:
    return f" ({place})" if place else ""
