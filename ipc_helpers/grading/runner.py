"""The inside of the sandbox: runs a learner's function under `observe()`, method by method.

    spec (JSON on stdin) ─▶ for each method, each input: observe(method) ─▶ grader.stage(mp, answer)
                                                              └─▶ Report ─▶ file (JSON, a line each)

The first run that is not right is the last one.
"""

from __future__ import annotations

import faulthandler
import importlib
import io
import json
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from ipc_helpers.grading.answer import Answer
from ipc_helpers.grading.catalogue import catalogue
from ipc_helpers.grading.grader import Grader, grader_of
from ipc_helpers.grading.lateness import Latecomers
from ipc_helpers.grading.report import Report, as_line
from ipc_helpers.grading.run import MOST_RECORDS, Run, in_force
from ipc_helpers.words import ENGLISH, language, said
from mpscope import (
    ChildFailed,
    DeadlineExceeded,
    Ending,
    Kind,
    NobodyLeft,
    Process,
    end_with_parent,
    hide_frames,
    last_line,
    observe,
    short_traceback,
)

CHECK_S = 5.0  # how long a check may take, unless the learner says otherwise
ALONE_S = 2.0  # how long the sandbox may live without its kernel, beyond its own time
LEAST_S = 0.5  # with less time than this left, no other run begins
ENOUGH = 0.8  # of its time; a run that gets less and does not end proves nothing
# Our own frame; and, since 3.14, the way through a pickle to what could not be pickled.
_NOISE = re.compile(r'  File "\w+\.py", line \d+, in stage\n    .*\n|when serializing .*\n')
SHOWN_LINES = 8
MOST_PIECES = 20_000  # of text that children wrote
MOST_LETTERS = 400  # of a line that is shown
MAX_SAID = 20_000  # characters that the learner's code may print in the parent


def main() -> None:
    """Read what to run from stdin; write a report after each run, and a note before it."""
    spec = json.load(sys.stdin)
    # if the kernel is killed, nobody else ends this process, whatever it is computing
    end_with_parent(Path.cwd())
    faulthandler.dump_traceback_later(spec["seconds"] + spec["longer"] + ALONE_S, exit=True)
    sys.stdout = sys.stderr = Said()
    answer = Answer(spec["module"], spec["function"], spec["file"])
    with open(spec["report"], "ab") as file:
        for report in reports(spec["id"], answer, spec["methods"], spec["seconds"]):
            file.write(as_line(report))
            file.flush()


def reports(id: str, answer: Answer, methods: Sequence[str], seconds: float) -> Iterator[Report]:
    """Run an answer in this process, and report each run.

    Before a run comes the report that stands if this process dies in it; the next replaces it.
    """
    hide_frames(__file__)  # the lines that are shown are the learner's
    until = time.monotonic() + seconds
    grader = grader_of(id)
    # whoever gives more time gives it to each run
    enough_s = grader.limit_s * max(1.0, seconds / CHECK_S)
    try:
        function = getattr(importlib.import_module(answer.module), answer.function)
    except BaseException as error:
        facts = {"error": last_line(error)}
        yield Report("", "", "raised", facts, _shown_lines(short_traceback(error)))
        return
    late = True  # in the first run only: it costs time
    for method in [m for m in methods if m in multiprocessing.get_all_start_methods()]:
        for name in grader.cases:
            left_s = until - time.monotonic()
            if left_s < LEAST_S:
                yield Report(method, name, "too-slow")
                return
            short = left_s < ENOUGH * min(seconds, enough_s)
            yield Report(method, name, "died", {"short": "of time"} if short else {})
            given = grader, function, method, name, min(left_s, enough_s), answer.file, late
            run, printed = perform(*given)
            if short and run.outcome.ending is Ending.DEADLINE:
                yield Report(method, name, "too-slow")  # it might have ended
                return
            yield (one := told(run, grader, printed))
            if one.finding:
                if grader.pictured and (picture := drawn(run, id)):
                    yield one._replace(picture=picture)
                return
            late = False


def perform(
    grader: Grader,
    function: Callable[..., Any],
    method: str,
    name: str,
    seconds: float,
    file: str,
    late: bool,
) -> tuple[Run, str]:
    """One run, and what its parent printed."""
    case = grader.cases[name]
    source = in_force(Path(file).read_text(encoding="utf-8"))
    run = Run(method, name, case, grader.expected(*case), source, file)
    shown = Said()
    block = observe(method, deadline_s=seconds, quiet=True)
    try:
        with redirect_stdout(shown), redirect_stderr(shown), block as mp:
            run.late = bool(late and grader.late)
            context = Latecomers(mp, grader.late) if run.late else mp
            run.result = grader.stage(context, function, *case)
    except (DeadlineExceeded, ChildFailed, NobodyLeft):
        pass  # run.outcome has it
    except BaseException as error:  # SystemExit, too: it is the learner's
        run.error, run.traceback = error, _NOISE.sub("", short_traceback(error))
    run.trace = block.trace
    return run, shown.getvalue()


# ---- what is told of a run -----------------------------------------------------------------------


def told(run: Run, grader: Grader, printed: str) -> Report:
    """The report of a run."""
    finding = grader.examine(run)
    if finding is None or grader.riddle:
        return Report(run.method, run.name, finding, facts(run, grader))
    return Report(
        run.method,
        run.name,
        finding,
        facts(run, grader),
        account(run),
        [] if grader.may_fail else complaints(run),
        printed_lines(run, printed),
    )


def account(run: Run) -> list[str]:
    """Who waited for whom, or the end of the parent's traceback: what the run itself has to say."""
    if not run.stuck:
        return _shown_lines(run.traceback)
    lines = run.outcome.plain.splitlines()  # who checks an answer has no `mp`
    return lines[1 if run.outcome.ending in (Ending.DEADLINE, Ending.DEADLOCK) else 0 :]


def complaints(run: Run) -> list[str]:
    """The end of what the first child that complained has said on stderr."""
    lines = [one for one in said_by(run) if one.stream == Kind.ERROR]
    first = [one for one in lines if one.process == lines[0].process]
    return [cut(f"{one.process} ! {one.text.rstrip()}") for one in first[-SHOWN_LINES:]]


def printed_lines(run: Run, by_parent: str) -> list[str]:
    """The first lines that the answer printed, and how many there are beside them."""
    lines = [one for one in said_by(run) if one.stream == Kind.PRINT]
    first = [f"{one.process} | {one.text.rstrip()}" for one in lines[:SHOWN_LINES]]
    shown = [cut(line) for line in [*by_parent.splitlines(), *first][:SHOWN_LINES]]
    more = len(by_parent.splitlines()) + len(lines) - len(shown)
    return [*shown, said("verdict.more", count=more)] if more else shown


def said_by(run: Run) -> Sequence[Any]:
    """What the children said; nothing if it is a flood, which nobody could read in time."""
    pieces = sum(len(log.texts) for log in run.trace.logs)
    return run.trace.prints if pieces < MOST_PIECES else ()


def _shown_lines(traceback: str) -> list[str]:
    """The end of a traceback; of several, one the cause of the other, no more than the last."""
    if 'File "' not in traceback:  # it is the check's own, and tells nothing
        return []
    lines = traceback.splitlines()[-SHOWN_LINES:]
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback (most")]
    return lines[starts[-1] :] if starts else lines


def drawn(run: Run, id: str) -> dict[str, Any] | None:
    """The timeline of a run, if it can be drawn: the attributes of the picture."""
    if len(run.trace.logs) < 2 or run.trace.records > MOST_RECORDS:
        return None
    from mpscope import timeline  # only now: it takes longer to load than all the rest

    name = run.name
    if language() != ENGLISH:  # else it has no other name, and to read the catalogue takes long
        name = catalogue().exercise(id).cases.get(name, name)
    return vars(timeline(run.trace, f"{id}: {name}", run.method))


def facts(run: Run, grader: Grader) -> dict[str, str]:
    """What the messages of the catalogue may mention."""
    return {
        "method": run.method,
        "got": short(grader.shown(run)),
        "kind": type(run.result).__name__,
        "expected": short(run.expected),
        "error": last_line(run.error) if run.error else "",
        "child": next((_failed(one) for one in run.failures), ""),
        "started": str(run.started),
        "idle": ", ".join(p.label for p in run.children if p.label not in run.speakers),
        "least": str(grader.children_for(*run.case)),
    }


def _failed(child: Process) -> str:
    return said("verdict.child", child=child.label, error=child.exception)


def short(value: object) -> str:
    """At most 200 characters that show a value, which may be anything."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr() raises {type(error).__name__}>"
    return cut(text, 200)


def cut(text: str, most: int = MOST_LETTERS) -> str:
    """A text that may go on for ever; where it does not end, it says so."""
    return text if len(text) <= most else text[: most - 2] + " …"


class Said(io.StringIO):
    """Keeps the beginning of what is printed: a flood costs no memory."""

    def write(self, text: str) -> int:
        room = MAX_SAID - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)
