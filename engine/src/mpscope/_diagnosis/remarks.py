"""What went wrong in a block that ended well, a line each: what a plain program would not tell.

    Trace ─▶ remarks() ─▶ notes on stderr (but for observe(quiet=True))

`mp.describe()` tells of all that in its own words; only `would_not_end` stands in both.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from mpscope._diagnosis.births import unlinked_too_early
from mpscope._diagnosis.copies import changed_copies
from mpscope._diagnosis.evidence import CURE_OF_CRASH, likely_cause
from mpscope._diagnosis.made_anew import remarks_on_made_anew
from mpscope._diagnosis.messages import changed_after_put
from mpscope._diagnosis.own_copies import changed_by_children
from mpscope._diagnosis.pools import cut_off, unasked
from mpscope._diagnosis.updates import lost_updates
from mpscope._diagnosis.usage import Tally
from mpscope._diagnosis.words import counted, names, times
from mpscope._recording.draws import GENERATOR
from mpscope._recording.records import CODE
from mpscope._trace.channels import may_be_read_past_us
from mpscope._trace.kinds import ProcessOutcome, Role
from mpscope._trace.logs import ProcessLog, shown
from mpscope._trace.totals import natural
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import killed_by

MOST = 8  # remarks at most; the rest are counted
_PUT = CODE["put"]


def remarks(trace: Trace) -> list[str]:
    """Every remark on a block that ended well; at most `MOST` lines."""
    return _shortened([*failures(trace), *_lost(trace), *_unread(trace)])


def remarks_on_program(trace: Trace) -> list[str]:
    """Those on what Python itself says nothing about, when a program ends; at most `MOST`."""
    return _shortened([*_lost(trace), *_unread(trace, with_daemons=True)])


def _lost(trace: Trace) -> list[str]:
    logs = trace.logs
    told = [*unasked(trace.pools.values()), *_dropped(logs), *cut_off(trace), *lost_updates(logs)]
    told += changed_after_put(logs)
    told += [*map(str, changed_copies(logs)), *map(str, changed_by_children(logs)), *_aimless(logs)]
    told += [*remarks_on_made_anew(logs), *_same_numbers(logs)]
    told += [f"{it.here}. {it.cure.rstrip('.')}" for it in unlinked_too_early(logs)]
    return list(_dropped(logs)) if trace.incomplete else told


def _shortened(told: list[str]) -> list[str]:
    if len(told) > MOST:
        told = [*told[: MOST - 1], f"and {len(told) - MOST + 1} more like these"]
    return told


def would_not_end(queue: str, count: int) -> str:
    """The sentence on messages of the parent's for which a queue's pipe had no room.

    Python waits at its end until somebody has read them, unless told by `cancel_join_thread()`.
    """
    return (
        f"A plain program would not end here: the parent still holds {counted(count, 'message')} "
        f"for {queue}, whose pipe is full, until somebody reads."
    )


def failures(trace: Trace) -> Iterator[str]:
    """A sentence for each child that did not end well, but for those that were ended on purpose."""
    logs = {log.label: log for log in trace.logs}
    ended_on_purpose = {label for log in trace.logs for label in log.ended}
    for process in trace.processes[1:]:
        label, code, log = process.label, process.exit_code or 0, logs.get(process.label)
        if log is not None and process.exception:
            told = f"{label} ended with {process.exception} (mp.transcript() has the traceback)"
            yield told + "".join(f": {hint}" for hint in log.hints)
        elif process.role is not Role.CHILD:
            continue
        elif process.outcome is ProcessOutcome.FAILED:
            yield f"{label} ended with exit code {code}"
        elif process.outcome is ProcessOutcome.KILLED and label not in ended_on_purpose:
            end = killed_by(-code)
            cause = likely_cause(log, end)
            yield f"{label} {end}" + (f": {cause}. {CURE_OF_CRASH}" if cause else "")


def _unread(trace: Trace, with_daemons: bool = False) -> Iterator[str]:
    logs = trace.logs
    tally = Tally(logs, (), [log.label for log in logs])
    stopped = {p.label for p in trace.processes if p.outcome is ProcessOutcome.STOPPED}
    ended = {label for log in logs for label in log.ended} if with_daemons else set()
    if trace.incomplete:
        return
    for channel in sorted(tally.carriers(), key=natural):
        senders, readers = tally.senders(channel), tally.did("receive", channel)
        count = tally.left(channel)
        # what a process left that the end of the block has stopped is a matter of timing
        if count <= 0 or (not with_daemons and stopped & (senders | readers)):
            continue
        if may_be_read_past_us(tally.channels.get(channel), logs):
            continue
        verb = "sent through" if tally.ends(channel) else "put into"
        labels = tally.in_order(senders)
        who = " and ".join(labels) if len(labels) < 4 else f"{len(labels)} processes"
        were = "was" if count == 1 else "were"
        told = f"{counted(count, 'message')} that {who} {verb} {channel} {were} never read"
        held = logs[0].held_back.get(channel)
        if gone := tally.in_order((stopped | ended) & readers):
            read = [f"{who} had read {tally.count('receive', channel, who)}" for who in gone]
            were = "they were" if len(gone) > 1 else "it was"
            told += f": {names(read)} when {were} ended. Let a reader end by itself, and join() it"
        _, place = logs[0].polls.get((channel, "empty()"), (0, ""))
        if place:
            told += (
                f". parent found {channel} empty in {place}: that it is empty does not say that "
                "nothing more is on its way"
            )
        yield told + (f". {would_not_end(channel, held)}" if held else "")


def _same_numbers(logs: Sequence[ProcessLog]) -> Iterator[str]:
    drew = {log.label: log.left[GENERATOR] for log in logs if GENERATOR in log.left}
    for state in dict.fromkeys(drew.values()):
        labels = [label for label, begun in drew.items() if begun == state]
        if len(labels) > 1:
            yield (
                f"{names(labels)} drew the same numbers from numpy.random: a forked child begins "
                "with a copy of its parent's generator. Have each call numpy.random.seed(), or "
                "make a numpy.random.default_rng() of its own"
            )


def _aimless(logs: Sequence[ProcessLog]) -> Iterator[str]:
    if labels := [label for log in logs for label in log.aimless]:
        yield (
            f"{names(labels)} had nothing to run: no target was given. `target=work(1)` calls work "
            "at once, and gives what that returns, often None; write `target=work, args=(1,)`"
        )


def _dropped(logs: Sequence[ProcessLog]) -> Iterator[str]:
    for log in logs:
        lost = Counter[tuple[str, str]]()
        for _, fate, _, _, _, channel, _, kind, _, what in log.records():
            if kind == _PUT and fate < 0:
                lost[log.channels.get(channel, ""), shown(what)] += 1
        for (channel, what), count in sorted(lost.items()):
            told = f"{what}, which {log.label} put into {channel}{times(count)}"
            yield f"{told}, cannot be pickled and was dropped"
