"""Readers of queues that stop too soon, or wait for a sentinel that does not come.

child-2   put ... None ·                 child-3   put ... put ... put ── waits at its end
child-1   get ... None · ends: it stops at the first None, and nobody reads the rest

parent    put ... None ·
child-1   get ... None · ends            child-2   get ... ── waits for a None of its own
"""

from collections.abc import Iterator, Sequence

from mpscope._diagnosis.evidence import is_queue, last_lines, often, stuck, waits
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted, names, verb
from mpscope._trace.events import Event
from mpscope._trace.waiting import Pattern


def join_before_drain(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "end"):
        for other, join in waits(account, "join"):
            if join.target != standing.label:
                continue
            queue = wait.target
            cannot = (
                f"{other.label} waits for {standing.label} to end, and {standing.label} "
                f"cannot end while {queue} holds something that it has put"
            )
            readers = account.tally.in_order(account.tally.did("receive", queue))
            living = [account.standings[who] for who in readers if who not in account.ends]
            if not readers or other.label in readers:
                cure = f"First get everything from {queue}, then join {standing.label}."
                yield Pattern("join before drain", cannot, cure)
            elif not living:
                yield _reader_that_stopped(account, queue, readers)
            else:
                told = names(f"{s.label}, which has read it, {s.text}" for s in living)
                yield Pattern("join before drain", f"{cannot}; {told}", "")


def room_that_nobody_makes(account: Account) -> Iterator[Pattern]:
    """A full queue whose readers have ended."""
    for _, wait in waits(account, "put", "send"):
        readers = account.tally.in_order(account.tally.did("receive", wait.target))
        if readers and is_queue(account, wait) and all(who in account.ends for who in readers):
            yield _reader_that_stopped(account, wait.target, readers)


def readers_that_put(account: Account) -> Iterator[Pattern]:
    """Full queues, and all who would make room in one wait for room in one of them."""
    full = {s.label: wait for s, wait in waits(account, "put", "send") if is_queue(account, wait)}
    readers = {
        who: account.tally.did("receive", wait.target) or set(wait.unblockers)
        for who, wait in full.items()
        if not wait.bounded
    }
    while cut := [who for who in readers if not readers[who] or readers[who] - readers.keys()]:
        for who in cut:
            del readers[who]
    queues: dict[str, list[str]] = {}
    for who in readers:
        queues.setdefault(full[who].target, []).append(who)
    if queues:
        told = [f"{names(who)} {verb(who, 'puts')} into {queue}" for queue, who in queues.items()]
        are = "is" if len(queues) == 1 else "are"
        yield Pattern(
            "everybody puts, and nobody gets",
            f"{names(told)}, which {are} full, and who would get from there waits to put, too",
            "Who makes room in a queue must not wait for room: have them get before they put more, "
            "or leave out the maxsize.",
        )


def _reader_that_stopped(account: Account, queue: str, readers: Sequence[str]) -> Pattern:
    """Of those that have read a queue, all have ended, and messages are left."""
    tally = account.tally
    last = {event.process: event for event in account.tally.received[queue]}
    told = [
        f"{who} {account.ends[who]} after {counted(tally.count('receive', queue, who), 'message')} "
        f"from {queue}, the last of which was {last[who].what} ({last[who].where})"
        for who in readers
    ]
    left, senders = tally.left(queue), tally.in_order(tally.senders(queue))
    here = f"{names(told)}; nobody reads {counted(left, 'message')} that {names(senders)} put"
    failed = [who for who in readers if not account.ends[who].well]
    read = {event.what for event in last.values()}
    cure = _cure(account, queue, read, len(readers))
    cure = last_lines(account, failed) if failed else cure
    return Pattern("a reader that stopped too soon", here, cure)


def _cure(account: Account, queue: str, last_read: set[str], readers: int) -> str:
    """What the messages tell that ended its senders' rows, and its readers' loops."""
    tally, last_put = account.tally, dict[str, Event]()
    putters = tally.did("put", queue)  # whose feeder threads send later
    for event in tally.events:
        leaves = "put" if event.process in putters else "send"
        if event.channel == queue and event.kind == leaves:
            last_put[event.process] = event
    sentinel = next(iter(last_read))
    by = tally.in_order(who for who, put in last_put.items() if put.what == sentinel)
    if len(last_read) == 1 and len(by) > readers:
        return (
            f"{names(by)} each {verb(by, 'puts')} {sentinel} last: read on until it has come from "
            f"each of them, {len(by)} times, or have it put once, when all of them have ended."
        )
    if last_read == {"None"} and len(last_put) > len(by):
        return (
            "Put None only when all who put something have ended (join() them first), or have each "
            "of them put one, and read on until as many have come."
        )
    return (
        "Read all that is put: as many messages as there are, or until a sentinel has come from "
        "each process that puts."
    )


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
