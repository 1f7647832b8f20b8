"""Numbers, names and predicates in sentences."""

import re
from collections import Counter
from collections.abc import Sequence


def clause(who: Sequence[str], predicate: str, how: str = "") -> str:
    """ "child-1 puts 1", "child-1 and child-2 each put 1": the predicate comes in the singular."""
    if len(who) == 1:
        return f"{who[0]} {predicate}"
    verb, _, rest = predicate.partition(" ")
    many = "are" if verb == "is" else verb.removesuffix("es" if verb.endswith("sses") else "s")
    return f"{names(who)} {how}{many} {rest}".rstrip()


def submitted(counts: Counter[str]) -> str:
    """ "3 calls of square and a call of fail"; where nobody counted them, "calls of square"."""
    told = [
        f"{'a call' if n == 1 else f'{n} calls' if n else 'calls'} of {what}"
        for what, n in counts.items()
    ]
    return _joined(told, 4, "other functions")


def times(n: int) -> str:
    return f" {n} times" if n > 1 else ""


def called(counts: Counter[str]) -> str:
    told = [f"{method}{times(n)}" for method, n in sorted(counts.items())]
    return _joined(told, 4, "other methods")


def names(labels: Sequence[str]) -> str:
    """ "parent, child-1 to child-4 and helper": runs of numbered labels are drawn together."""
    parts: list[str] = []
    while labels:
        length = 1
        while length < len(labels) and _follows(labels[length - 1], labels[length]):
            length += 1
        if length > 2:
            parts.append(f"{labels[0]} to {labels[length - 1]}")
        else:
            parts.extend(labels[:length])
        labels = labels[length:]
    return _joined(parts, 6, "more")


def _joined(parts: list[str], most: int, others: str) -> str:
    """ "a, b and c"; of more than `most`, the first and how many others."""
    if len(parts) > most:
        parts = [*parts[: most - 1], f"{len(parts) - most + 1} {others}"]
    return " and ".join(", ".join(parts).rsplit(", ", 1))


def _follows(one: str, other: str) -> bool:
    match = re.fullmatch(r"(.*?)(\d+)", one)
    return match is not None and other == f"{match[1]}{int(match[2]) + 1}"
