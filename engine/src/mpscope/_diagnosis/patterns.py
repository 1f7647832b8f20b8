"""Waits that have a name: how to recognise them in an account, and what cures them.

    Account ─▶ recognise() ─▶ [Pattern]: name, what it looks like here, cure

Each recogniser looks at one sort of wait and answers with a `Pattern` or nothing.  The more special
ones come first; "waiting for a child that has ended" is said only where nothing better is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mpscope._diagnosis import crashes
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted, listed, names
from mpscope._recording.preflight import RECIPE
from mpscope._recording.records import EVERYTHING
from mpscope._trace.events import Event, Events
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.waiting import WELL, Pattern, Standing, Waiting

OFTEN = 3  # who asks so often in vain is in a loop
MOST = 2  # patterns at most: more would hide the best


def recognise(account: Account) -> list[Pattern]:
    """The patterns that explain this account, the most telling first, at most `MOST`.

    Where somebody else may still act, only what can be mended by nobody; none, where not all that
    was done is on record.
    """
    if account.is_cut:
        return []
    looks = _BEYOND_HELP if account.others else _SPECIAL
    found = [pattern for look in looks if (pattern := look(account))]
    if not found and not account.others and (last := _ended_child(account)):
        found = [last]
    return found[:MOST]


def notebook_function(account: Account) -> Pattern | None:
    """A child that was sent a name it could not find: pools and executors hide that."""
    for log in account.logs.values():
        if log.missing:
            return Pattern(
                "a name that only the notebook knows",
                f"{log.label} was sent {log.missing}, and could not find it",
                RECIPE,
            )
    return None


def _join_before_drain(account: Account) -> Pattern | None:
    for standing, wait in _waits(account, "end"):
        for other, join in _waits(account, "join"):
            if join.target == standing.label:
                return Pattern(
                    "join before drain",
                    f"{other.label} waits for {standing.label} to end, and {standing.label} "
                    f"cannot end while {wait.target} holds something that it has put",
                    f"First get everything from {wait.target}, then join {standing.label}.",
                )
    return None


def _both_ends_send(account: Account) -> Pattern | None:
    sending = {wait.target: standing.label for standing, wait in _waits(account, "send")}
    for channel, label in sending.items():
        here, there = account.tally.ends(channel) or ("", "")
        other = next(
            (who for name, who in sending.items() if account.tally.ends(name) == (there, here)), ""
        )
        if other and other != label:
            return Pattern(
                "both ends send",
                f"{label} sends through {here} and {other} through {there}, and neither receives",
                "A pipe holds few bytes, and then send() waits for a reader: "
                "let one side receive before it sends.",
            )
    return None


def _locks_in_a_circle(account: Account) -> Pattern | None:
    circle = account.cycle
    wanted = {who: wait.target for who in circle if (wait := account.standings[who].wait)}
    locks = set(wanted.values())
    if not circle or not all(_is_lock(account, lock) for lock in locks):
        return None
    if any(account.standings[who].wait.operation != "acquire" for who in circle):  # type: ignore[union-attr]
        return None
    if len(circle) == 1:
        return Pattern(
            "the same lock twice",
            f"{circle[0]} waits for {wanted[circle[0]]}, which it holds itself",
            "Give it back first, or use an RLock, which its holder may take again.",
        )
    before = dict(zip(circle[1:] + circle[:1], circle, strict=True))
    told = [f"{who} holds {wanted[before[who]]} and waits for {wanted[who]}" for who in circle]
    order = listed(sorted(locks))
    cure = f"Take the locks in one order everywhere, for example {order}."
    return Pattern("lock order", listed(told, "; "), cure)


def _lock_holder_died(account: Account) -> Pattern | None:
    for _, wait in _waits(account, "acquire"):
        if not _is_lock(account, wait.target) or not _all_ended(account, wait.unblockers):
            continue
        return Pattern(
            "the holder of a lock has ended",
            f"{_endings(account, wait.unblockers)} and has not released {wait.target}",
            "Nobody gives a lock back for a process that has ended: this one is lost. "
            f"`with {wait.target}:` gives it back after an exception, but not after a kill.",
        )
    return None


def _poisoned(account: Account) -> Pattern | None:
    for _, wait in _waits(account, "receive"):
        died = account.tally.died_in("receive", wait.target)
        if died and _is_queue(account, wait) and account.tally.on_its_way(wait.target):
            return Pattern(
                "a queue poisoned by a killed reader",
                f"{_endings(account, died)} inside {wait.target}.get(), and took the queue's lock "
                "with it, so what is in there cannot be read any more",
                "Never kill a process that reads from a queue: send it a sentinel, and join it. "
                "After a kill, go on with a new queue.",
            )
    return None


def _half_a_message(account: Account) -> Pattern | None:
    for standing, wait in _waits(account, "receive"):
        kind = "queue" if _is_queue(account, wait) else "pipe"
        if died := account.tally.died_in("send", wait.target) | account.torn_by(wait.target):
            return Pattern(
                "half a message",
                f"{_endings(account, died)} in the middle of a message, and {standing.label} waits "
                "for the rest of it",
                f"Nothing that comes after it can be read: go on with a new {kind}.",
            )
    return None


def _party_missing(account: Account) -> Pattern | None:
    for _, wait in _stuck(account, "wake"):
        channel = account.tally.channels.get(wait.target)
        parties = channel.size if channel and channel.kind is ChannelKind.BARRIER else None
        if parties is None:
            continue
        here = [s.label for s, w in _waits(account, "wake") if w.target == wait.target]
        if len(here) >= parties:  # all have come, and one of them runs the barrier's action
            continue
        return Pattern(
            "a barrier with a party missing",
            f"{wait.target} opens when {parties} processes wait at it, and only {len(here)} "
            f"{'does' if len(here) == 1 else 'do'} ({names(here)})",
            "Give Barrier() the number of processes that call wait(). If one of them may fail, "
            "wait(timeout=...) or abort() frees the others.",
        )
    return None


def _sentinel_by_identity(account: Account) -> Pattern | None:
    """The last message is an object that only `is` could recognise, unlike all before it."""
    lonely = {text for log in account.logs.values() for text in log.identities}
    for standing, wait in _stuck(account, "receive"):
        read = _receives(account, wait.target)
        mine = [event.what for event in read if event.process == standing.label]
        if not mine or mine[-1] not in lonely:
            continue
        readers = {event.process for event in read}
        if mine[-1] != "<object>" and (
            len(read) == 1 or sum(e.what == mine[-1] for e in read) > len(readers)
        ):
            continue  # it may be a message like any other
        return Pattern(
            "a sentinel that is not recognised",
            f"the last message that {standing.label} got from {wait.target} was {mine[-1]}. If "
            "that was to end its loop, it cannot: what has been pickled arrives as a new object, "
            "so neither `is` nor == nor iter(get, ...) finds it equal to the one that was sent",
            "Use None as the sentinel, or a member of an Enum.",
        )
    return None


def _sentinel_too_few(account: Account) -> Pattern | None:
    joined = {wait.target for _, wait in _waits(account, "join")}
    for standing, wait in _stuck(account, "receive"):
        queue = wait.target
        known = not _is_queue(account, wait) or _sentinel_by_identity(account)
        if standing.label not in joined or known:
            continue
        read = {event.process: event.what for event in _receives(account, queue)}
        ended = [who for who in read if who in account.ends and account.ends[who].well]
        left = [s.label for s, w in _waits(account, "receive") if w.target == queue]
        last = {read[who] for who in ended}
        if len(last) == 1:
            here = (
                f"{len(ended) + len(left)} processes read {queue} until {last.pop()} comes, and it "
                f"came only {_times(len(ended))}, so {names(left)} {_verb(left, 'waits')} for more"
            )
            cure = f"Put one sentinel into {queue} for each process that reads it, before you join."
            return Pattern("a sentinel too few", here, cure)
        if not ended and standing.label in read:
            here = (
                f"{names(left)} {_verb(left, 'reads')} {queue}, and nothing more will come, while "
                "their end is waited for"
            ).replace("their", "its" if len(left) == 1 else "their")
            cure = (
                f"If they are to read until a sentinel comes, put one into {queue} for each of "
                "them, before you join."
            )
            return Pattern("a reader that nobody tells to stop", here, cure)
    return None


def _task_not_done(account: Account) -> Pattern | None:
    tally = account.tally
    for standing, wait in _waits(account, "wake"):
        channel = tally.channels.get(wait.target)
        if channel is None or channel.kind is not ChannelKind.TASKS:
            continue
        queue = channel.of
        if tally.total("receive", queue) < tally.total("send", queue):
            continue
        owing = [
            f"{who} got {counted(mine, 'message')} and called task_done() {_times(done)}"
            for who in tally.in_order(tally.did("receive", queue))
            if (mine := tally.count("receive", queue, who))
            > (done := tally.count("release", wait.target, who))
        ]
        if owing:
            return Pattern(
                "a task that is never done",
                f"{standing.label} waits in {channel.call()}, and {names(owing)}",
                "Call task_done() once for each message, whatever becomes of it: in a `finally`.",
            )
    return None


def _no_end_of_file(account: Account) -> Pattern | None:
    tally = account.tally
    for standing, wait in _stuck(account, "receive"):
        if not (ends := tally.ends(wait.target)):
            continue
        end, receiver = ends
        closed = tally.did("close", wait.target)
        sent = tally.did("send", wait.target) - {standing.label}
        joins = _waits(account, "join")
        waiting = {other.label for other, join in joins if join.target == standing.label}
        done = closed | tally.ended | (sent & waiting)
        writers = (sent | tally.given[end]) - {standing.label}
        if not (writers or closed) or not writers <= done:
            continue
        if not all(account.ends.get(who, WELL).well for who in writers):
            continue  # it failed before it had said all: that is another story
        maker = tally.maker(end)
        holder = maker if maker and maker not in closed | tally.ended else standing.label
        finished = account.tally.in_order(writers or closed)
        return Pattern(
            "an end of file that cannot come",
            f"{names(finished)} {_verb(finished, 'sends')} no more, but {holder} "
            f"{'itself ' if holder == standing.label else ''}still holds {end}, and as long as "
            f"anybody does, {receiver}.recv() waits",
            f"Close it where it is not needed (any more): {end}.close()"
            + ("." if holder == maker else " in a forked child, too, which inherits a copy."),
        )
    return None


def _nobody_else_has_it(account: Account) -> Pattern | None:
    tally = account.tally
    heirs = tally.given[EVERYTHING]
    for standing, wait in _waits(account, "receive", "wake"):
        channel = tally.channels.get(wait.target)
        if channel is None or channel.kind is ChannelKind.BARRIER:
            continue
        end = channel.ends[0] if channel.ends else channel.of or channel.name
        others = tally.can_reach(wait.target) | tally.can_reach(end)
        others -= {standing.label}
        if others or "" in heirs:
            continue
        here = f"{standing.label} waits in {wait.call_text}, and "
        cure = f"ass it on: Process(target=..., args=({end},))."
        if heirs:
            here += f"{end} was among the arguments of no process, and none has used it"
            return Pattern("nobody uses the other end", here, f"If one is meant to, p{cure}")
        here += f"no other process was ever given {end}"
        return Pattern("nobody holds the other end", here, f"P{cure}")
    return None


def _crashed_on_memory(account: Account) -> Pattern | None:
    for label, end in account.ends.items():
        if cause := crashes.likely_cause(account.logs.get(label), end):
            return Pattern("a crash beside shared memory", f"{label} {end}. {cause}", crashes.CURE)
    return None


def _polls_the_dead(account: Account) -> Pattern | None:
    """The parent asks again and again for what only processes that have ended could have done."""
    tally, parent = account.tally, account.logs.get("parent")
    for (name, call), (count, place) in parent.polls.items() if parent else ():
        deed = "set" if call == "is_set()" else "put"
        able = tally.given[name] - {"parent"}
        heirs = able | tally.given[EVERYTHING]
        if count < OFTEN or not able or "" in heirs or not _all_ended(account, heirs):
            continue
        if deed == "set" and tally.did("set", name):
            continue  # somebody has cleared it
        done = f"had called {name}.set()" if deed == "set" else f"had put anything into {name}"
        before = f"before it {done}" if len(able) == 1 else f"and none of them {done}"
        if deed == "put" and tally.senders(name):
            before = f"so nobody is left who was given {name}"
        return Pattern(
            "asking for what a process did not live to do",
            f"parent has asked {name}.{call} {count} times in vain ({place}), and "
            f"{_endings(account, able)} {before}",
            "In such a loop ask for the process, too: `while child.is_alive()`. Or wait with a "
            "time-out, and look at what has become of it.",
        )
    return None


def _never_sent(account: Account) -> Pattern | None:
    for standing, wait in _waits(account, "receive"):
        lost = account.tally.lost(wait.target)
        if not lost or not _all_ended(account, wait.unblockers):
            continue
        were = "was" if lost == 1 else "were"
        return Pattern(
            "put, and never sent",
            f"{standing.label} waits in {wait.call_text}, {_endings(account, wait.unblockers)}, "
            f"and {counted(lost, 'message')} put into {wait.target} {were} never sent",
            "What put() has taken lies in a buffer of its process, and is lost if the process does "
            "not wait for its feeder (os._exit(), a kill, cancel_join_thread()): close() and "
            "join_thread() wait until all is sent.",
        )
    return None


def _reads_on_after_the_end(account: Account) -> Pattern | None:
    """A loop that takes the end of a pipe's messages for one that failed, and asks again."""
    tally = account.tally
    for name in tally.channels:
        ends = tally.ends(name)
        for who in tally.in_order(tally.did("eof", name) - tally.ended) if ends else ():
            wait = account.standings[who].wait if who in account.standings else None
            if wait is not None and wait.target != name:
                continue  # it has left that loop
            if ends and (count := tally.count("eof", name, who)) >= OFTEN:
                return Pattern(
                    "reading on after the end",
                    f"{who} has called {ends[1]}.recv() {count} times after its last message, and "
                    "got EOFError each time: nobody is left who could send one",
                    "After EOFError leave the loop, or take that end out of what you wait for.",
                )
    return None


def _ended_child(account: Account) -> Pattern | None:
    for standing, wait in _waits(account, "receive", "send", "put", "wake", "acquire"):
        if not _all_ended(account, wait.unblockers):
            continue
        failed = not all(account.ends[who].well for who in wait.unblockers)
        logs = [account.logs[who] for who in wait.unblockers if who in account.logs]
        told = any(log.exception or log.stack for log in logs)
        cure = "It did less than is awaited: count what is sent and what is received."
        if failed:
            cure = "Its last lines say what it did not survive." if told else ""
        return Pattern(
            "waiting for a child that has ended",
            f"{standing.label} waits in {wait.call_text}, and {_endings(account, wait.unblockers)}",
            f"{cure} A time-out (get(timeout=...), poll(...)) lets you notice.".lstrip(),
        )
    return None


_SPECIAL: list[Callable[[Account], Pattern | None]] = [
    *(notebook_function, _join_before_drain, _both_ends_send, _locks_in_a_circle),
    *(_lock_holder_died, _poisoned, _half_a_message, _party_missing, _sentinel_by_identity),
    *(_sentinel_too_few, _task_not_done, _no_end_of_file, _crashed_on_memory),
    *(_nobody_else_has_it, _polls_the_dead, _never_sent, _reads_on_after_the_end),
]
_BEYOND_HELP = [notebook_function, _poisoned, _half_a_message, _reads_on_after_the_end]


# -- small things ---------------------------------------------------------------------------------


def _waits(account: Account, *kinds: str) -> list[tuple[Standing, Waiting]]:
    return [(s, s.wait) for s in account.waiting() if s.wait and s.wait.operation in kinds]


def _stuck(account: Account, *kinds: str) -> list[tuple[Standing, Waiting]]:
    """Those that wait, and nobody whom they wait for is at work."""
    return [(s, wait) for s, wait in _waits(account, *kinds) if account.is_stuck(s.label)]


def _is_lock(account: Account, name: str) -> bool:
    return account.tally.kind(name) is ChannelKind.LOCK


def _is_queue(account: Account, wait: Waiting) -> bool:
    return account.tally.kind(wait.target) is ChannelKind.QUEUE


def _all_ended(account: Account, labels: Iterable[str]) -> bool:
    return bool(labels) and set(labels) <= account.tally.ended


def _endings(account: Account, labels: Iterable[str]) -> str:
    return names(f"{who} {account.ends[who]}" for who in account.tally.in_order(labels))


def _receives(account: Account, channel: str) -> list[Event]:
    events = Events(account.logs.values())
    return [event for event in events if event.kind == "receive" and event.channel == channel]


def _verb(labels: Sequence[str], singular: str) -> str:
    return singular if len(labels) == 1 else singular.removesuffix("s")


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")
