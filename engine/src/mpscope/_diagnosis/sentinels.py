"""Readers that wait for a sentinel: one that they cannot recognise, or one too few.

parent    put ... None ·
child-1   get ... None · ends
child-2   get ... ── waits for a None of its own
"""

from collections.abc import Iterator

from mpscope._diagnosis.evidence import is_queue, often, stuck, waits
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted, names, verb
from mpscope._trace.waiting import Pattern


def sentinel_by_identity(account: Account) -> Iterator[Pattern]:
    """The last message is an object that only `is` could recognise, unlike all before it."""
    lonely = {text for log in account.logs.values() for text in log.identities}
    for standing, wait in stuck(account, "receive"):
        read = account.tally.received[wait.target]
        mine = [event.what for event in read if event.process == standing.label]
        if not mine or mine[-1] not in lonely:
            continue
        readers = {event.process for event in read}
        if mine[-1] != "<object>" and (
            len(read) == 1 or sum(e.what == mine[-1] for e in read) > len(readers)
        ):
            continue  # it may be a message like any other
        yield Pattern(
            "a sentinel that is not recognised",
            f"the last message that {standing.label} got from {wait.target} was {mine[-1]}. If "
            "that was to end its loop, it cannot: what has been pickled arrives as a new object, "
            "so neither `is` nor == nor iter(get, ...) finds it equal to the one that was sent",
            "Use None as the sentinel, or a member of an Enum.",
        )


def sentinel_too_few(account: Account) -> Iterator[Pattern]:
    if any(sentinel_by_identity(account)):
        return
    joined = {wait.target for _, wait in waits(account, "join")}
    for standing, wait in stuck(account, "receive"):
        queue = wait.target
        ends = account.tally.ends(queue)
        if standing.label not in joined:
            continue
        read: dict[str, list[str]] = {}
        for event in account.tally.received[queue]:
            read.setdefault(event.process, []).append(event.what)
        ended = [who for who in read if who in account.ends and account.ends[who].well]
        left = [s.label for s, w in waits(account, "receive") if w.target == queue]
        last = {read[who][-1] for who in ended}
        if len(last) == 1:
            yield _too_few(queue, ends, last.pop(), [read[who] for who in ended], left)
        if not ended and standing.label in read and is_queue(account, wait):
            its = "its" if len(left) == 1 else "their"
            yield Pattern(
                "a reader that nobody tells to stop",
                f"{names(left)} {verb(left, 'reads')} {queue}, and nothing more will come, while "
                f"{its} end is waited for",
                f"If they are to read until a sentinel comes, put one into {queue} for each of "
                "them, before you join.",
            )


def _too_few(
    queue: str, ends: tuple[str, str] | None, last: str, read: list[list[str]], left: list[str]
) -> Pattern:
    """``last`` came last to each reader that has ended; of those ``read`` is what each got."""
    put = f"Send one sentinel through {ends[0]}" if ends else f"Put one sentinel into {queue}"
    cure = f"{put} for each process that reads it, before you join."
    waiting = f"{names(left)} {verb(left, 'waits')} for more"
    is_clear = all(messages.index(last) == len(messages) - 1 for messages in read)
    if is_clear and (last == "None" or len(read) > 1):
        here = (
            f"{len(read) + len(left)} processes read {queue} until {last} comes, and it came only "
            f"{often(len(read))}, so {waiting}"
        )
        return Pattern("a sentinel too few", here, cure)
    here = f"{counted(len(read), 'reader')} of {queue} ended when {last} had come, and {waiting}"
    cure = f"If {last} is a sentinel, it came too few times. {cure}"
    return Pattern("perhaps a sentinel too few", here, cure)
