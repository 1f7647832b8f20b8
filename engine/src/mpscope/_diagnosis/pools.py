"""Pools and executors: why a result will not come, and what nobody has looked at.

Account ─▶ recognise(): the patterns of pools first, then all others
       └─▶ why_it_cannot_end(): the one that proves that the parent waits for ever
logs ──▶ unasked(): failures whose results nobody has asked for
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mpscope._diagnosis import births, patterns
from mpscope._diagnosis.patterns import MOST
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted
from mpscope._trace.logs import ProcessLog
from mpscope._trace.tasks import PoolLog, Submission, pools_of
from mpscope._trace.waiting import End, Pattern

ENOUGH = 6  # workers that fail one after the other, and none that works, before that is called so


class Waiting(NamedTuple):
    """A process whose main thread waits for a result of a pool, or (number 0) for its end."""

    pool: PoolLog
    account: Account
    label: str
    number: int

    @property
    def place(self) -> str:
        """Its line, in brackets; empty if it is not known."""
        return _at(self.account.standings[self.label].place)

    @property
    def submission(self) -> Submission | None:
        return self.pool.submissions.get(self.number)


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
    for pool in pools_of(account.logs.values()).values():
        if pool.is_executor and (
            found := _initializer_raised(pool)
            or _failed_births(pool, account)
            or _died_in_task(pool, account)
        ):
            yield found


def unasked(logs: Iterable[ProcessLog]) -> list[str]:
    """A sentence for each pool whose tasks failed without anybody asking for their results."""
    told = []
    for pool in pools_of(logs).values():
        failures = pool.failures()
        lost = [s for s in pool.submissions.values() if s.number in failures and not s.collected]
        if not lost:
            continue
        count = sum(failures[submission.number] for submission in lost)
        first = min(lost, key=lambda submission: submission.number)
        error = pool.text_of_failure(first.number)
        told.append(
            f"{counted(count, 'task')} of {pool.name} failed, and nobody asked "
            f"for {'its result' if count == 1 else 'their results'}: {first.what} raised "
            f"{error or 'an exception'}{_submitted(first)}"
        )
    return told


def cut_off(logs: Iterable[ProcessLog]) -> list[str]:
    """A sentence for each pool that was terminated before its tasks were done, unnoticed."""
    logs = list(logs)
    places = {log.label: log.places for log in logs}
    told = []
    for pool in pools_of(logs).values():
        done = Counter[int]()
        for task in pool.tasks:
            done[task.number] += task.calls * task.done
        submitted = [s for s in pool.submissions.values() if s.number not in pool.arrived]
        left = [s for s in submitted if done[s.number] < s.calls]
        if not pool.facts["terminated"] or not left:
            continue
        fact = pool.facts["terminated"][0]
        how, number = fact.details
        place = places[fact.process].get(int(number), "")
        when = "by terminate()" if place else "when everything ended"
        when = "when its `with` ended" if how == "with" else when
        told.append(
            f"{pool.name} was terminated {when}{_at(place)}, before all "
            f"of its tasks were done: not all calls of {left[0].what}{_submitted(left[0])} were. "
            "Call close() and join() first, or take the results"
        )
    return told


def has_failures(account: Account) -> bool:
    """True if a task has failed, or a process that no pool has ended did not end well."""
    pools = pools_of(account.logs.values()).values()
    badly = {who for who, end in account.ends.items() if not end.well}
    for pool in pools:
        badly -= account.tally.given[pool.name] if pool.facts["terminated"] else set()
    return bool(badly) or any(pool.failures() for pool in pools)


def ends_of_terminated(logs: Iterable[ProcessLog], ends: Mapping[str, End]) -> dict[str, End]:
    """How the workers of a pool ended that was terminated: by nobody's hand but the pool's."""
    logs = list(logs)
    given = [gift for log in logs for gift in log.given]
    return {
        worker: End(f"was ended when {pool.name} was terminated")
        for pool in pools_of(logs).values()
        if pool.facts["terminated"]
        for worker, what in given
        if what == pool.name and worker in ends and ends[worker].signal == "SIGTERM"
    }


# -- the patterns ---------------------------------------------------------------------------------


def _waits(account: Account) -> list[Waiting]:
    pools = pools_of(account.logs.values())
    return [
        Waiting(pool, account, label, number)
        for pool in pools.values()
        for label, number in pool.awaited.items()
        if label not in account.ends
    ]


def _explain(wait: Waiting) -> Pattern | None:
    return next((pattern for look in _LOOKS if (pattern := look(wait))), None)


def _terminated(wait: Waiting) -> Pattern | None:
    if not wait.number or not (facts := wait.pool.facts["terminated"]):
        return None
    how, place = facts[0].details
    when = " when its `with` ended" if how == "with" else ""
    return Pattern(
        "results of a pool that has been terminated",
        f"{wait.pool.name} was terminated{when}{_line(wait.account, facts[0].process, place)}, and "
        f"{wait.label} waits for its results{wait.place}",
        "Take all results before that: inside the `with`, or after pool.close() and pool.join().",
    )


def _initializer(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    if pool.tasks or len(pool.facts["initializer"]) < ENOUGH:
        return None
    return _initializer_raised(pool)


def _initializer_raised(pool: PoolLog) -> Pattern | None:
    facts = pool.facts["initializer"]
    if not facts:
        return None
    name, error = facts[0].details
    if pool.is_executor:
        here, cure = f"{name}, the initializer of {pool.name}, raised {error}", ""
    else:
        here = (
            f"{len(facts)} workers of {pool.name}, one after the other, ended in its initializer "
            f"{name}: {error}. A Pool starts a new worker for each that ends, for ever"
        )
        cure = " ProcessPoolExecutor raises BrokenProcessPool instead."
    return Pattern(
        "an initializer that raises",
        here,
        f"Mend {name}, or what it is given in initargs: call it once in the parent to see.{cure}",
    )


def _births(wait: Waiting) -> Pattern | None:
    return _failed_births(wait.pool, wait.account, ENOUGH)


def _failed_births(pool: PoolLog, account: Account, enough: int = 1) -> Pattern | None:
    workers = account.tally.given[pool.name]
    failed = [who for who in births.failed_at_birth(account) if who in workers]
    if pool.tasks or len(failed) < enough:
        return None
    here = f"{counted(len(failed), 'worker')} of {pool.name} {account.ends[failed[0]]}"
    if not pool.is_executor:
        here += ". A Pool starts a new worker for each that ends, for ever"
    return Pattern("workers that end before they have begun", here, births.without_guard())


def _result_thread(wait: Waiting) -> Pattern | None:
    if not (facts := wait.pool.facts["result thread"]):
        return None
    error, name, how = facts[0].details
    here = f"the thread of {wait.pool.name} that brings the results ended with {error}"
    if how == "exception" and name:
        return Pattern(
            "an exception that cannot be rebuilt",
            f"{here}, when it unpickled a {name} that a task had raised",
            f"An exception travels as its class and its args: {name}.__init__ must accept exactly "
            "the arguments that it gives to super().__init__(), or define __reduce__().",
        )
    return Pattern(
        "a result that cannot be rebuilt",
        f"{here}, when it unpickled a result" + (f" ({name})" if name else ""),
        "What a task returns must survive pickle.loads(pickle.dumps(...)): try it in the parent.",
    )


def _callback(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    for fact in pool.facts["callback"]:
        number, kind, error, place = fact.details
        dead = kind != "KeyError"  # which the pool takes for an answer to nobody
        if not dead and wait.number not in (0, int(number)):
            continue
        submission = pool.submissions.get(int(number))
        told = f"{submission.what}{_submitted(submission)}" if submission else "a task"
        raised = _line(wait.account, fact.process, place)
        return Pattern(
            "a callback that raises",
            f"the callback for {told} raised {error}{raised}, in the thread of {pool.name} that "
            "brings the results"
            + (", which ended of it" if dead else ": that result is never delivered"),
            "Catch every exception inside a callback, or do the work after get().",
        )
    return None


def _callback_waits(wait: Waiting) -> Pattern | None:
    if not (facts := wait.pool.facts["waiting callback"]):
        return None
    number, place = facts[0].details
    submission = wait.pool.submissions.get(int(number))
    what = f"the result of {submission.what}" if submission else "a result"
    return Pattern(
        "a callback that waits for a result",
        f"a callback waits for {what}{_line(wait.account, facts[0].process, place)}, in the "
        f"thread of {wait.pool.name} that brings all results, so none can come any more",
        "A callback may submit something, but not wait for it: give that a callback of its own, or "
        "take the result in the main thread.",
    )


def _lost_task(wait: Waiting) -> Pattern | None:
    if wait.pool.is_executor or wait.pool.facts["terminated"]:
        return None
    return _died_in_task(wait.pool, wait.account, wait.number)


def _died_in_task(pool: PoolLog, account: Account, number: int = 0) -> Pattern | None:
    lost = [task for task in pool.open_tasks(number) if task.worker in account.ends]
    if not lost:
        return None
    order = account.tally.in_order({task.worker for task in lost})
    # an executor ends the others with SIGTERM once one has died
    first = min(order, key=lambda who: (account.ends[who].signal == "SIGTERM", order.index(who)))
    task = next(task for task in lost if task.worker == first)
    submission = pool.submissions.get(task.number)
    what = f"{task.what}()"
    what = what if task.calls == 1 else f"a chunk of {task.calls} calls of {what}"
    end, place = account.ends[task.worker], _submitted(submission) if submission else ""
    here = f"{task.worker} {end} while it ran {what} of {pool.name}{place}"
    if pool.is_executor:
        cure = "Every future that was not done then fails with it, also those of other workers."
    else:
        here += ": the task is lost, and its result will never come"
        cure = (
            "A Pool starts another worker, but never that task again. ProcessPoolExecutor raises "
            "BrokenProcessPool instead; get(timeout=...) lets you notice."
        )
    return Pattern("a worker that died with its task", here, cure)


def _lost_lock(wait: Waiting) -> Pattern | None:
    pool, ends = wait.pool, wait.account.ends
    dead = wait.account.tally.in_order(pool.keepers & set(ends))
    if not dead or pool.is_executor or any(t.worker not in ends for t in pool.open_tasks()):
        return None
    return Pattern(
        "a pool poisoned by a killed worker",
        f"{dead[0]} {ends[dead[0]]} while it waited for a task, and took the lock of the queue of "
        f"{pool.name} with it, so no other worker can take one",
        "Never kill a worker of a Pool: pool.terminate() ends them all. ProcessPoolExecutor "
        "raises BrokenProcessPool when a worker dies.",
    )


def _no_worker_left(wait: Waiting) -> Pattern | None:
    pool, account = wait.pool, wait.account
    limit = int(pool.facts["executor"][0].details[0]) if pool.is_executor else 0
    workers = account.tally.given[pool.name]
    begun = {task.number for task in pool.tasks}
    submission = wait.submission
    if not limit or submission is None or wait.number in begun or not workers:
        return None
    if not all(worker in account.ends and account.ends[worker].well for worker in workers):
        return None
    left = len(pool.submissions.keys() - begun)
    return Pattern(
        "a future that no worker is left for",
        f"{wait.label} waits for the result of {submission.what}{_submitted(submission)}; "
        f"{counted(left, 'task')} of {pool.name} have not begun, and every worker has "
        f"ended after its max_tasks_per_child={limit}",
        "That executor sometimes starts no new worker (CPython issue 115634): leave "
        "max_tasks_per_child out, or use mp.Pool(maxtasksperchild=...).",
    )


def _no_worker_free(wait: Waiting) -> Pattern | None:
    """Tasks that wait for what only tasks could do that have not begun."""
    pool, account = wait.pool, wait.account
    begun = Counter[int]()
    for task in pool.tasks:
        begun[task.number] += task.calls
    left = sum(max(0, s.calls - begun[s.number]) for s in pool.submissions.values())
    busy = {task.worker for task in pool.open_tasks()}
    living = account.tally.in_order(account.tally.given[pool.name] - set(account.ends))
    waits = [who for who in living if (w := account.standings[who].wait) and not w.bounded]
    if not left or not living or waits != list(living) or not busy.issuperset(living):
        return None
    first = account.standings[living[0]]
    each = "its only worker" if len(living) == 1 else f"each of its {len(living)} workers"
    return Pattern(
        "tasks that wait for other tasks",
        f"{counted(left, 'task')} of {pool.name} {'has' if left == 1 else 'have'} not begun, and "
        f"{each} is in a task that waits itself ({first.label} {first.text})",
        "If they wait for what one of those tasks would do, submit that one first, or give the "
        "pool more workers than tasks that wait at the same time.",
    )


def _importing(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    begun = {task.number for task in pool.tasks}
    for fact in pool.facts["importing"]:
        if fact.process != wait.label or wait.number in begun:
            continue
        module, place = fact.details
        return Pattern(
            "a pool that is used while its module is being imported",
            f"{wait.label} imports {module} and waits, in the midst of it, for a task of "
            f"{pool.name}{_line(wait.account, fact.process, place)}; to pickle the task, the "
            "pool's thread has to look its function up there, and waits until the import is done",
            "Put it into a function, and call that after the import: below "
            "`if __name__ == '__main__':`.",
        )
    return None


_LOOKS: list[Callable[[Waiting], Pattern | None]] = [
    *(_terminated, _initializer, _births, _result_thread, _callback, _callback_waits, _lost_task),
    *(_lost_lock, _no_worker_left, _importing, _no_worker_free),
]


# -- small things ---------------------------------------------------------------------------------


def _submitted(submission: Submission) -> str:
    return f" (submitted in {submission.where})" if submission.where else ""


def _at(place: str) -> str:
    return f" ({place})" if place else ""


def _line(account: Account, label: str, number: str) -> str:
    log = account.logs.get(label)
    return _at(log.places.get(int(number), "")) if log else ""
