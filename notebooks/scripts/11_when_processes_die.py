"""A supervisor: it starts a crashed worker again, loses no job, and ends its worker politely.

Run it:  python 11_when_processes_die.py          (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import contextlib
import multiprocessing
import os

TRIES = 2
CRASH_ON = 13


def work(line, parents_end):
    """The child: double each job. At CRASH_ON it crashes, the first time."""
    parents_end.close()  # a forked child's copy: with it, the parent's death would go unheard
    while (job := line.recv()) is not None:
        if job == (CRASH_ON, 1):  # the number, and which attempt it is
            os._exit(1)
        line.send(2 * job[0])


class Worker:
    """A child and the line to it."""

    def __init__(self, mp):
        self.line, theirs = mp.Pipe()
        self.child = mp.Process(target=work, args=(theirs, self.line), daemon=True)
        self.child.start()
        theirs.close()  # so that the child's death is an end of file here

    def end(self):
        """Ask, then insist."""
        with contextlib.suppress(BrokenPipeError):  # it has ended already
            self.line.send(None)
        for insist in (self.child.terminate, self.child.kill):
            self.child.join(5)
            if self.child.is_alive():
                insist()
        self.child.join()


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    worker, restarts, results = Worker(mp), 0, {}
    for number in (1, 2, CRASH_ON, 4):
        for attempt in range(1, TRIES + 1):
            try:
                worker.line.send((number, attempt))
                results[number] = worker.line.recv()
                break
            except (EOFError, ConnectionError):  # it has died with the job in its hands
                worker.end()
                worker, restarts = Worker(mp), restarts + 1
    worker.end()
    print(f"results: {results}\nrestarts: {restarts}\nexit code: {worker.child.exitcode}")


if __name__ == "__main__":
    main()
