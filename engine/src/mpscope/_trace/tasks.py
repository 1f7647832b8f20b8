"""What became of the tasks that were given to pools and executors.

[ProcessLog] ─▶ pools_of() ─▶ {name: PoolLog}: submissions, tasks, failures, what went wrong
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from mpscope._recording.records import CODE
from mpscope._recording.work import FAILED, HOLDS_LOCK
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.logs import ProcessLog, shown

SUBMIT, TASK, IDLE, COLLECT, SHUTDOWN = (
    CODE[kind] for kind in ("submit", "task", "idle", "collect", "shutdown")
)


class Submission(NamedTuple):
    """One call that gave tasks to a pool."""

    process: str
    number: int
    what: str
    """The name of the function."""
    calls: int
    """How many tasks; 0 where nobody knew, as with `imap`."""
    where: str
    """The line of user code."""
    collected: bool
    """True if anybody took a result of it, or asked how it went."""


class Task(NamedTuple):
    """One task, or a chunk of them, in the hands of a worker."""

    number: int
    """Its submission's."""
    chunk: int
    """Which part of it."""
    calls: int
    """How many tasks are in there."""
    worker: str
    what: str
    done: bool
    failed: bool


class Fact(NamedTuple):
    """Something that happened to a pool, and that somebody has written down."""

    process: str
    details: tuple[str, ...]


class PoolLog:
    """All that the logs of a block tell about one pool or executor."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.submissions: dict[int, Submission] = {}
        self.tasks: list[Task] = []
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.workers: set[str] = set()
        """All that were started for it, even if they never came so far as to ask for a task."""
        self.keepers: set[str] = set()
        """Those that waited, when their log was read, with the pool's own lock in their hands."""
        self.arrived: set[int] = set()
        """The submissions whose results somebody has waited for, or taken."""
        self.awaited: dict[str, int] = {}
        """process -> the submission that its main thread waits for; 0: for the pool's end."""

    @property
    def is_executor(self) -> bool:
        return bool(self.facts["executor"])

    def open_tasks(self, number: int = 0) -> list[Task]:
        """Those that workers have in hand, of one submission or of all."""
        return [t for t in self.tasks if not t.done and number in (0, t.number)]

    def failures(self) -> dict[int, int]:
        """submission -> how many of its tasks failed; of a chunk, which ends there, one."""
        found: dict[int, set[int]] = defaultdict(set)
        for task in self.tasks:
            if task.failed:
                found[task.number].add(task.chunk)
        for fact in self.facts["failed"]:
            found[int(fact.details[0])].add(int(fact.details[1]))
        return {number: len(chunks) for number, chunks in found.items()}

    def text_of_failure(self, number: int) -> str:
        """What the first failed task of a submission has raised; empty if that is not known."""
        told = (f.details[2] for f in self.facts["failed"] if int(f.details[0]) == number)
        return next(told, "")


def pools_of(logs: Iterable[ProcessLog]) -> dict[str, PoolLog]:
    """Every pool and executor of a block, by name, in the order in which they were made."""
    pools: dict[str, PoolLog] = {}
    for log in logs:
        names = [name for name, c in log.about.items() if c.kind is ChannelKind.POOL]
        if not names:
            continue
        for name in names:
            pools.setdefault(name, PoolLog(name)).workers |= {
                label for label, what in log.given if what == name and label in log.roles
            }
        for name, pool, details in log.facts:
            about = pools.setdefault(pool, PoolLog(pool))
            about.facts[name].append(Fact(log.label, tuple(details)))
            if name == "initializer":
                about.workers.add(log.label)
        _add_records(log, pools)
    return pools


def _add_records(log: ProcessLog, pools: dict[str, PoolLog]) -> None:
    asked: dict[str, set[int]] = defaultdict(set)
    for time, number, size, mark, _, channel, where, kind, flags, raw in log.records():
        pool = pools.get(log.channels.get(channel, ""))
        if pool is None:
            continue
        what = shown(raw)
        if kind == SUBMIT:
            at = log.places.get(where, "")
            pool.submissions[number] = Submission(log.label, number, what, size, at, False)
        elif kind == TASK:
            pool.workers.add(log.label)
            pool.tasks.append(
                Task(number, mark >> 1, size, log.label, what, bool(time), bool(mark & FAILED))
            )
        elif kind == IDLE:
            pool.workers.add(log.label)
            if not time and mark == HOLDS_LOCK:
                pool.keepers.add(log.label)
        elif kind == COLLECT and time:
            pool.arrived.add(number)
            if mark:
                asked[pool.name].add(number)
        elif kind in (COLLECT, SHUTDOWN) and not time and not flags & 2:
            pool.awaited[log.label] = number
    for name, numbers in asked.items():
        known = pools[name].submissions
        for number in numbers & known.keys():
            known[number] = known[number]._replace(collected=True)
