"""The long run: `make soak`. Nothing grows, nothing is lost, nothing is left, however often.

    blocks    one block after the other in one process: memory, descriptors, processes, names
    kernels   several kernels at once run the primer's programs, again and again
    crowd     as many children in one block as are allowed, and one more
    events    a million events, written by several processes and read back
    matrix    the fault matrix and the interrupts, repeatedly, beside busy loops

Each part prints its figures and says what it promises; the first also draws them
(build/soak.png).  `--quick` takes small numbers, to try the tool itself.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import soak_workers as workers

from mpscope import observe
from mpscope._recording import preflight
from mpscope.errors import TooManyProcesses

ROOT = Path(__file__).resolve().parents[2]
KNOWN = multiprocessing.get_all_start_methods()
METHODS = [method for method in ("fork", "spawn", "forkserver") if method in KNOWN]
MATRIX = "engine/tests/test_faults.py", "tests/test_kernel.py"
GROWTH_MB = 8.0  # what a process may gain from its hundredth block to its last


class Size(NamedTuple):
    """How much of everything."""

    blocks: int
    crowd: int
    kernels: int
    rounds: int  # of each kernel
    events: int
    repeats: int  # of the matrix
    interrupts: int


FULL = Size(
    blocks=500,
    crowd=preflight.MAX_RUNNING,
    kernels=8,
    rounds=10,
    events=1_000_000,
    repeats=5,
    interrupts=200,
)
QUICK = Size(30, 10, 2, 1, 50_000, 1, 6)


# --- blocks ---


class Sample(NamedTuple):
    """What this process holds after a block."""

    memory_mb: float
    descriptors: int
    processes: int
    names: int


def look() -> Sample:
    gc.collect()
    me = psutil.Process()
    names = len(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else 0
    processes = len(me.children(recursive=True))
    return Sample(me.memory_info().rss / 1e6, me.num_fds(), processes, names)


def primer(mp: Any) -> None:
    """The three programs of the primer, one after the other."""
    numbers, (ours, theirs) = mp.Queue(), mp.Pipe()
    children = [mp.Process(target=workers.put_next, args=(numbers, n)) for n in range(3)]
    children += [mp.Process(target=workers.answer, args=(theirs,))]
    for child in children:
        child.start()
    assert sorted(numbers.get() for _ in range(3)) == [1, 2, 3]
    ours.send("Hi child!")
    assert ours.recv() == "Hi daddy!"
    with mp.Manager() as manager:
        table = manager.dict()
        fillers = [mp.Process(target=workers.fill, args=(table, n)) for n in range(2)]
        for filler in fillers:
            filler.start()
        for filler in fillers:
            filler.join()
        assert dict(table) == {0: 0, 1: 1}
    for child in children:
        child.join()


def soak_blocks(size: Size) -> str:
    samples = []
    for n in range(size.blocks):
        with observe(METHODS[n % len(METHODS)], deadline_s=30) as mp:
            primer(mp)
        del mp
        samples.append(look())
    early, last = samples[min(len(samples) // 5, 99)], samples[-1]
    draw(samples)
    grown = last.memory_mb - early.memory_mb
    assert grown < GROWTH_MB, f"memory grew by {grown:.1f} MB"
    assert last[1:3] == early[1:3], (early, last)
    assert last.names <= early.names, (early, last)
    return (
        f"{size.blocks} blocks: memory {early.memory_mb:.1f} → {last.memory_mb:.1f} MB, "
        f"descriptors {last.descriptors}, processes {last.processes} (they serve the interpreter), "
        f"names {last.names}"
    )


def draw(samples: list[Sample]) -> None:
    """Four curves, which should be flat."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plot

    figure, panels = plot.subplots(4, 1, sharex=True, figsize=(8, 7), layout="constrained")
    titles = "memory (MB)", "descriptors", "processes", "names in shared memory"
    for panel, title, values in zip(panels, titles, zip(*samples, strict=True), strict=True):
        panel.plot(values, color="#0072B2")
        panel.set_title(title, loc="left", fontsize=10)
        panel.set_ylim(0, 1.2 * max(values) + 1)
        panel.yaxis.get_major_locator().set_params(integer=True)
    panels[-1].set_xlabel("blocks")
    path = ROOT / "build" / "soak.png"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=120)
    plot.close(figure)


# --- kernels ---

KERNEL = f"import sys; sys.path[:0] = [{str(ROOT / 'engine' / 'bench')!r}]; import soak; "
ROUND = "[soak.one_round() for _ in range({rounds})]; print('flat', soak.look()[1:3])"


def one_round() -> None:
    """In a kernel: the primer under each start method."""
    for method in METHODS:
        with observe(method, deadline_s=60) as mp:
            primer(mp)


def soak_kernels(size: Size) -> str:
    from jupyter_client import KernelManager

    before = look().names
    managers = [KernelManager(kernel_name="python3") for _ in range(size.kernels)]
    clients = []
    for manager in managers:
        manager.start_kernel()
        clients.append(manager.blocking_client())
        clients[-1].start_channels()
    try:
        for client in clients:
            client.wait_for_ready(timeout=120)
        cells = [c.execute(KERNEL + ROUND.format(rounds=size.rounds)) for c in clients]
        for client, cell in zip(clients, cells, strict=True):
            while (answer := client.get_shell_msg(timeout=900))["parent_header"]["msg_id"] != cell:
                pass
            assert answer["content"]["status"] == "ok", answer["content"]
    finally:
        for client, manager in zip(clients, managers, strict=True):
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    until = time.monotonic() + 2
    while (left := look().names - before) > 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert left <= 0, f"{left} names left"
    blocks = size.kernels * size.rounds * len(METHODS)
    return f"{size.kernels} kernels at once, {blocks} blocks: all well, no name left"


# --- crowd, events ---


def soak_crowd(size: Size) -> str:
    told, preflight.MAX_RUNNING = [], size.crowd
    for method in METHODS:
        began = time.monotonic()
        with observe(method, deadline_s=120) as mp:
            go, answers = mp.Event(), mp.SimpleQueue()
            children = [
                mp.Process(target=workers.wait_and_answer, args=(go, answers, n), daemon=True)
                for n in range(size.crowd)
            ]
            for child in children:
                child.start()
            try:
                mp.Process(target=workers.wait_and_answer, args=(go, answers, -1)).start()
                raise AssertionError("one more was allowed")
            except TooManyProcesses:
                pass
            go.set()
            assert sorted(answers.get() for _ in children) == list(range(size.crowd))
            for child in children:
                child.join()
        told.append(f"{method} {time.monotonic() - began:.1f} s")
    return f"{size.crowd} children in one block, the next one refused: " + ", ".join(told)


def soak_events(size: Size) -> str:
    writers = 4
    began = time.monotonic()
    with observe("fork" if "fork" in METHODS else "spawn", deadline_s=600) as mp:
        flags = [mp.Event() for _ in range(writers)]
        for flag in flags:
            each = size.events // writers
            mp.Process(target=workers.set_often, args=(flag, each)).start()
    wrote = time.monotonic() - began
    began = time.monotonic()
    counted = sum(event.kind == "set" for event in mp.events)
    read = time.monotonic() - began
    assert counted == size.events // writers * writers, counted
    return f"{counted} events written in {wrote:.1f} s and read in {read:.1f} s, none lost"


# --- matrix ---


def soak_matrix(size: Size) -> str:
    """The whole matrix, several times, while two other programs want both cores."""
    environment = {**os.environ, "IPC_INTERRUPTS": str(size.interrupts)}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    began = time.monotonic()
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        for _ in range(size.repeats):
            for tests in MATRIX:  # apart: each folder has a conftest of its own
                subprocess.run([*pytest, tests], cwd=ROOT, env=environment, check=True)
    finally:
        for program in busy:
            program.kill()
            program.wait()
    return f"the matrix {size.repeats} times under load: {time.monotonic() - began:.0f} s"


PARTS: dict[str, Callable[[Size], str]] = {
    "blocks": soak_blocks,
    "crowd": soak_crowd,
    "events": soak_events,
    "kernels": soak_kernels,
    "matrix": soak_matrix,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small numbers, to try the tool")
    parser.add_argument("parts", nargs="*", help=f"only these: {', '.join(PARTS)}")
    options = parser.parse_args()
    for name in options.parts or PARTS:
        print(f"== {name}", flush=True)
        print(PARTS[name](QUICK if options.quick else FULL), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
