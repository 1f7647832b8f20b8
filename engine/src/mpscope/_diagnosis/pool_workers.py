"""Workers of a pool that will not do what somebody waits for: dead, unborn, used up, waiting."""

from collections import Counter

from mpscope._diagnosis import births
from mpscope._diagnosis.pool_waits import Waiting, submitted_at
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import counted
from mpscope._trace.tasks import PoolLog
from mpscope._trace.waiting import Pattern

ENOUGH = 6  # workers that fail one after the other, and none that works, before that is called so


def initializer(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    if pool.tasks or len(pool.facts["initializer"]) < ENOUGH:
        return None
    return initializer_raised(pool)


def initializer_raised(pool: PoolLog) -> Pattern | None:
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


def unborn(wait: Waiting) -> Pattern | None:
    return failed_births(wait.pool, wait.account, ENOUGH)


def failed_births(pool: PoolLog, account: Account, enough: int = 1) -> Pattern | None:
    failed = [who for who in births.failed_at_birth(account) if who in pool.workers]
    if pool.tasks or len(failed) < enough:
        return None
    here = f"{counted(len(failed), 'worker')} of {pool.name} {account.ends[failed[0]]}"
    if not pool.is_executor:
        here += ". A Pool starts a new worker for each that ends, for ever"
    return Pattern("workers that end before they have begun", here, births.without_guard())


def lost_task(wait: Waiting) -> Pattern | None:
    if wait.pool.is_executor or wait.pool.facts["terminated"]:
        return None
    return died_in_task(wait.pool, wait.account, wait.number)


def died_in_task(pool: PoolLog, account: Account, number: int = 0) -> Pattern | None:
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
    end, place = account.ends[task.worker], submitted_at(submission) if submission else ""
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


def lost_lock(wait: Waiting) -> Pattern | None:
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


def no_worker_left(wait: Waiting) -> Pattern | None:
    pool, account = wait.pool, wait.account
    limit = int(pool.facts["executor"][0].details[0]) if pool.is_executor else 0
    begun = {task.number for task in pool.tasks}
    submission = wait.submission
    if not limit or submission is None or wait.number in begun or not pool.workers:
        return None
    if not all(worker in account.ends and account.ends[worker].well for worker in pool.workers):
        return None
    left = len(pool.submissions.keys() - begun)
    return Pattern(
        "a future that no worker is left for",
        f"{wait.label} waits for the result of {submission.what}{submitted_at(submission)}; "
        f"{counted(left, 'task')} of {pool.name} have not begun, and every worker has "
        f"ended after its max_tasks_per_child={limit}",
        "That executor sometimes starts no new worker (CPython issue 115634): leave "
        "max_tasks_per_child out, or use mp.Pool(maxtasksperchild=...).",
    )


def no_worker_free(wait: Waiting) -> Pattern | None:
    """Tasks that wait for what only tasks could do that have not begun."""
    pool, account = wait.pool, wait.account
    begun = Counter[int]()
    for task in pool.tasks:
        begun[task.number] += task.calls
    left = sum(max(0, s.calls - begun[s.number]) for s in pool.submissions.values())
    busy = {task.worker for task in pool.open_tasks()}
    living = account.tally.in_order(pool.workers - account.ends.keys())
    waits = [it for who in living if (it := account.standings[who].wait) and not it.bounded]
    if not left or not living or len(waits) < len(living) or not busy.issuperset(living):
        return None
    holders = {who for it in waits for who in it.unblockers}
    if all(it.acquires and it.unblockers for it in waits) and not pool.workers & holders:
        return None  # they wait for others, who hold the locks
    first = account.standings[living[0]]
    each = "its only worker" if len(living) == 1 else f"each of its {len(living)} workers"
    return Pattern(
        "tasks that wait for other tasks",
        f"{counted(left, 'task')} of {pool.name} {'has' if left == 1 else 'have'} not begun, and "
        f"{each} is in a task that waits itself ({first.label} {first.text})",
        "If they wait for what one of those tasks would do, submit that one first, or give the "
        "pool more workers than tasks that wait at the same time.",
    )
