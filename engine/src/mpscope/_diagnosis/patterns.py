"""Waits that have a name: how to recognise them in an account, and what cures them.

    Account ─▶ recognise() ─▶ [Pattern]: name, what it looks like here, cure

Each recogniser looks at one sort of wait and answers with a `Pattern` or nothing.  The more special
ones come first; "waiting for a child that has ended" is said only where nothing better is known.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from mpscope._diagnosis import births, ends, evidence, locks, readers, tasks
from mpscope._diagnosis.evidence import all_ended, endings, is_queue, stuck, waits
from mpscope._diagnosis.held import slots_not_given_back
from mpscope._diagnosis.made_anew import made_anew
from mpscope._diagnosis.waitgraph import ENDLESS_CALLS, Account
from mpscope._diagnosis.words import SHOWN, counted, names
from mpscope._recording.polls import OFTEN
from mpscope._recording.preflight import RECIPE
from mpscope._recording.records import EVERYTHING
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.waiting import Pattern, asked_of

MOST = 2  # patterns at most: more would hide the best


def recognise(account: Account) -> list[Pattern]:
    """The patterns that explain this account, the most telling first, at most `MOST`.

    Where somebody else may still act, only what can be mended by nobody; none, where not all that
    was done is on record.
    """
    if account.is_cut:
        return []
    looks = _BEYOND_HELP if account.others else _SPECIAL
    found = [*account.own_things, *(it for look in looks for it in islice(look(account), 1))]
    if not found and not account.others:
        found = list(islice(_ended_child(account), 1))
    return found[:MOST]


def notebook_function(account: Account) -> Iterator[Pattern]:
    """A child that was sent a name it could not find: pools and executors hide that."""
    for log in account.logs.values():
        if log.missing:
            here = f"{log.label} was sent {log.missing}, and could not find it"
            yield Pattern("a name that only the notebook knows", here, RECIPE)


def _survives_terminate(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "join"):
        if (child := wait.target) in account.survivors:
            yield Pattern(
                "a child that survives terminate()",
                f"{standing.label} {wait.does}, and {child}, for which terminate() was called, "
                "goes on: it handles, ignores or blocks SIGTERM",
                "End the process in its handler, by sys.exit(). (A forked child has the handlers "
                "of its parent: there, set signal.SIG_DFL first.)",
            )


def _poisoned(account: Account) -> Iterator[Pattern]:
    for _, wait in waits(account, "receive"):
        died = account.tally.died_in("receive", wait.target)
        if died and is_queue(account, wait) and account.tally.on_its_way(wait.target):
            yield Pattern(
                "a queue poisoned by a killed reader",
                f"{endings(account, died)} inside {wait.target}.get(), and took the queue's lock "
                "with it, so what is in there cannot be read any more",
                "Never kill a process that reads from a queue: send it a sentinel, and join it. "
                "After a kill, go on with a new queue.",
            )


def _half_a_message(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "receive"):
        kind = "queue" if is_queue(account, wait) else "pipe"
        if died := account.tally.died_in("send", wait.target) | account.torn_by(wait.target):
            yield Pattern(
                "half a message",
                f"{endings(account, died)} in the middle of a message, and {standing.label} waits "
                "for the rest of it",
                f"Nothing that comes after it can be read: go on with a new {kind}.",
            )


def _unlinked(account: Account) -> Iterator[Pattern]:
    return births.unlinked_too_early(account.logs.values())


def _crashed_on_memory(account: Account) -> Iterator[Pattern]:
    for label, end in account.ends.items():
        if cause := evidence.likely_cause(account.logs.get(label), end):
            yield Pattern(
                "a crash beside shared memory", f"{label} {end}. {cause}", evidence.CURE_OF_CRASH
            )


def _polls_the_dead(account: Account) -> Iterator[Pattern]:
    """The parent asks again and again for what only processes that have ended could have done."""
    tally, parent = account.tally, account.logs.get("parent")
    for (name, call), (count, place) in parent.polls.items() if parent else ():
        pipe = tally.ends(name)
        able = tally.given[pipe[0] if pipe else name] - {"parent"}
        gone = call != "is_alive()" and all_ended(account, able | tally.given[EVERYTHING])
        if not gone or not able or count < OFTEN or tally.did("set", name):  # and it was cleared
            continue
        done = f"sent anything through {pipe[0]}" if pipe else f"put anything into {name}"
        done = f"called {name}.set()" if tally.kind(name) is ChannelKind.EVENT else done
        before = f"before it had {done}" if len(able) == 1 else f"and none of them had {done}"
        before = "and nobody is left who could do more" if tally.senders(name) else before
        yield Pattern(
            "asking for what a process did not live to do",
            f"parent has asked {asked_of(call, name, tally.channels.get(name))} {count} times in "
            f"vain ({place}), and {endings(account, able)} {before}",
            "In such a loop ask for the process, too: `while child.is_alive()`. Or wait with a "
            "time-out, and look at what has become of it.",
        )


def _dropped(account: Account) -> Iterator[Pattern]:
    for standing, wait in stuck(account, "receive"):
        for who in account.tally.in_order(account.tally.dropped[wait.target]):
            what = account.tally.dropped[wait.target][who]
            yield Pattern(
                "a message that was dropped",
                f"{standing.label} {wait.does}, and {who} has put {what} there, which was dropped, "
                "because it could not be pickled",
                f"The last lines of {who} say what was in it. Send plain data, not a generator, an "
                "open file or a lock.",
            )


def _signal_came_early(account: Account) -> Iterator[Pattern]:
    for label, end in account.ends.items():
        if end.signal in ("SIGUSR1", "SIGUSR2", "SIGHUP") and label not in account.logs:
            yield Pattern(
                "a signal that came before its handler",
                f"{label} {end}, and a process dies of that signal if it has no handler for it yet",
                "Have it say that it is ready, by an Event for example, before you signal it.",
            )


def _never_sent(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "receive"):
        lost = account.tally.lost(wait.target)
        if not lost or not all_ended(account, wait.unblockers):
            continue
        were = "was" if lost == 1 else "were"
        yield Pattern(
            "put, and never sent",
            f"{standing.label} {wait.does}, {endings(account, wait.unblockers)}, "
            f"and {counted(lost, 'message')} put into {wait.target} {were} never sent",
            "What put() has taken lies in a buffer of its process, and is lost if the process does "
            "not wait for its feeder (os._exit(), a kill, cancel_join_thread()): close() and "
            "join_thread() wait until all is sent.",
        )


# Of a wait, or of a call on a managed object: how it takes a time-out, and what is to be counted.
_TIMED = dict.fromkeys(("receive", "get"), "get(timeout=...), poll(...)")
_TIMED |= dict.fromkeys(("wake", "wait"), "wait(timeout=...)")
_TIMED |= {"acquire": "acquire(timeout=...)", "put": "put(..., timeout=...)"}
_TO_COUNT = dict.fromkeys(("receive", "get", "put"), ": count what is sent and what is received")
_TO_COUNT |= {"join": ": call task_done() once for each message, in a `finally`"}


def _ended_child(account: Account) -> Iterator[Pattern]:
    for standing, wait in waits(account, "receive", "send", "put", "wake", "acquire", "reply"):
        endless = wait.call is None or wait.asks or wait.call in ENDLESS_CALLS
        if not all_ended(account, wait.unblockers) or not endless:
            continue
        failed = not all(account.ends[who].well for who in wait.unblockers)
        call = wait.call.method if wait.call else wait.operation
        call = "join" if wait.channel and wait.channel.kind is ChannelKind.TASKS else call
        is_one = len(wait.unblockers) == 1
        cure = f"{'It' if is_one else 'They'} did less than is awaited{_TO_COUNT.get(call, '')}."
        if call == "receive" and len(wait.unblockers) in range(2, SHOWN):
            count = account.tally.count
            sent = [f"{who} {count('send', wait.target, who)}" for who in wait.unblockers]
            had = count("receive", wait.target, standing.label)
            cure = f"They had sent: {names(sent)}; {standing.label} had received {had}."
        if failed:
            cure = evidence.last_lines(account, wait.unblockers)
        if call in _TIMED and not wait.asks:
            cure += f" A time-out ({_TIMED[call]}) lets you notice."
        yield Pattern(
            "waiting for a child that has ended",
            f"{standing.label} {wait.does}, and {endings(account, wait.unblockers)}",
            cure.lstrip(),
        )


def _blocks_an_event_loop(account: Account) -> Iterator[Pattern]:
    """A parent knows that it runs one; of a child, its stack tells."""
    for standing, wait in stuck(account, "receive", "send", "put", "wake", "acquire", "join"):
        functions = [frame.function for frame in account.logs[standing.label].main_frames()]
        held_up = account.held_up if standing.label == "parent" else "_run_once" in functions
        if wait.bounded or not held_up:
            continue
        yield Pattern(
            "a blocking call in an event loop",
            f"{standing.label} {wait.does} inside a coroutine, and until that is over, its event "
            "loop runs no other task",
            f"Let a thread wait: `await asyncio.to_thread({wait.call_text.removesuffix('()')})`.",
        )


_SPECIAL: list[Callable[[Account], Iterator[Pattern]]] = [notebook_function, births.failed_births]
_SPECIAL += [_unlinked, readers.join_before_drain, readers.room_that_nobody_makes]
_SPECIAL += [readers.readers_that_put, ends.both_ends_send, locks.locks_in_a_circle, made_anew]
_SPECIAL += [locks.lock_holder_died, slots_not_given_back, locks.cannot_wake, _poisoned]
_SPECIAL += [_half_a_message, locks.party_missing, readers.sentinel_by_identity]
_SPECIAL += [readers.sentinel_too_few, tasks.task_not_done, ends.no_end_of_file]
_SPECIAL += [_crashed_on_memory, _dropped, ends.never_started, locks.woken_too_early]
_SPECIAL += [ends.nobody_else_has_it, _polls_the_dead, _never_sent, _signal_came_early]
_SPECIAL += [ends.reads_on_after_the_end, locks.copied_lock, _blocks_an_event_loop]
_SPECIAL += [_survives_terminate]
_BEYOND_HELP = [notebook_function, locks.cannot_wake, _poisoned, _half_a_message]
_BEYOND_HELP += [_survives_terminate, ends.reads_on_after_the_end]
