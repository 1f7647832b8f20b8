"""A JoinableQueue that reports: what its `join` waits for is a channel of its own."""

from multiprocessing import queues

from mpscope._recording.queues import Queue
from mpscope._recording.records import About
from mpscope._recording.synchronize import RELEASE, WAKE, PatientCondition, Reporting


class JoinableQueue(Queue, queues.JoinableQueue):
    """`multiprocessing.JoinableQueue` that reports; made by `mp.JoinableQueue()`."""

    def __init__(self, maxsize: int = 0, *, ctx: object, name: str) -> None:
        super().__init__(maxsize, ctx=ctx, name=name)
        self._cond.__class__ = PatientCondition

    def join(self) -> None:
        _Tasks(self._ipc_name)._ipc_do(super().join, WAKE, unbounded=True)

    def task_done(self) -> None:
        _Tasks(self._ipc_name)._ipc_do(super().task_done, RELEASE)


class _Tasks(Reporting):
    """Those of a queue that are not done yet."""

    def __init__(self, queue: str) -> None:
        self._ipc_name, self._ipc_about = f"{queue}.join", About("tasks", of=queue)
