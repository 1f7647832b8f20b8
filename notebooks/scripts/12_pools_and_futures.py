"""Tasks in a window: each result or failure is told, and a killed worker costs one task, not all.

Run it:  python 12_pools_and_futures.py           (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

WIDTH = 3  # tasks that are under way at the same time


def task(number):
    """Square the number; 5 fails, and 7 takes its whole process with it."""
    if number == 5:
        raise ValueError("no five here")
    if number == 7:
        os._exit(1)
    return number * number


def in_a_window(mp, numbers, found):
    """Work off an iterator; what was under way when a worker died is returned."""
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        under_way = {}
        while True:
            for number in islice(numbers, WIDTH - len(under_way)):
                try:
                    under_way[executor.submit(task, number)] = number
                except BrokenProcessPool:  # since the last look
                    return sorted([*under_way.values(), number])
            if not under_way:
                return []
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                if isinstance(future.exception(), BrokenProcessPool):
                    return sorted(under_way.values())
                found[under_way.pop(future)] = future.exception() or future.result()


def alone(mp, number, found):
    """Try a task again, where it can break nothing but itself."""
    with ProcessPoolExecutor(1, mp_context=mp) as executor:
        future = executor.submit(task, number)
        found[number] = future.exception() or future.result()


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    numbers, found = iter(range(10)), {}
    while suspects := in_a_window(mp, numbers, found):
        for number in suspects:
            alone(mp, number, found)
    for number, result in sorted(found.items()):
        print(number, "->", type(result).__name__ if isinstance(result, Exception) else result)


if __name__ == "__main__":
    main()
