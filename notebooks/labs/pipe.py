"""The lab of lesson 03: two children, ann and bob, at the two ends of a pipe.

ann ── ann_end ═══ pipe ═══ bob_end ── bob        the parent made both ends, and has copies
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ipc_helpers.labs.controls import Choice, Number, YesNo
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, outcomes
from ipc_helpers.workers import labs as workers
from mpscope import Kind, Trace

STREAM, HANG_UP, TALK, CLASH = "stream", "hang-up", "talk", "clash"


class PipeLab(Lab):
    """Lesson 03's panel: who must close what, and when does a send wait?"""

    name = "pipe"
    deadline_s = 3.0
    controls = (
        Choice("plot", STREAM, (STREAM, HANG_UP, TALK, CLASH)),
        Choice("kind", "duplex", ("duplex", "simplex")),
        Number("messages", 3, 1, 20),
        Number("size", 20, 1, 500_000),
        YesNo("parent_closes", True),
        YesNo("bob_closes", True),
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
        trace, ends = run.trace, outcomes(run)
        did = Counter((event.process, event.kind) for event in trace.stream())
        counts = {name: (did[name, Kind.SEND], did[name, Kind.RECEIVE]) for name in ("ann", "bob")}
        printed = [line for line in trace.prints if line.stream is Kind.PRINT]
        lines = [f"{line.process} | {line.text}" for line in printed]
        facts = []
        for name, (sent, got) in counts.items():
            end = ends.get(name, "stopped")
            how = {"well": "well", "stopped": "never"}.get(end, "failed")
            facts.append(self.says(how, name=name, sent=sent, got=got, how=end))
        return Seen((*facts, *lines), self.says(self._which(trace, settings, ends)))

    look_at_unended = look

    def _which(self, trace: Trace, settings: dict[str, Any], ends: dict[str, str]) -> str:
        """What was to be seen: the name of its sentence."""
        plot, met = settings["plot"], {event.kind for event in trace.stream()}
        failed = {process.exception_type for process in trace.processes}
        if "OSError" in failed and settings["kind"] == "simplex":
            return "one_way"
        if plot == STREAM and Kind.EOF in met:
            return "end_of_file"
        if plot == STREAM:
            closed = settings["parent_closes"], settings["bob_closes"]
            return {
                (False, True): "parent_has",
                (True, False): "bob_has",
                (False, False): "both_have",
            }.get(closed, "somebody_has")
        if plot == HANG_UP:
            return "broken" if Kind.BROKEN in met else "not_broken"
        if ends.get("ann") == ends.get("bob") == "well":
            return "both_fitted" if plot == CLASH else "both_well"
        return "deadlock" if plot == CLASH else "no_end"


pipe_lab = PipeLab
