"""The judges of all exercises, a module per lesson."""

from __future__ import annotations

from ipc_helpers.grading.grader import Judge
from ipc_helpers.grading.judges import gallery, managers, memories, pipes, queues, start

ALL: dict[str, type[Judge]] = {
    judge.id: judge
    for module in (start, memories, queues, pipes, managers, gallery)
    for judge in vars(module).values()
    if isinstance(judge, type) and issubclass(judge, Judge) and "id" in vars(judge)
}
