"""What watching costs, side by side with the plain context: `make bench`.

Each round measures both contexts, alternating which comes first; the figures are medians of the
rounds' ratios, because a shared machine's speed drifts.  `--check` exits 1 where a promise of the
README is broken; `--rounds N` takes more than the default of 15.

Everything is compiled before it is measured, as an installed package is: with
`PYTHONDONTWRITEBYTECODE` each child would compile mpscope, and only mpscope, anew.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import bench_workers as workers

# Nothing of mpscope: a spawned child imports this file, also where the plain context starts it.

MESSAGES = 4000
MANY = 100_000
TASKS = 20_000
CALLS = 5000
PROMISES = {"spawn": 1.15, "pipe": 1.3, "queue": 1.3, "many": 1.35, "pool": 1.5, "dict": 1.1}
PROMISES |= {"event": 3.0, "growth": 2.0}


def first_line(mp: Any) -> float:
    """Milliseconds from `start()` to the child's first line."""
    ours, theirs = mp.Pipe()
    child = mp.Process(target=workers.first_line, args=(theirs,))
    began = time.monotonic_ns()
    child.start()
    ran = ours.recv()
    child.join()
    ours.close()
    theirs.close()
    return (ran - began) / 1e6


def pipe_message(mp: Any) -> float:
    """Microseconds per small message through a Pipe, from first send to acknowledgement."""
    ours, theirs = mp.Pipe()
    child = mp.Process(target=workers.pipe_sink, args=(theirs, MESSAGES + 1))
    child.start()
    ours.send("ready?")
    time.sleep(0.1)  # the child waits in recv by now
    began = time.perf_counter()
    for n in range(MESSAGES):
        ours.send(n)
    ours.recv()
    took = time.perf_counter() - began
    child.join()
    ours.close()
    theirs.close()
    return took / MESSAGES * 1e6


def queue_message(mp: Any) -> float:
    """Microseconds per small message through a Queue, from first put to acknowledgement."""
    queue, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=workers.queue_sink, args=(queue, answers, MESSAGES + 1))
    child.start()
    queue.put("ready?")
    time.sleep(0.1)
    began = time.perf_counter()
    for n in range(MESSAGES):
        queue.put(n)
    answers.get()
    took = time.perf_counter() - began
    child.join()
    return took / MESSAGES * 1e6


def many_messages(mp: Any) -> float:
    """Seconds for a program that sends 100,000 messages through a Queue, with its child."""
    began = time.perf_counter()
    queue, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=workers.queue_sink, args=(queue, answers, MANY))
    child.start()
    for n in range(MANY):
        queue.put(n)
    answers.get()
    child.join()
    return time.perf_counter() - began


def pool_map(mp: Any) -> float:
    """Milliseconds for 20,000 tiny tasks, one at a time: 20,000 messages there and back."""
    with mp.Pool(2) as pool:
        pool.map(workers.tiny, range(100), chunksize=1)  # both are there
        began = time.perf_counter()
        pool.map(workers.tiny, range(TASKS), chunksize=1)
        return (time.perf_counter() - began) * 1000


def pool_chunks(mp: Any) -> float:
    """Milliseconds for the same, in the chunks that `map` makes by itself."""
    with mp.Pool(2) as pool:
        pool.map(workers.tiny, range(100), chunksize=1)
        began = time.perf_counter()
        for _ in range(10):
            pool.map(workers.tiny, range(TASKS))
        return (time.perf_counter() - began) * 100


@contextlib.contextmanager
def on_one_core() -> Iterator[None]:
    """Meanwhile, this process and the children that it starts share a core, where one can ask."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def manager_dict(mp: Any) -> float:
    """Microseconds per call of a Manager's dict.

    On one core: on two, it counts most where the scheduler puts caller and server.
    """
    with on_one_core(), mp.Manager() as manager:
        numbers = manager.dict()
        numbers[0] = 0
        began = time.perf_counter()
        for n in range(CALLS):
            numbers[n] = n
        return (time.perf_counter() - began) / CALLS * 1e6


@contextlib.contextmanager
def plain(method: str) -> Iterator[Any]:
    """The standard context, where `observe(method)` stands otherwise."""
    yield multiprocessing.get_context(method)


def side_by_side(measure: Callable[[Any], float], method: str, rounds: int) -> tuple[float, ...]:
    """(median of the ratios, their quartiles, median plain, median observed)."""
    from mpscope import observe

    pairs = []
    for turn in range(rounds + 1):
        figures = {}
        for context in (plain, observe) if turn % 2 else (observe, plain):
            with context(method) as mp:
                figures[context] = measure(mp)
        pairs.append((figures[plain], figures[observe]))
    pairs = pairs[1:]  # the first round warms up
    ratios = [observed / plain_ for plain_, observed in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return (
        middle,
        low,
        high,
        statistics.median(p for p, _ in pairs),
        statistics.median(o for _, o in pairs),
    )


def event_cost(count: int) -> float:
    """Microseconds per event, written in a loop as a `put` writes it."""
    from mpscope._recording import recorder
    from mpscope._recording.recorder import Recorder
    from mpscope._recording.records import CODE, Assignment
    from mpscope._recording.wire import describe

    with tempfile.TemporaryDirectory() as folder:
        box = recorder.current = Recorder(Assignment(folder, "0", "parent", 0))
        channel, kind, frame = box.channel("numbers"), CODE["put"], sys._getframe()
        began = time.perf_counter()
        for n in range(count):
            box.stamp(box.open(kind, channel, frame, 1, describe(n), 5))
        took = time.perf_counter() - began
        recorder.current = None
        box.close()
    return took / count * 1e6


def main() -> int:
    """Measure, print a Markdown table, and say whether each promise holds."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--check", action="store_true")
    options.add_argument("--only", default="", help=f"one of {', '.join(PROMISES)}")
    chosen = options.parse_args()
    import mpscope

    compileall.compile_dir(os.path.dirname(mpscope.__file__), quiet=1)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, "
        f"load {load:.1f}, {chosen.rounds} rounds\n"
    )
    print("| what | plain | observed | ratio (quartiles) | promise | |")
    print("|---|---|---|---|---|---|")
    broken = 0
    for name, what, unit, measure in (
        ("spawn", "first line of a spawned child", "ms", first_line),
        ("pipe", "one `Pipe` message", "µs", pipe_message),
        ("queue", "one `Queue` message", "µs", queue_message),
        ("many", "100,000 `Queue` messages, a whole program", "s", many_messages),
        ("pool", "`Pool.map` of 20,000 tasks, chunksize 1", "ms", pool_map),
        ("pool", "`Pool.map` of 20,000 tasks", "ms", pool_chunks),
        ("dict", "a call of a Manager's dict, on one core", "µs", manager_dict),
    ):
        if chosen.only not in ("", name):
            continue
        ratio, low, high, a, b = side_by_side(measure, "spawn", chosen.rounds)
        kept = ratio <= PROMISES[name]
        broken += not kept
        print(
            f"| {what} | {a:.1f} {unit} | {b:.1f} {unit} | {ratio:.2f} ({low:.2f}–{high:.2f}) "
            f"| ≤ {PROMISES[name]} | {'kept' if kept else 'BROKEN'} |",
            flush=True,
        )
    if chosen.only not in ("", "event"):
        return 1 if chosen.check and broken else 0
    small = statistics.median(event_cost(10_000) for _ in range(chosen.rounds))
    large = statistics.median(event_cost(1_000_000) for _ in range(3))
    kept = small <= PROMISES["event"]
    linear = large / small <= PROMISES["growth"]
    broken += (not kept) + (not linear)
    print(f"| one event | – | {small:.2f} µs | – | ≤ 3 µs | {'kept' if kept else 'BROKEN'} |")
    print(
        f"| one of a million events | – | {large:.2f} µs | {large / small:.2f} × one of 10 000 "
        f"| linear | {'kept' if linear else 'BROKEN'} |"
    )
    return 1 if chosen.check and broken else 0


if __name__ == "__main__":
    sys.exit(main())
