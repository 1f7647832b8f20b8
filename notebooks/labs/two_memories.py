"""The lab of lesson 01: one process changes something; who sees it?

parent ── line ── child          both look, and tell what they see, the id, the pipe's inode
"""

from __future__ import annotations

import os
from typing import Any

from ipc_helpers.labs.controls import Choice
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, yes
from ipc_helpers.workers import labs as workers

GLOBAL, ARGUMENT, ENVIRON = "global", "argument", "environ"
VALUE, MANAGED, MESSAGE = SHARED = "value", "managed", "message"
CHILD, BEFORE, AFTER = "child", "before", "after"


class TwoMemoriesLab(Lab):
    """Lesson 01's panel: who sees a change?"""

    name = "two-memories"
    deadline_s = 6.0
    controls = (
        Choice("what", ARGUMENT, (GLOBAL, ARGUMENT, ENVIRON, *SHARED)),
        Choice("who", CHILD, (CHILD, BEFORE, AFTER)),
    )

    def experiment(self, mp: Any, what: str, who: str) -> Any:
        workers.board[0] = "old"
        os.environ["IPC_LAB"] = "old"
        try:
            if what == MANAGED:
                with mp.Manager() as manager:
                    return self._both_look(mp, what, who, manager.list(["old"]))
            made = {ARGUMENT: lambda: ["old"], VALUE: lambda: mp.Value("i", 0)}
            made[MESSAGE] = mp.Queue
            return self._both_look(mp, what, who, made.get(what, lambda: None)())
        finally:
            os.environ.pop("IPC_LAB", None)

    def _both_look(self, mp: Any, what: str, who: str, thing: Any) -> Any:
        if who == BEFORE:
            workers.change(what, thing)
        mine, yours = mp.Pipe()
        args = (what, who == CHILD, thing, yours)
        child = mp.Process(target=workers.change_or_look, args=args, name="child")
        child.start()
        yours.close()
        mine.recv()
        if who == AFTER:
            workers.change(what, thing)
        mine.send("look")
        ours, theirs = workers.look(what, thing, who != CHILD), mine.recv()
        child.join()
        return ours, theirs

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        (ours, our_id, our_pipe), (theirs, their_id, their_pipe) = run.answer
        facts = [
            self.says("parent_sees", seen=ours),
            self.says("child_sees", seen=theirs),
            self.says("same_id", yes=yes(our_id == their_id)),
        ]
        if our_pipe:
            facts.append(self.says("same_pipe", yes=yes(our_pipe == their_pipe)))
        return Seen(tuple(facts), self._sentence(settings, ours == theirs, our_id, their_id))

    def _sentence(self, settings: dict[str, Any], both: bool, our_id: int, their_id: int) -> str:
        what, who, method = settings["what"], settings["who"], settings["method"]
        ids = self.says("two_ids", ours=our_id, theirs=their_id)
        if our_id == their_id:
            ids = self.says("one_id", id=our_id)
        if what in SHARED:
            return self.says("arrives", why=self.says(f"why.{what}"), ids=ids)
        if both:
            return self.says("copied" if method == "fork" else "sent", ids=ids)
        if who == BEFORE:
            return self.says("new" if method == "spawn" else "of_server", ids=ids)
        return self.says("by_child" if who == CHILD else "by_parent", ids=ids)


two_memories_lab = TwoMemoriesLab
