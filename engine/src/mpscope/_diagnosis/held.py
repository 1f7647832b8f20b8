"""Locks and slots that were acquired and not given back: by whom, and in which line.

acquire · release · acquire · (an exception) ─────────▶ acquire: waits for its own slot
"""

from collections.abc import Iterable, Iterator

from mpscope._diagnosis.evidence import is_lock, waits
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import listed, names
from mpscope._recording.records import CODE, REFUSED
from mpscope._trace.logs import ProcessLog, call_in
from mpscope._trace.waiting import Pattern

_ACQUIRE, _RELEASE, _REPLY = (CODE[kind] for kind in ("acquire", "release", "reply"))


def held_since(log: ProcessLog | None, lock: str) -> list[str]:
    """The lines in which a process acquired what it has not released; the outermost first."""
    deeds = []
    for time, _, _, mark, _, channel, where, kind, _, what in log.records() if log else ():
        if not time or log is None or log.channels.get(channel) != lock:
            continue
        if kind == _REPLY and mark != REFUSED:
            kind = CODE.get(call_in(what).method, 0)
        if kind in (_ACQUIRE, _RELEASE):
            deeds.append((time, kind == _ACQUIRE, log.places.get(where, "")))
    held: list[str] = []
    for _, acquires, place in sorted(deeds):
        if acquires:
            held.append(place)
        elif held:
            held.pop()
    return held


def acquired(account: Account, labels: Iterable[str], lock: str) -> str:
    """ " (acquired in locks.py, line 7 in work)"; empty if nobody knows."""
    found = [held_since(account.logs.get(label), lock) for label in labels]
    places = list(dict.fromkeys(place for held in found for place in held if place))
    return f" (acquired in {names(places)})" if places else ""


def slots_not_given_back(account: Account) -> Iterator[Pattern]:
    """Each slot was acquired by who has ended since, or waits for another one in the same line."""
    tally = account.tally
    for standing, wait in waits(account, "acquire", "reply"):
        name, holders = wait.target, tally.slot_holders(wait.target)
        users = tally.did("acquire", name) | tally.tried["acquire", name]
        if not wait.acquires or is_lock(account, name) or tally.given[name] - users - {""}:
            continue  # who was given it, and does not acquire, may be there to release
        told = [_story(account, who, name) for who in tally.in_order(holders)]
        if not told or not all(told) or holders <= tally.ended:
            continue
        yield Pattern(
            "slots that were not given back",
            f"{standing.label} waits for {name}, and it has no slot left: {listed(told, '; ')}",
            "If release() was skipped, by an exception or a return: "
            f"`with {name}:` gives back what it has acquired, whatever happens.",
        )


def _story(account: Account, who: str, name: str) -> str:
    held, wait = held_since(account.logs.get(who), name), account.standings[who].wait
    where = f"{who} acquired {'one' if len(held) == 1 else len(held)} ({names(set(held))})"
    if who in account.ends:
        return f"{where} and ended without release()"
    if wait is None or wait.target != name or {wait.where} != set(held):
        return ""
    return f"{where}, has not released it, and waits there for another"
