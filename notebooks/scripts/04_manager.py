"""Let ten children fill one dict and one list that a manager's server process holds.

Run it:  python 04_manager.py          (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30


def fill(results, names, name):
    """One entry in the dict, one item in the list: two requests to the server."""
    results[name] = "test"
    names.append(name)


def count(counts, lock, times):
    """`+=` reads and writes, two requests: the lock keeps the others out between them."""
    for _ in range(times):
        if not lock.acquire(timeout=PATIENCE_S):
            raise TimeoutError("somebody keeps the lock")
        try:
            counts["n"] += 1
        finally:
            lock.release()


def run(mp, target, argument_tuples):
    """Start a child for each tuple of arguments, wait for all, return their exit codes."""
    children = [mp.Process(target=target, args=arguments) for arguments in argument_tuples]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=PATIENCE_S)
    return [child.exitcode for child in children]


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    with mp.Manager() as manager:
        results, names = manager.dict(), manager.list()
        exit_codes = run(mp, fill, [(results, names, str(n)) for n in range(10)])
        results_here, names_here = results.copy(), names[:]  # one request each

        counts, lock = manager.dict(n=0), manager.Lock()
        exit_codes += run(mp, count, [(counts, lock, 50)] * 2)
        counted = counts["n"]
    # The server has ended: the proxies are dead, the copies are not.

    print("dict:", sorted(results_here))
    print("list:", sorted(names_here))  # ten children: any order may arrive
    print("counted:", counted)
    print("exit codes:", exit_codes)


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
