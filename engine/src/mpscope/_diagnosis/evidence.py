"""What several patterns look for in an account, and say in the same words."""

from collections.abc import Iterable, Sequence

from mpscope._diagnosis.usage import MANAGED_LOCKS
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import names, together
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.logs import ProcessLog
from mpscope._trace.waiting import End, Standing, Waiting


def waits(account: Account, *kinds: str) -> list[tuple[Standing, Waiting]]:
    return [(s, s.wait) for s in account.waiting() if s.wait and s.wait.operation in kinds]


def stuck(account: Account, *kinds: str) -> list[tuple[Standing, Waiting]]:
    """Those that wait, and nobody whom they wait for is at work."""
    return [(s, wait) for s, wait in waits(account, *kinds) if account.is_stuck(s.label)]


def is_lock(account: Account, name: str) -> bool:
    channel = account.tally.channels.get(name)
    return channel is not None and (
        channel.kind is ChannelKind.LOCK or channel.type in MANAGED_LOCKS
    )


def hold(account: Account, wait: Waiting) -> bool:
    """True if those that could end a wait have taken all that there is, and not given it back."""
    tally = account.tally
    held = tally.holders if is_lock(account, wait.target) else tally.lost_slots
    return set(wait.unblockers) <= held(wait.target)


def is_queue(account: Account, wait: Waiting) -> bool:
    return account.tally.kind(wait.target) is ChannelKind.QUEUE


def all_ended(account: Account, labels: Iterable[str]) -> bool:
    return bool(labels) and set(labels) <= account.tally.ended


def endings(account: Account, labels: Iterable[str]) -> str:
    alike: dict[str, list[str]] = {}
    for who in account.tally.in_order(labels):
        alike.setdefault(str(account.ends[who]), []).append(who)
    return names(together(labels, text) for text, labels in alike.items())


def likely_cause(log: ProcessLog | None, end: End) -> str:
    """What is behind the crash of a process that used shared memory: nothing proves it; or ""."""
    if log is None or not log.segments or end.signal not in ("SIGSEGV", "SIGBUS"):
        return ""
    return (
        f"{log.label} had opened shared memory, so the likely cause, which nothing here proves, is "
        "an array or memoryview that outlived its SharedMemory object: when that is closed, or "
        "dropped, the memory below the view is gone"
    )


CURE_OF_CRASH = "Keep the SharedMemory object as long as anything made from its buf."


def last_lines(account: Account, failed: Sequence[str]) -> str:
    """Where to look for why they failed; empty if they have not said it."""
    logs = [account.logs[who] for who in failed if who in account.logs]
    its, it = ("Its", "it") if len(failed) == 1 else ("Their", "they")
    told = any(log.exception or log.stack for log in logs)
    return f"{its} last lines say what {it} did not survive." if told else ""


def often(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")
