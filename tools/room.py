"""Measure a room: N learners run lesson 15 on one shared scheduler at the same time.

    python tools/room.py 16      two workers of eight threads for all; each learner has a kernel

What a learner runs is the lesson's own cells up to the end of section 4: what comes after it breaks
things, and begins with a cluster of the learner's own.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from distributed import LocalCluster
from nbclient import NotebookClient

LESSON = Path(__file__).resolve().parents[1] / "notebooks" / "15_beyond_one_machine.ipynb"
FIRST_OF_THEIR_OWN = "mine = cluster.own(client)"


def main() -> None:
    learners = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=8, dashboard_address=None, local_directory=folder
        )
        os.environ["IPC_SCHEDULER"] = cluster.scheduler_address
        before = megabytes()
        seconds, most = measure(learners)
        cluster.close()
    seconds.sort()
    print(f"{len(seconds)} of {learners} learners have run all cells without an error")
    if seconds:
        print(
            f"a learner's cells, kernel's start included: {seconds[0]:.1f} to {seconds[-1]:.1f} s"
        )
    print(f"scheduler and workers: {before:.0f} MB at rest; with {learners} kernels: {most:.0f} MB")


def measure(learners: int) -> tuple[list[float], float]:
    """The seconds of each learner who came to the end, and the most memory on the way."""
    seconds: list[float] = []
    threads = [threading.Thread(target=learn, args=(seconds,)) for _ in range(learners)]
    for thread in threads:
        thread.start()
    most = 0.0
    while any(thread.is_alive() for thread in threads):
        most = max(most, megabytes())
        time.sleep(0.5)
    return seconds, most


def learn(seconds: list[float]) -> None:
    """One learner: a kernel of one's own, the lesson's cells on the room's cluster."""
    notebook = nbformat.read(LESSON, as_version=4)
    sources = [FIRST_OF_THEIR_OWN in cell.source for cell in notebook.cells]
    notebook.cells = [*notebook.cells[: sources.index(True)]]
    notebook.cells.append(nbformat.v4.new_code_cell("cluster.close(client)"))
    began = time.monotonic()
    place = {"metadata": {"path": str(LESSON.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    seconds.append(time.monotonic() - began)


def megabytes() -> float:
    """The memory of this process and all below it; what they share is counted once."""
    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


if __name__ == "__main__":
    main()
