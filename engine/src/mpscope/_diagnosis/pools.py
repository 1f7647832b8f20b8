"""Pools and executors: why a result will not come, and what nobody has looked at.

Account ─▶ recognise(): the patterns of pools first, then all others
       └─▶ why_it_cannot_end(): the one that proves that the parent waits for ever
logs ──▶ unasked(): failures whose results nobody has asked for
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from mpscope._diagnosis import patterns, pool_waits, pool_workers
from mpscope._diagnosis.patterns import MOST
from mpscope._diagnosis.pool_waits import Waiting, at, submitted_at
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted
from mpscope._trace.logs import ProcessLog
from mpscope._trace.tasks import PoolLog, pools_of
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import End, Pattern


def recognise(account: Account) -> list[Pattern]:
    """The patterns that explain this account, the most telling first, at most `MOST`."""
    if account.is_cut:
        return []
    found = [pattern for wait in _waits(account) if (pattern := _explain(wait))]
    return list(dict.fromkeys([*found, *patterns.recognise(account)]))[:MOST]


def why_it_cannot_end(account: Account) -> Pattern | None:
    """What proves that the parent's wait for a pool can never end; None if nothing does."""
    for wait in _waits(account):
        if wait.label == "parent" and not account.is_cut:
            return _explain(wait)
    return None


def why_it_broke(account: Account) -> Iterator[Pattern]:
    """What an executor's BrokenProcessPool does not say: who died, and in which task."""
    for pool in account.tally.pools.values():
        if pool.is_executor and (
            found := pool_workers.initializer_raised(pool)
            or pool_workers.failed_births(pool, account)
            or pool_workers.died_in_task(pool, account)
        ):
            yield found


def unasked(pools: Iterable[PoolLog]) -> Iterator[str]:
    """A sentence for each pool whose tasks failed without anybody asking for their results."""
    for pool in pools:
        failures = pool.failures()
        lost = [s for s in pool.submissions.values() if s.number in failures and not s.collected]
        if not lost:
            continue
        count = sum(failures[submission.number] for submission in lost)
        first = min(lost, key=lambda submission: submission.number)
        error = pool.text_of_failure(first.number)
        yield (
            f"{counted(count, 'task')} of {pool.name} failed, and nobody asked "
            f"for {'its result' if count == 1 else 'their results'}: {first.what} raised "
            f"{error or 'an exception'}{submitted_at(first)}"
        )


def cut_off(trace: Trace) -> Iterator[str]:
    """A sentence for each pool that was terminated before its tasks were done, unnoticed."""
    places = {log.label: log.places for log in trace.logs}
    for pool in trace.pools.values():
        done = Counter[int]()
        for task in pool.tasks:
            done[task.number] += task.calls * task.done
        submitted = [s for s in pool.submissions.values() if s.number not in pool.arrived]
        left = [s for s in submitted if done[s.number] < s.calls]
        if not pool.facts["terminated"] or not left:
            continue
        process, (how, number) = pool.facts["terminated"][0]
        place = places[process].get(int(number), "")
        when = "by terminate()" if place else "when everything ended"
        when = "when its `with` ended" if how == "with" else when
        yield (
            f"{pool.name} was terminated {when}{at(place)}, before all "
            f"of its tasks were done: not all calls of {left[0].what}{submitted_at(left[0])} were. "
            "Call close() and join() first, or take the results"
        )


def has_failures(account: Account) -> bool:
    """True if a task has failed, or a process that no pool has ended did not end well."""
    pools = account.tally.pools.values()
    badly = {who for who, end in account.ends.items() if not end.well}
    for pool in pools:
        badly -= pool.workers if pool.facts["terminated"] else set()
    return bool(badly) or any(pool.failures() for pool in pools)


def ends_of_terminated(logs: Iterable[ProcessLog], ends: Mapping[str, End]) -> dict[str, End]:
    """How the workers of a pool ended that was terminated: by nobody's hand but the pool's."""
    return {
        worker: End(f"was ended when {pool.name} was terminated")
        for pool in pools_of(logs).values()
        if pool.facts["terminated"]
        for worker in pool.workers & ends.keys()
        if ends[worker].signal == "SIGTERM"
    }


def _waits(account: Account) -> list[Waiting]:
    return [
        Waiting(pool, account, label, number)
        for pool in account.tally.pools.values()
        for label, number in pool.awaited.items()
        if label not in account.ends
    ]


def _explain(wait: Waiting) -> Pattern | None:
    return next((pattern for look in _LOOKS if (pattern := look(wait))), None)


_LOOKS: list[Callable[[Waiting], Pattern | None]] = [
    *(pool_waits.terminated, pool_workers.initializer, pool_workers.unborn),
    *(pool_waits.result_thread, pool_waits.callback, pool_waits.callback_waits),
    *(pool_workers.lost_task, pool_workers.lost_lock, pool_workers.no_worker_left),
    *(pool_waits.importing, pool_workers.no_worker_free),
]
