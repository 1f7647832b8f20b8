"""What the course's helpers say, in the reader's language: `IPC_LANGUAGE=de`, else English.

    words/en.toml ── every text ──┐      of verdicts, labs, charts ...
    words/de.toml ── some of it ──┴─▶ said("verdict.right") ─▶ "richtig."

What a language does not have is said in English. Lessons and exercises are in notebooks/LANGUAGE.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENGLISH = "en"


def language() -> str:
    """The one that is asked for, if we have it; else English."""
    wanted = os.environ.get("IPC_LANGUAGE", ENGLISH)
    return wanted if wanted in languages() else ENGLISH


def languages() -> list[str]:
    """Those that have a catalogue here."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


def said(key: str, **facts: object) -> str:
    """A text of the catalogue, "verdict.right", with its facts filled in."""
    return said_in(language(), key, **facts)


def said_in(language: str, key: str, **facts: object) -> str:
    """The same in a language of one's choice."""
    text = texts(language).get(key) or texts(ENGLISH)[key]
    return text.format_map(facts)


@cache
def texts(name: str) -> Mapping[str, str]:
    """Every text of a language, by "table.key", or "table.table.key"."""
    import tomllib  # here: a Python that is too old has none, and the doctor shall say so

    return dict(_flat(tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    for key, it in table.items():
        yield from _flat(it, f"{place}{key}.") if isinstance(it, dict) else [(place + key, it)]


def overlaid(entry: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a catalogue with what another language has of it; tables are overlaid, too."""
    both = {**entry, **other}
    if "says" in other:
        both["says"] = {**entry.get("says", {}), **other["says"]}
    return both
