"""Names in a sentence, however many there are: an error stays short."""

from collections.abc import Iterable, Sequence

SHOWN = 6  # names of a long list; the rest are counted


def counted(n: int, what: str) -> str:
    """ "1 message", "2 messages", "2 processes" """
    return f"{n} {what}" if n == 1 else f"{n} {what}{'es' if what.endswith('s') else 's'}"


def names(labels: Iterable[str]) -> str:
    """ "a, b and c", "a, b, c, d, e, f and 294 others" """
    labels = list(labels)
    if len(labels) > SHOWN + 1:
        labels = [*labels[:SHOWN], f"{len(labels) - SHOWN} others"]
    *most, last = labels
    return f"{', '.join(most)} and {last}" if most else last


def either(labels: Sequence[str]) -> str:
    """ "a", "a or b", "one of 4 others" """
    if len(labels) > 3:
        return f"one of {len(labels)} others"
    return " or ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def say(labels: Sequence[str], predicate: str) -> str:
    """ "child-1 waits, too", "a and b wait, too", "all 5 of them ended well" """
    if len(labels) == 1:
        return f"{labels[0]} {predicate}"
    told = " and ".join([", ".join(labels[:-1]), labels[-1]])
    told = told if len(labels) <= 3 else f"{len(labels)} of them"
    return f"{told} {plural(predicate)}"


def circle(labels: Sequence[str]) -> str:
    """ "a → b → a" """
    many = len(labels) > SHOWN + 1
    told = [*labels[:SHOWN], f"{len(labels) - SHOWN} others"] if many else labels
    return " → ".join([*told, labels[0]])


def together(labels: Sequence[str], predicate: str) -> str:
    """ "child-1 ended well", "a, b, c, d, e, f and 294 others wait in box.get()" """
    return f"{names(labels)} {predicate if len(labels) == 1 else plural(predicate)}"


def plural(predicate: str) -> str:
    """ "waits in box.get()" of many: "wait in box.get()" """
    verb, space, rest = predicate.partition(" ")
    return f"{_PLURAL.get(verb, verb)}{space}{rest}"


def listed(items: Sequence[str], mark: str = ", ") -> str:
    """ "a, b", and of many only the first, with the number of the others"""
    if len(items) > SHOWN + 1:
        items = [*items[:SHOWN], f"and {len(items) - SHOWN} others"]
    return mark.join(items)


_PLURAL = {"waits": "wait", "waits,": "wait,", "was": "were", "has": "have", "is": "are"}
_PLURAL |= {"runs": "run", "serves": "serve"}
