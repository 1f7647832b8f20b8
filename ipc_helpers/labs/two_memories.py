"""The lab of lesson 01: one process changes something; who sees it?

parent ── line ── child          both look, and tell what they see, the id, the pipe's inode
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ipc_helpers.labs.controls import Choice, Control
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import labs as workers

GLOBAL, ARGUMENT, ENVIRON = "a global variable", "a list argument", "os.environ"
VALUE, MANAGED, MESSAGE = "an mp.Value", "a Manager's list", "a message in a queue"
CHILD, BEFORE, AFTER = (
    "the child",
    "the parent, before it starts the child",
    "the parent, while the child runs",
)
_WHY = {
    VALUE: "The bytes of a Value lie in a piece of memory that both processes see.",
    MANAGED: "The list is in neither of the two memories: both asked the Manager's server.",
    MESSAGE: "The message went through the pipe inside the queue: what arrives is a copy.",
}


class TwoMemoriesLab(Lab):
    """Who sees a change?"""

    name = "two-memories"
    title = "Lab: who sees the change?"
    question = (
        "One process turns “old” into “new”; then both look. What does each see, and does id() "
        "tell you in advance? Change the start method, too."
    )
    deadline_s = 6.0

    def controls(self) -> Sequence[Control]:
        things = (GLOBAL, ARGUMENT, ENVIRON, VALUE, MANAGED, MESSAGE)
        return (
            Choice("what", "What is changed", ARGUMENT, things),
            Choice("who", "Who changes it", CHILD, (CHILD, BEFORE, AFTER)),
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
        if run.error is not None or run.answer is None:
            return Seen(("the run did not come to its end",), str(run.error).splitlines()[0])
        (ours, our_id, our_pipe), (theirs, their_id, their_pipe) = run.answer
        facts = [
            f"the parent sees: {ours}",
            f"the child sees: {theirs}",
            f"the object has the same id in both: {_yes(our_id == their_id)}",
        ]
        if our_pipe:
            facts.append(f"there is the same pipe inside: {_yes(our_pipe == their_pipe)}")
        return Seen(tuple(facts), self._sentence(settings, ours == theirs, our_id, their_id))

    def _sentence(self, settings: dict[str, Any], both: bool, our_id: int, their_id: int) -> str:
        what, who, method = settings["what"], settings["who"], settings["method"]
        if our_id == their_id:
            ids = f"The id is {our_id} in both: it tells only that a memory was copied as a whole."
        else:
            ids = f"The id is {our_id} in the parent, {their_id} in the child: it tells nothing."
        if what in _WHY:
            return f"The change arrives. {_WHY[what]} {ids}"
        if both:
            begins = "a copy of the parent" if method == "fork" else "a new Python that got a copy"
            return f"The child began as {begins}: it sees what was there at its start. {ids}"
        if who == BEFORE:
            new = "a new Python" if method == "spawn" else "a copy of the fork server"
            return f"The child began as {new}, which knows nothing of what the parent did. {ids}"
        changer, other = ("child", "parent") if who == CHILD else ("parent", "child")
        return f"Two memories: the {changer} changed its own, and the {other}'s stays old. {ids}"


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def two_memories_lab() -> TwoMemoriesLab:
    """The panel of lesson 01. Show it as a cell's last line."""
    return TwoMemoriesLab()
