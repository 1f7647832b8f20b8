"""The judges of all exercises, a module per lesson."""

from __future__ import annotations

from ipc_helpers.exercise.judge import Judge
from ipc_helpers.exercise.judges import memories, queues, start

ALL: dict[str, type[Judge]] = {
    judge.id: judge
    for module in (start, memories, queues)
    for judge in vars(module).values()
    if isinstance(judge, type) and issubclass(judge, Judge) and judge is not Judge
}
