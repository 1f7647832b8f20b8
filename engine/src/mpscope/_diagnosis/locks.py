"""Waits for ever that have to do with locks, conditions, events and barriers."""

import linecache
import re
from collections.abc import Iterator

from mpscope._diagnosis.evidence import all_ended, endings, hold, is_lock, last_lines, stuck, waits
from mpscope._diagnosis.held import acquired, held_since
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import either, listed, names, verb
from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.waiting import WELL, Pattern, Waiting

_TAKES_A_LOCK = re.compile(r"\bwith\s+[\w.]*lock\w*\s*:|\block\w*\.acquire\(", re.IGNORECASE)


def locks_in_a_circle(account: Account) -> Iterator[Pattern]:
    circle = account.cycle
    waits = [wait for who in circle if (wait := account.standings[who].wait)]
    wanted = {wait.process: wait.target for wait in waits}
    if not circle or not all(wait.acquires and is_lock(account, wait.target) for wait in waits):
        yield from _held_while_waiting(account)
        return
    if len(circle) == 1:
        yield from _handed_over(account, circle[0], wanted[circle[0]])
        yield _same_lock_twice(account, waits[0])
    before = dict(zip(circle[1:] + circle[:1], circle, strict=True))
    told = [
        f"{who} holds {(held := wanted[before[who]])}{acquired(account, [who], held)} and waits "
        f"for {wanted[who]}"
        for who in circle
    ]
    order = listed(sorted(set(wanted.values())))
    cure = f"Take the locks in one order everywhere, for example {order}."
    yield Pattern("lock order", listed(told, "; "), cure)


def _same_lock_twice(account: Account, wait: Waiting) -> Pattern:
    holder, lock = wait.process, wait.target
    here = f"{holder} waits for {lock}, which it holds itself{acquired(account, [holder], lock)}"
    cure = "Give it back first, or use an RLock, which its holder may take again."
    if held_since(account.logs.get(holder), lock) == [wait.where]:  # it is back in the same line
        cure = (
            f"`with {lock}:` gives it back whatever happens, also after an exception or a return. "
            "If it is to be held: an RLock may be taken again by its holder."
        )
    return Pattern("the same lock twice", here, cure)


def _handed_over(account: Account, holder: str, lock: str) -> Iterator[Pattern]:
    """Somebody was given the lock, and has not tried to take it: that may be there to release it"""
    tally = account.tally
    users = tally.did("acquire", lock) | tally.tried["acquire", lock]
    others = tally.in_order(tally.given[lock] - users - {holder, ""})
    if not others or tally.kind(lock) is not ChannelKind.LOCK:
        return
    fates = [(who, account.standings[who].text) for who in others]
    told = listed([f"{who}, which was given it, too, {fate}" for who, fate in fates], "; ")
    yield Pattern(
        "a lock that nobody gives back",
        f"{holder} waits for {lock}, which it holds itself; {told}",
        f"If {either(others)} was to release {lock}, put release() into a `finally`, and look at "
        f"how that process has fared before you go on. If it was {holder}, it must release {lock} "
        "before it acquires it again.",
    )


def _held_while_waiting(account: Account) -> Iterator[Pattern]:
    for who, before in zip(account.cycle, account.cycle[-1:] + account.cycle[:-1], strict=True):
        mine, wait = account.standings[who].wait, account.standings[before].wait
        if mine is None or wait is None or mine.acquires or not wait.acquires:
            continue
        if is_lock(account, wait.target) and who in account.tally.holders(wait.target):
            yield Pattern(
                "a lock that is held while one waits",
                f"{who} holds {wait.target}{acquired(account, [who], wait.target)}, which "
                f"{before} waits for, and {mine.does}",
                f"Give {wait.target} back before you wait for anybody who may need it.",
            )


def lock_holder_died(account: Account) -> Iterator[Pattern]:
    for _, wait in waits(account, "acquire", "reply"):
        dead = all_ended(account, wait.unblockers)
        if not wait.acquires or not dead or not hold(account, wait):
            continue
        of_a_manager = getattr(wait.channel, "type", "")
        a_lock = is_lock(account, wait.target) and "Semaphore" not in of_a_manager
        lost = "a lock back for" if a_lock else "back the slots of"
        yield Pattern(
            "the holder of a lock has ended" if a_lock else "slots whose holders have ended",
            f"{endings(account, wait.unblockers)} and {verb(wait.unblockers, 'has')} not released "
            f"{wait.target}{acquired(account, wait.unblockers, wait.target)}",
            f"Nobody gives {lost} a process that has ended{': this one is lost' * a_lock}. "
            f"`with {wait.target}:` gives it back after an exception, but not after a kill: have a "
            "process end by itself, told by an Event or a message, and join() it.",
        )


def cannot_wake(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "set", "notify"):
        sleeper = f"{wait.target}.wait()"
        if standing.label in wait.unblockers:
            yield Pattern(
                "a handler that ends the wait it interrupts",
                f"{standing.label} was in {sleeper} when its signal handler called "
                f"{wait.call_text}, which waits until {standing.label} has woken: not before the "
                "handler has returned",
                "Do nothing in a handler that may wait: change a plain variable, and have the main "
                "thread look at it between waits with a time-out.",
            )
        if all_ended(account, wait.unblockers):
            yield Pattern(
                "a waiter that cannot wake",
                f"{endings(account, wait.unblockers)} inside {sleeper}, and {standing.label} "
                f"waits in {wait.call_text} until everybody has woken",
                "Do not kill a process that waits: wake it, and let it end. After a kill, go on "
                "with a new one.",
            )


def party_missing(account: Account) -> Iterator[Pattern]:
    for _, wait in stuck(account, "wake", "reply"):
        channel = account.tally.channels.get(wait.target)
        parties = channel.size if channel and channel.kind is ChannelKind.BARRIER else None
        if parties is None and (channel is None or channel.type != "Barrier"):
            continue
        here = [s.label for s, w in waits(account, "wake", "reply") if w.target == wait.target]
        if parties and len(here) >= parties:  # all have come; one of them runs its action
            continue
        many = parties or "more"  # what a manager's was made for is not known
        only = (
            f"{wait.target} opens when {many} processes wait at it, and only {len(here)} "
            f"{verb(here, 'does')} ({names(here)})"
        )
        cure = "Give Barrier() the number of processes that call wait()."
        failed = [who for who in wait.unblockers if not account.ends.get(who, WELL).well]
        if failed:
            only += f": {endings(account, failed)}"
            cure = last_lines(account, failed)
        frees = f"If one of them may fail, wait(timeout=...) or {wait.target}.abort() frees the"
        yield Pattern("a barrier with a party missing", only, f"{cure} {frees} others.".lstrip())


def woken_too_early(account: Account) -> Iterator[Pattern]:
    for standing, wait in stuck(account, "wake", "reply"):
        deeds = [e for e in account.tally.events if e.channel == wait.target]
        woken = [e for e in deeds if _deed(e) in _WOKEN and e.time_ns < wait.began_ns]
        if not woken or not wait.call_text.endswith(".wait()"):
            continue
        last, who = woken[-1], standing.label
        deed = _deed(last)
        cleared = [e for e in deeds if _deed(e) == "clear" and e.time_ns > last.time_ns]
        over = "wake", "timeout"  # what a cleared Event gives who has heard it
        heard = {e.process for e in deeds if _deed(e) in over and e.time_ns > last.time_ns}
        if who in heard or (deed == "set" and not cleared):
            continue
        then = f", and {cleared[0].process} {wait.target}.clear()," if deed == "set" else ""
        why = ", and a notification wakes only who waits already" if deed != "set" else ""
        yield Pattern(
            "a signal that nobody hears",
            f"{last.process} called {wait.target}.{deed}(){then} before {who} began to wait{why}",
            "Wait for a state, not for a notification: with wait_for(), which looks first, or "
            "with an Event, which stays set."
            if deed != "set"
            else "Leave the Event set, or give each round an Event, a message or a Barrier.",
        )


_WOKEN = {"notify", "notify_all", "set"}


def _deed(event: Event) -> str:
    """What was done, also through a proxy: "notify"."""
    method = event.call.method if event.call and event.kind == "reply" else str(event.kind)
    return "wake" if method == "wait" and event.call else method


def copied_lock(account: Account) -> Iterator[Pattern]:
    """Nothing proves it: what a lock of a thread is held by, nobody can see."""
    forked = set().union(*(log.beside_threads for log in account.logs.values()))
    for label in account.tally.in_order(forked - account.tally.ended):
        standing, log = account.standings[label], account.logs.get(label)
        frames = log.main_frames() if log and standing.runs else []
        if not frames or not _TAKES_A_LOCK.search(linecache.getline(*frames[0][:2])):
            continue
        yield Pattern(
            "probably a lock that was copied while it was held",
            f"{label} {standing.text}, where it takes a lock of a thread, and was forked while "
            "other threads of its parent ran. If one of them held that lock then, the child has a "
            "copy of it that nobody will ever give back; nothing here proves it",
            "Start processes before threads, or with spawn.",
        )
