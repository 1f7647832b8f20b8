"""The lab of lesson 04: several children and one list; who sees what, and what does it cost?

child-1 ─┐
child-2 ─┼─ shelf: a plain list, a copy through a queue, shared memory, or a Manager's list
child-3 ─┘
"""

from __future__ import annotations

from collections import Counter
from multiprocessing import shared_memory
from typing import Any

from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import labs as workers
from mpscope import Kind, transcript

PLAIN, COPY, ARRAY = "plain", "copy", "array"
SHAREABLE, MANAGED = "shareable", "managed"
WRITE, ADD, ADD_LOCKED, READ = "write", "add", "add-locked", "read"


class ManagerLab(Lab):
    """Lesson 04's panel: who sees what, and how many calls does it take?"""

    name = "manager"
    deadline_s = 10.0
    controls = (
        Choice("mechanism", MANAGED, (PLAIN, COPY, ARRAY, SHAREABLE, MANAGED)),
        Choice("operation", WRITE, (WRITE, ADD, ADD_LOCKED, READ)),
        Number("children", 3, 1, 6),
        Number("times", 10, 1, 100),
    )

    def experiment(
        self, mp: Any, mechanism: str, operation: str, children: int, times: int
    ) -> list[int]:
        zeros = [0] * children
        lock, everybody = mp.Lock(), mp.Barrier(children)
        if mechanism == MANAGED:
            with mp.Manager() as manager:
                shelf = manager.list(zeros)
                return self._use(mp, shelf, operation, children, times, lock, everybody)
        if mechanism == ARRAY:
            shelf = mp.Array("i", zeros)
        elif mechanism == COPY:
            shelf = mp.Queue()
            for _ in range(children):
                shelf.put(zeros)
        elif mechanism == SHAREABLE:
            shelf = shared_memory.ShareableList(zeros)
        else:
            shelf = zeros
        try:
            seen = self._use(mp, shelf, operation, children, times, lock, everybody)
        finally:
            if mechanism == SHAREABLE:
                shelf.shm.close()
                shelf.shm.unlink()
        return zeros if mechanism == COPY else seen

    def _use(
        self, mp: Any, shelf: Any, operation: str, children: int, times: int, *locks: Any
    ) -> list[int]:
        crew = [
            mp.Process(
                target=workers.use, args=(shelf, operation, n, times, *locks), name=f"child {n + 1}"
            )
            for n in range(children)
        ]
        for child in crew:
            child.start()
        for child in crew:
            child.join()
        return [] if hasattr(shelf, "put") else list(workers.contents(shelf))

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        mechanism, operation = settings["mechanism"], settings["operation"]
        calls = Counter(event.process for event in run.trace.stream(Kind.REQUEST))
        mine = sorted({calls.get(f"child {n + 1}", 0) for n in range(settings["children"])})
        exact = operation != ADD or mechanism in (PLAIN, COPY)
        facts = [line for line in str(transcript(run.trace)).splitlines() if exact]
        if exact:
            facts.append(self.says("parent", items=run.answer))
        if len(mine) == 1:
            facts.append(self.says("calls", count=mine[0]))
        else:
            facts.append(self.says("calls_between", least=mine[0], most=mine[-1]))
        return Seen(tuple(facts), self._sentence(run, settings))

    def _sentence(self, run: Run, settings: dict[str, Any]) -> str:
        mechanism, operation = settings["mechanism"], settings["operation"]
        told = [self.says(f"why.{mechanism}")]
        if operation in (ADD, ADD_LOCKED) and mechanism not in (PLAIN, COPY):
            wanted, found = settings["children"] * settings["times"], run.answer[0]
            told.append(self.says("added", wanted=wanted, found=found))
            if found < wanted:
                told.append(self.says("lost"))
            elif operation == ADD and settings["children"] > 1:
                told.append(self.says("luck"))
        return " ".join(told)


manager_lab = ManagerLab
