"""Whole programs, plain or observed, to be timed from outside, by their processor time:

    /usr/bin/time -v python programs.py queue observed

On a busy machine the clock tells little; what all processes of a program have computed tells more.
"""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any

import bench_workers as workers

MESSAGES, CALLS, TASKS = 200_000, 15_000, 20_000


def pipe(mp: Any) -> None:
    """200,000 numbers through a Pipe."""
    ours, theirs = mp.Pipe()
    child = mp.Process(target=workers.pipe_sink, args=(theirs, MESSAGES))
    child.start()
    for n in range(MESSAGES):
        ours.send(n)
    ours.recv()
    child.join()


def queue(mp: Any) -> None:
    """200,000 numbers through a Queue."""
    numbers, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=workers.queue_sink, args=(numbers, answers, MESSAGES))
    child.start()
    for n in range(MESSAGES):
        numbers.put(n)
    answers.get()
    child.join()


def pool(mp: Any) -> None:
    """20,000 tiny tasks, one at a time."""
    with mp.Pool(2) as workers_:
        workers_.map(workers.tiny, range(TASKS), chunksize=1)


def calls(mp: Any) -> None:
    """15,000 calls of a Manager's dict."""
    with mp.Manager() as manager:
        numbers = manager.dict()
        for n in range(CALLS):
            numbers[n] = n


def main(name: str, how: str) -> None:
    program = {"pipe": pipe, "queue": queue, "pool": pool, "calls": calls}[name]
    if how == "plain":
        return program(multiprocessing.get_context("fork"))
    from mpscope import observe

    with observe("fork", deadline_s=300, quiet=True) as mp:
        program(mp)


if __name__ == "__main__":
    main(*sys.argv[1:])
