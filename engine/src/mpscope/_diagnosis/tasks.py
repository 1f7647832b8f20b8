"""Tasks of a JoinableQueue, or a manager's, that were taken and never called done."""

from collections.abc import Iterator

from mpscope._diagnosis.evidence import often, waits
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted, names
from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.waiting import Pattern

_OF_A_MANAGER = "put()", "get()", "task_done()"


def task_not_done(account: Account) -> Iterator[Pattern]:
    tally = account.tally
    for standing, wait in waits(account, "wake", "reply"):
        channel = tally.channels.get(wait.target)
        is_tasks = channel is not None and channel.kind is ChannelKind.TASKS
        queue = channel.of if channel and is_tasks else wait.target
        put, got, did = ("send", "receive", "release") if is_tasks else _OF_A_MANAGER
        left = tally.total(put, queue) - tally.total(got, queue)
        if left > 0 or not wait.call_text.endswith(".join()"):
            continue
        owing = [
            f"{who} got {counted(mine, 'message')} and called task_done() {often(done)}"
            f"{_for_which(account, who, queue, wait.target, mine - done)}"
            for who in tally.in_order(tally.did(got, queue))
            if (mine := tally.count(got, queue, who)) > (done := tally.count(did, wait.target, who))
        ]
        if owing:
            yield Pattern(
                "a task that is never done",
                f"{standing.label} waits in {wait.call_text}, and {names(owing)}",
                "Call task_done() once for each message, whatever becomes of it: in a `finally`.",
            )


def _for_which(account: Account, who: str, queue: str, tasks: str, owed: int) -> str:
    """ " (not for 3, got in work.py, line 7)", of one that calls it for each before the next."""
    got: Event | None = None
    forgotten: list[Event] = []
    for event in account.tally.events:
        if event.process != who:
            continue
        if event.channel == queue and event.kind == "receive":
            forgotten += [got] if got else []
            got = event
        elif event.channel == tasks and event.kind == "release":
            got = None
    forgotten += [got] if got else []
    if not forgotten or len(forgotten) != owed:
        return ""
    first = forgotten[0]
    more = f" and {owed - 1} more" if owed > 1 else ""
    return f" (not for {first.what}{more}, got in {first.where})" if first.what else ""
