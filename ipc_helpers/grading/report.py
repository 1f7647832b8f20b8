"""What the kernel gets to know about one run: plain data, a line of JSON each.

The sandbox runs code of a learner's, so nothing that it writes is unpickled or run here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from mpscope import Picture

MOST_BYTES = 20_000_000  # of a file that should have some thousands


class Report(NamedTuple):
    """One run: texts and numbers, no object of the learner's."""

    method: str = ""
    name: str = ""
    finding: str | None = None
    facts: dict[str, str] = {}
    """What the messages of the catalogue may mention."""
    account: list[str] = []
    """Who waited for whom, or where the answer failed."""
    complaints: list[str] = []
    """What the first child that complained has said on stderr."""
    printed: list[str] = []
    """What the answer printed, the parent first."""
    picture: dict[str, Any] | None = None
    """The attributes of a `Picture`."""


def as_line(report: Report) -> bytes:
    """A report as a line of a file."""
    return json.dumps(report._asdict()).encode() + b"\n"


def in_file(path: Path) -> Iterator[Report]:
    """The reports in a file; a line that is none is left out, so a torn one is, too."""
    with suppress(OSError), path.open("rb") as file:
        for line in file.read(MOST_BYTES).splitlines():
            with suppress(ValueError, TypeError, AttributeError, RecursionError):
                yield _from(json.loads(line))


def last_of_each_run(reports: Iterable[Report]) -> list[Report]:
    """Of each run the last report: it replaces the ones before it."""
    return list({(one.method, one.name): one for one in reports}.values())


def _from(data: Any) -> Report:
    """Raises if a field is missing, or is not what it should be."""
    one = Report(**data)
    texts = [one.method, one.name, one.finding or "", *one.facts, *one.facts.values()]
    if not all(type(text) is str for text in [*texts, *one.account, *one.complaints, *one.printed]):
        raise ValueError("not a report of ours")
    if one.picture is not None:
        Picture(**one.picture)
    return one
