"""Runs an answer in a process of its own, and comes back in time whatever it does there.

kernel ── spec ──▶ python -c "... runner.main()"  (a session of its own, a temporary folder)
       ◀─ reports ─┘      └── children, observed
time is up, or Ctrl-C ──▶ everything is killed, the folder removed
the kernel is killed  ──▶ the sandbox ends; what is left of it goes with a later check
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ipc_helpers.folders import own_folder
from ipc_helpers.grading.answer import Answer
from ipc_helpers.grading.report import Report, in_file, last_of_each_run
from ipc_helpers.lesson import end_all
from mpscope import end_processes

PATIENCE_S = 0.8  # what the sandbox gets beyond its own time, to end by itself ...
BUSY_S = 3.0  # ... and where others have the cores: to begin and to end it takes as much longer
TRACKER_S = 0.3  # what its resource tracker gets, to remove what is left
PREFIX, REPORT = "check-", "ipc_check_runs.jsonl"
PROGRAM = "import sys; sys.path[:] = {path!r}; from ipc_helpers.grading.runner import main; main()"


def perform(id: str, answer: Answer, methods: Sequence[str], seconds: float) -> list[Report]:
    """Run an answer; the reports of its runs, all but the last one without a finding.

    Takes at most `seconds` + 1, or + 4 on an overloaded machine. Raises KeyboardInterrupt on
    Ctrl-C; nothing is left then, either.
    """
    with own_folder(PREFIX, REPORT) as folder:
        report = Path(folder, REPORT)
        is_busy = os.name == "posix" and os.getloadavg()[0] > (os.cpu_count() or 1)
        spec = {
            "id": id,
            **answer._asdict(),
            "methods": list(methods),
            "seconds": seconds,
            "longer": (longer := BUSY_S * is_busy),
            "report": str(report),
        }
        path = [os.getcwd() if entry == "" else entry for entry in sys.path]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)},
            start_new_session=True,
        )
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                patience = PATIENCE_S + longer
                process.communicate(json.dumps(spec).encode(), timeout=seconds + patience)
        finally:
            overdue = process.poll() is None
            _end(process, Path(folder))
        return _reports(report, process.returncode, overdue)


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Kill the sandbox, and those of its children that outlived it."""
    process.kill()
    process.wait()
    if os.name != "posix":
        return
    for block in folder.glob("ipc-*"):
        end_processes(block)
    end_all(process, TRACKER_S)


def _reports(file: Path, code: int, overdue: bool) -> list[Report]:
    """What the sandbox wrote, and of a run that it did not live to report, how that ended."""
    reports = last_of_each_run(in_file(file)) or [Report("", "", "died")]
    last = reports[-1]
    if last.finding == "died":
        late = "too-slow" if "short" in last.facts else "never-ended"
        finding = late if overdue else "died"
        told = {"code": str(code), "method": last.method}
        reports[-1] = last._replace(finding=finding, facts=told)
    return reports
