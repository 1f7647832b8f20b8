"""Send jobs to three children through one queue, and get the results through another.

Run it:  python 02_queue.py          (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30


def put_next(jobs, results):
    """Put n + 1 for every job n, until the sentinel None."""
    while (n := jobs.get(timeout=PATIENCE_S)) is not None:
        results.put(n + 1)


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    jobs = mp.Queue(maxsize=4)  # a full queue makes put() wait: back-pressure
    results = mp.Queue()
    children = [mp.Process(target=put_next, args=(jobs, results)) for _ in range(3)]
    for child in children:
        child.start()

    for n in range(9):
        jobs.put(n, timeout=PATIENCE_S)
    for _ in children:
        jobs.put(None, timeout=PATIENCE_S)  # one sentinel for each consumer

    received = [results.get(timeout=PATIENCE_S) for _ in range(9)]  # drain first
    for child in children:
        child.join(timeout=PATIENCE_S)  # join after that

    print("results:", sorted(received))  # three producers: any order may arrive
    print("exit codes:", [child.exitcode for child in children])


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
