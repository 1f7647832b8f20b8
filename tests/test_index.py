"""The word index of lesson 16 leaves nobody behind when its parent is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from course import ROOT, START_METHODS

from ipc_helpers.workers import index as workers

PROGRAM = """
import multiprocessing, sys
from pathlib import Path
from ipc_helpers.workers.index import EACH, Fault, build
if __name__ == "__main__":
    method, folder = sys.argv[1:]
    slow = Fault("slow", "index", EACH)
    build(multiprocessing.get_context(method), Path(folder, "texts"), Path(folder, "records"), slow)
"""


@pytest.mark.parametrize("method", START_METHODS)
def test_no_child_outlives_a_killed_parent_and_no_record_is_broken(
    method: str, tmp_path: Path
) -> None:
    texts, records, program = tmp_path / "texts", tmp_path / "records", tmp_path / "program.py"
    texts.mkdir(), records.mkdir()
    program.write_text(PROGRAM, encoding="utf-8")
    for number in range(60):
        (texts / f"{number}.txt").write_text("a cat and a cat", encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(program), method, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while len(list(records.glob("*.json"))) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    children = psutil.Process(parent.pid).children(recursive=True)
    assert len(children) >= 4
    parent.kill()
    parent.wait()
    left = psutil.wait_procs(children, timeout=10)[1]
    for child in left:
        child.kill()
    assert left == []
    counts = workers.load(records)["cat"]
    assert len(counts) >= 2 and set(counts.values()) == {2}
