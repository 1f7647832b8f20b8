"""A queue that pickles in put(): errors come where they are made, later changes stay at home.

Run it:  python 07_inside_a_queue.py           (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
import pickle

PATIENCE_S = 30
STOP = None  # survives the journey: it is pickled as its name


class EarlyQueue:
    """Wraps a queue: what is put is pickled at once, in the thread that puts it."""

    def __init__(self, mp, maxsize=0):
        self.queue = mp.Queue(maxsize)

    def put(self, message):
        self.queue.put(pickle.dumps(message), timeout=PATIENCE_S)

    def get(self):
        return pickle.loads(self.queue.get(timeout=PATIENCE_S))

    def flush(self):
        """Wait until all that this process has put is sent; it puts no more."""
        self.queue.close()
        self.queue.join_thread()


def report(results):
    """Use one list for two messages; try to send what cannot be sent; leave in a hurry."""
    numbers = []
    for number in (1, 2):
        numbers.append(number)
        results.put(numbers)
    try:
        results.put(number for number in numbers)
    except TypeError:
        results.put("a generator was refused, here and now")
    results.put(STOP)
    results.flush()  # without this line, os._exit() may lose everything
    os._exit(0)


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    results = EarlyQueue(mp)
    child = mp.Process(target=report, args=(results,))
    child.start()
    while (message := results.get()) is not STOP:
        print(message)
    child.join(timeout=PATIENCE_S)
    print("exit code:", child.exitcode)


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
