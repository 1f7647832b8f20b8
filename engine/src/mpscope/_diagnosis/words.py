"""Names, numbers and predicates in sentences, however many there are: an error stays short."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

SHOWN = 6  # names of a long list; the rest are counted


def counted(n: int, what: str) -> str:
    """ "1 message", "2 messages", "2 processes" """
    return f"{n} {what}" if n == 1 else f"{n} {what}{'es' if what.endswith('s') else 's'}"


def times(n: int) -> str:
    return f" {n} times" if n > 1 else ""


def names(labels: Iterable[str], more: str = "{} others", most: int = SHOWN + 1) -> str:
    """ "a, b and c", "a, b, c, d, e, f and 294 others" """
    *first, last = _cut(labels, more, most)
    return f"{', '.join(first)} and {last}" if first else last


def listed(items: Iterable[str], mark: str = ", ") -> str:
    """ "a, b", and of many only the first, with the number of the others"""
    return mark.join(_cut(items, "and {} others"))


def circle(labels: Sequence[str]) -> str:
    """ "a → b → a" """
    return " → ".join([*_cut(labels), labels[0]])


def _cut(items: Iterable[str], more: str = "{} others", most: int = SHOWN + 1) -> list[str]:
    """All of them; of more than `most`, the first, and how many there are besides."""
    items = list(items)
    if len(items) > most:
        items[most - 1 :] = [more.format(len(items) - most + 1)]
    return items


def either(labels: Sequence[str]) -> str:
    """ "a", "a or b", "one of 4 others" """
    if len(labels) > 3:
        return f"one of {len(labels)} others"
    return " or ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


# -- who does what --------------------------------------------------------------------------------


def say(labels: Sequence[str], predicate: str) -> str:
    """ "child-1 waits, too", "a and b wait, too", "5 of them ended well" """
    who = names(labels) if len(labels) <= 3 else f"{len(labels)} of them"
    return f"{who} {verb(labels, predicate)}"


def together(labels: Sequence[str], predicate: str) -> str:
    """ "child-1 ended well", "a, b, c, d, e, f and 294 others wait in box.get()" """
    return f"{names(labels)} {verb(labels, predicate)}"


def clause(who: Sequence[str], predicate: str, how: str = "") -> str:
    """ "child-1 puts 1", "child-1 to child-3 each put 1": the predicate comes in the singular."""
    if len(who) == 1:
        return f"{who[0]} {predicate}"
    return f"{in_runs(who)} {how}{verb(who, predicate)}"


def verb(labels: Sequence[str], predicate: str) -> str:
    """ "waits in box.get()" of one, "wait in box.get()" of many; "was", "were" """
    if len(labels) == 1:
        return predicate
    word, space, rest = predicate.partition(" ")
    bare = word.removesuffix(",")
    plain = bare.removesuffix("es" if bare.endswith("sses") else "s")
    return f"{_IRREGULAR.get(bare, plain)}{word[len(bare) :]}{space}{rest}"


_IRREGULAR = {"was": "were", "has": "have", "is": "are", "does": "do"}


def in_runs(labels: Sequence[str]) -> str:
    """ "parent, child-1 to child-4 and helper": runs of numbered labels are drawn together."""
    parts: list[str] = []
    for run in runs(labels):
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return names(parts, "{} more", 6)


def runs(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts, those together that end in numbers of which each is one higher than the last."""
    run: list[str] = []
    for text in texts:
        match = re.fullmatch(r"(.*?)(\d+)", run[-1]) if run else None
        if run and not (match and text == f"{match[1]}{int(match[2]) + 1}"):
            yield run
            run = []
        run.append(text)
    if run:
        yield run


# -- calls ----------------------------------------------------------------------------------------


def submitted(counts: Counter[str]) -> str:
    """ "3 calls of square and a call of fail"; where nobody counted them, "calls of square"."""
    told = [
        f"{'a call' if n == 1 else f'{n} calls' if n else 'calls'} of {what}"
        for what, n in counts.items()
    ]
    return names(told, "{} other functions", 4)


def called(counts: Counter[str]) -> str:
    """ "append 3 times and copy" """
    told = [f"{method}{times(n)}" for method, n in sorted(counts.items())]
    return names(told, "{} other methods", 4)
