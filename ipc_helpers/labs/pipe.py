"""The lab of lesson 03: two children, ann and bob, at the two ends of a pipe.

ann ── ann_end ═══ pipe ═══ bob_end ── bob        the parent made both ends, and has copies
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ipc_helpers.labs.controls import Choice, Control, Number, YesNo
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, outcomes
from ipc_helpers.workers import labs as workers
from mpscope import Kind, Trace

STREAM = "a stream: ann sends, bob listens to the end"
HANG_UP = "bob hangs up after the first message"
TALK = "a talk: ann speaks first, bob answers"
CLASH = "a clash: both speak first"


class PipeLab(Lab):
    """Who must close what, and when does a send wait?"""

    name = "pipe"
    title = "Lab: two ends of a pipe"
    question = (
        "When does the end of file come, and when does send() wait? Leave a copy of an end open; "
        "let both speak first, with short messages and with long ones."
    )
    deadline_s = 3.0

    def controls(self) -> Sequence[Control]:
        return (
            Choice("plot", "What happens", STREAM, (STREAM, HANG_UP, TALK, CLASH)),
            Choice("kind", "Pipe", "duplex", ("duplex", "simplex")),
            Number("messages", "Messages", 3, 1, 20),
            Number("size", "Size of a message in bytes", 20, 1, 500_000),
            YesNo("parent_closes", "The parent closes its copies of both ends", True),
            YesNo("bob_closes", "Bob closes his copy of ann's end", True),
        )

    def experiment(
        self,
        mp: Any,
        plot: str,
        kind: str,
        messages: int,
        size: int,
        parent_closes: bool,
        bob_closes: bool,
    ) -> None:
        bob_end, ann_end = mp.Pipe(duplex=kind == "duplex")
        ann: tuple[Any, tuple[Any, ...]]
        bob: tuple[Any, tuple[Any, ...]]
        if plot == STREAM:
            ann = (workers.write_stream, (ann_end, bob_end, messages, size))
            bob = (workers.read_stream, (bob_end, ann_end, bob_closes))
        elif plot == HANG_UP:
            hung_up = mp.Event()
            ann = (workers.write_to_nobody, (ann_end, bob_end, size, hung_up))
            bob = (workers.hang_up, (bob_end, ann_end, hung_up))
        else:
            ann = (workers.talk, (ann_end, bob_end, messages, size, True))
            bob = (workers.talk, (bob_end, ann_end, messages, size, plot == CLASH))
        children = [
            mp.Process(target=target, args=args, name=name)
            for name, (target, args) in {"ann": ann, "bob": bob}.items()
        ]
        for child in children:
            child.start()
        if parent_closes:
            ann_end.close()
            bob_end.close()
        for child in children:
            child.join()

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        assert run.mp is not None
        trace, ends = run.mp.trace, outcomes(run)
        did = Counter((event.process, event.kind) for event in trace.stream())
        counts = {name: (did[name, Kind.SEND], did[name, Kind.RECEIVE]) for name in ("ann", "bob")}
        printed = [line for line in trace.prints if line.stream is Kind.PRINT]
        lines = [f"{line.process} | {line.text}" for line in printed]
        facts = [
            f"{name} sent {sent}, received {got}, {_ended(ends.get(name, 'stopped'))}"
            for name, (sent, got) in counts.items()
        ]
        return Seen((*facts, *lines), self._sentence(trace, settings, ends))

    def _sentence(self, trace: Trace, settings: dict[str, Any], ends: dict[str, str]) -> str:
        plot, met = settings["plot"], {event.kind for event in trace.stream()}
        failed = {process.exception_type for process in trace.processes}
        if "OSError" in failed and settings["kind"] == "simplex":
            return (
                "A simplex pipe carries messages one way: here from ann to bob. Bob's end can only "
                "receive, and ann's can only send, so a talk ends with OSError."
            )
        if plot == STREAM and Kind.EOF in met:
            return (
                "When the last copy of ann's end was closed, bob's recv() raised EOFError: "
                "he knew that no more can come."
            )
        if plot == STREAM:
            holders = [
                name
                for name, closes in (
                    ("the parent", settings["parent_closes"]),
                    ("bob himself", settings["bob_closes"]),
                )
                if not closes
            ]
            return (
                "Ann has closed her end and gone, and bob waits in recv() for ever: "
                f"{' and '.join(holders) or 'somebody'} still had a copy of her end."
            )
        if plot == HANG_UP and Kind.BROKEN in met:
            return "No copy of bob's end was left, so ann's second send() raised BrokenPipeError."
        if plot == HANG_UP:
            return (
                "Bob has gone, but the parent still had a copy of his end: ann's message went "
                "into the pipe, or waits to, and nobody will ever read it."
            )
        if ends.get("ann") == ends.get("bob") == "well":
            short = " Both first messages fitted into the pipe." if plot == CLASH else ""
            return f"Each message met a receiver, and both ended well.{short}"
        if plot == CLASH:
            return (
                "Both wait in send(): the pipe is full in both directions, and nobody reads. "
                "This is a deadlock, a circle of waiting."
            )
        return "The talk did not come to its end."


def _ended(outcome: str) -> str:
    return {"well": "ended well", "stopped": "never ended"}.get(outcome, f"ended with {outcome}")


def pipe_lab() -> PipeLab:
    """The panel of lesson 03. Show it as a cell's last line."""
    return PipeLab()
