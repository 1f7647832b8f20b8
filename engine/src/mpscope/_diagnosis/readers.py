"""Messages that keep their sender from ending, because who has read the queue reads no more.

child-2   put ... None ·                 child-3   put ... put ... put ── waits at its end
child-1   get ... None · ends: it stops at the first None, and nobody reads the rest
"""

from collections.abc import Iterator, Sequence

from mpscope._diagnosis.evidence import is_queue, last_lines, waits
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
