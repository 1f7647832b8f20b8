"""Children that end before they have begun, or begin too late.

A child of spawn or forkserver imports the program's main module before it reads its arguments. If
that starts processes, too, Python refuses, and the child ends with exit code 1.

parent    makes a segment ── start() ── unlinks it ·
child-1                                begins ────── · opens it by its name: FileNotFoundError
"""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from mpscope._diagnosis.source import source_of
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import names, together
from mpscope._recording.records import EVERYTHING
from mpscope._trace.kinds import Role
from mpscope._trace.logs import ProcessLog
from mpscope._trace.waiting import Pattern


def failed_at_birth(account: Account) -> list[str]:
    """The labels of those that ended with exit code 1 before they had read their arguments."""
    forked = account.tally.given[EVERYTHING]
    return [
        who
        for who, end in account.ends.items()
        if end.exit_code == 1 and end.unborn and who not in forked
    ]


def failed_births(account: Account) -> Iterator[Pattern]:
    """Where nothing in the program says which of its lines are not for children."""
    roles = dict(pair for log in account.logs.values() for pair in log.roles.items())
    failed = [who for who in failed_at_birth(account) if roles.get(who) is not Role.POOL_WORKER]
    if failed and (cure := without_guard()):
        here = together(failed, account.ends[failed[0]].text)
        yield Pattern("children that end before they have begun", here, cure)


def without_guard() -> str:
    """What to do if no line of the program's main module asks for `__name__`; else nothing."""
    main: Any = sys.modules["__main__"]
    path = getattr(main, "__file__", None) or ""
    if not path or getattr(getattr(main, "__spec__", None), "name", "").endswith("__main__"):
        return ""  # no child imports it
    nodes = list(ast.walk(source_of(path).tree))
    if len(nodes) == 1 or any(isinstance(it, ast.Name) and it.id == "__name__" for it in nodes):
        return ""  # it cannot be read, or asks
    return (
        f"A child that is not forked imports {os.path.basename(path)} first, and so probably came "
        "to the line that starts processes, which Python refuses there (see its traceback). Put "
        "what starts processes below `if __name__ == '__main__':`."
    )


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
