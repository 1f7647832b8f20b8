"""Do one piece of work in every way that this Python has, and compare the results.

Run it:  python 13_threads_interpreters_processes.py      (IPC_START_METHOD chooses for processes)
"""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

TASKS = [2_000, 4_000, 6_000, 8_000]


def count_primes(below):
    """How many primes there are below a number."""
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))


def pools():
    """The executors of this Python: they are used in the same way."""
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    yield ThreadPoolExecutor(2)
    yield ProcessPoolExecutor(2, mp_context=mp)
    if sys.version_info >= (3, 14):
        from concurrent.futures import InterpreterPoolExecutor

        yield InterpreterPoolExecutor(2)


def main():
    expected = [count_primes(task) for task in TASKS]
    for pool in pools():
        with pool:
            found = list(pool.map(count_primes, TASKS))
        assert found == expected, f"{type(pool).__name__} counts otherwise: {found}"
    print("primes:", expected)
    print("the same in every way")


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
