"""The inside of the sandbox: runs a learner's function under `observe()`, method by method.

    spec (JSON on stdin) ─▶ for each method, each input: observe(method) ─▶ grader.stage(mp, answer)
                                                              └─▶ Report ─▶ file (pickle, appended)

The first run that is not right is the last one.
"""

from __future__ import annotations

import faulthandler
import importlib
import io
import json
import multiprocessing
import pickle
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ipc_helpers.grading.grader import Grader, Run, grader_of, in_force
from mpscope import (
    ChildFailed,
    DeadlineExceeded,
    NobodyLeft,
    Trace,
    end_with_parent,
    hide_frames,
    last_line,
    observe,
    short_traceback,
)

CHECK_S = 5.0  # how long a check may take, unless the learner says otherwise
ALONE_S = 2.0  # how long the sandbox may live without its kernel, beyond its own time
LEAST_S = 0.5  # with less time than this left, no other run begins
_OWN_FRAME = re.compile(r'  File "\w+\.py", line \d+, in stage\n    .*\n')
MAX_SAID = 20_000  # characters that the learner's code may print in the parent


class Report(NamedTuple):
    """What the kernel gets to know about one run: texts and logs, no object of the learner's."""

    method: str
    name: str
    finding: str | None
    facts: dict[str, str]
    trace: Trace | None = None
    said: str = ""


def main() -> None:
    """Read what to run from stdin; write a report after each run, and a note before it."""
    spec = json.load(sys.stdin)
    # if the kernel is killed, nobody else ends this process, whatever it is computing
    end_with_parent(Path.cwd())
    faulthandler.dump_traceback_later(spec["seconds"] + ALONE_S, exit=True)
    sys.stdout = sys.stderr = Said()
    hide_frames(__file__)  # the lines that are shown are the learner's
    until = time.monotonic() + spec["seconds"]
    patience = max(1.0, spec["seconds"] / CHECK_S)  # whoever gives more time gives it to each run
    with open(spec["report"], "ab") as file:

        def report(one: Report) -> None:
            pickle.dump(one, file)
            file.flush()

        try:
            function = getattr(importlib.import_module(spec["module"]), spec["function"])
        except BaseException as error:
            facts = {"error": last_line(error), "trace": short_traceback(error)}
            return report(Report("", "", "raised", facts))
        grader = grader_of(spec["id"])
        for method in [m for m in spec["methods"] if m in multiprocessing.get_all_start_methods()]:
            for name in grader.cases:
                left = until - time.monotonic()
                if left < LEAST_S:
                    return report(Report(method, name, "too-slow", {}))
                report(Report(method, name, "died", {}))
                one = perform(
                    grader,
                    function,
                    method,
                    name,
                    min(left, grader.limit_s * patience),
                    spec["file"],
                )
                report(one)
                if one.finding:
                    return


def perform(
    grader: Grader, function: Callable[..., Any], method: str, name: str, seconds: float, file: str
) -> Report:
    """One run."""
    case = grader.cases[name]
    source = in_force(Path(file).read_text(encoding="utf-8"))
    run = Run(method, name, case, grader.expected(*case), source)
    said = sys.stdout = sys.stderr = Said()
    block = observe(method, deadline_s=seconds, quiet=True)
    try:
        with block as mp:
            run.result = grader.stage(mp, function, *case)
    except (DeadlineExceeded, ChildFailed, NobodyLeft):
        pass  # run.outcome has it
    except BaseException as error:  # SystemExit, too: it is the learner's
        run.error, run.traceback = error, _OWN_FRAME.sub("", short_traceback(error))
    run.trace = block.trace
    finding = grader.examine(run)
    return Report(method, name, finding, facts(run, grader), run.trace, said.getvalue())


def facts(run: Run, grader: Grader) -> dict[str, str]:
    """What the messages of the catalogue may mention."""
    return {
        "method": run.method,
        "case": run.name,
        "got": short(grader.shown(run)),
        "kind": type(run.result).__name__,
        "expected": short(run.expected),
        "error": last_line(run.error) if run.error else "",
        "trace": run.traceback,
        "child": next((f"{p.label} ended with {p.exception}" for p in run.failures), ""),
        "said": run.said[-1500:],
    }


def short(value: object) -> str:
    """At most 200 characters that show a value, which may be anything."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__} whose repr() raises {type(error).__name__}>"
    return text if len(text) <= 200 else text[:190] + " …"


class Said(io.StringIO):
    """Keeps the beginning of what is printed: a flood costs no memory."""

    def write(self, text: str) -> int:
        room = MAX_SAID - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)
