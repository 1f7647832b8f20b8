"""Waits for a pool: what has become of a result on its way, as the pool's own facts tell.

Account ─▶ Waiting: who waits for which result of which pool ─▶ one Pattern, or None
"""

from typing import NamedTuple

from mpscope._diagnosis.waitgraph import Account
from mpscope._trace.tasks import PoolLog, Submission
from mpscope._trace.waiting import Pattern


class Waiting(NamedTuple):
    """A process whose main thread waits for a result of a pool, or (number 0) for its end."""

    pool: PoolLog
    account: Account
    label: str
    number: int

    @property
    def place(self) -> str:
        """Its line, in brackets; empty if it is not known."""
        return at(self.account.standings[self.label].place)

    @property
    def submission(self) -> Submission | None:
        return self.pool.submissions.get(self.number)


def terminated(wait: Waiting) -> Pattern | None:
    if not wait.number or not (facts := wait.pool.facts["terminated"]):
        return None
    how, place = facts[0].details
    when = " when its `with` ended" if how == "with" else ""
    return Pattern(
        "results of a pool that has been terminated",
        f"{wait.pool.name} was terminated{when}{line_of(wait.account, facts[0].process, place)}, "
        f"and {wait.label} waits for its results{wait.place}",
        "Take all results before that: inside the `with`, or after pool.close() and pool.join().",
    )


def result_thread(wait: Waiting) -> Pattern | None:
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


def callback(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    for fact in pool.facts["callback"]:
        number, kind, error, place = fact.details
        dead = kind != "KeyError"  # which the pool takes for an answer to nobody
        if not dead and wait.number not in (0, int(number)):
            continue
        submission = pool.submissions.get(int(number))
        told = f"{submission.what}{submitted_at(submission)}" if submission else "a task"
        raised = line_of(wait.account, fact.process, place)
        return Pattern(
            "a callback that raises",
            f"the callback for {told} raised {error}{raised}, in the thread of {pool.name} that "
            "brings the results"
            + (", which ended of it" if dead else ": that result is never delivered"),
            "Catch every exception inside a callback, or do the work after get().",
        )
    return None


def callback_waits(wait: Waiting) -> Pattern | None:
    if not (facts := wait.pool.facts["waiting callback"]):
        return None
    number, place = facts[0].details
    submission = wait.pool.submissions.get(int(number))
    what = f"the result of {submission.what}" if submission else "a result"
    return Pattern(
        "a callback that waits for a result",
        f"a callback waits for {what}{line_of(wait.account, facts[0].process, place)}, in the "
        f"thread of {wait.pool.name} that brings all results, so none can come any more",
        "A callback may submit something, but not wait for it: give that a callback of its own, or "
        "take the result in the main thread.",
    )


def importing(wait: Waiting) -> Pattern | None:
    pool = wait.pool
    begun = {task.number for task in pool.tasks}
    for fact in pool.facts["importing"]:
        if fact.process != wait.label or wait.number in begun:
            continue
        module, place = fact.details
        return Pattern(
            "a pool that is used while its module is being imported",
            f"{wait.label} imports {module} and waits, in the midst of it, for a task of "
            f"{pool.name}{line_of(wait.account, fact.process, place)}; to pickle the task, the "
            "pool's thread has to look its function up there, and waits until the import is done",
            "Put it into a function, and call that after the import: below "
            "`if __name__ == '__main__':`.",
        )
    return None


# -- small things --------------------------------------------------------------------------------


def submitted_at(submission: Submission) -> str:
    return f" (submitted in {submission.where})" if submission.where else ""


def at(place: str) -> str:
    return f" ({place})" if place else ""


def line_of(account: Account, label: str, number: str) -> str:
    log = account.logs.get(label)
    return at(log.places.get(int(number), "")) if log else ""
