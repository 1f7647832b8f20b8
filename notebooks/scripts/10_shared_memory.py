"""Four processes work on the same bytes; whoever made them removes them, whatever happens.

Run it:  python 10_shared_memory.py      (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
from multiprocessing.shared_memory import SharedMemory

NUMBERS, CHILDREN = 20, 4
PATIENCE_S = 30


def square(name, first, last):
    """Square the numbers from first to last where they lie."""
    segment = SharedMemory(name)  # a child shares its parent's tracker; else track=False
    with segment.buf.cast("i") as numbers:  # this view is released before close()
        for place in range(first, last):
            numbers[place] **= 2
    segment.close()


def squares(mp):
    """Let the children square their parts; return a list, which is no view of the segment."""
    size = NUMBERS * memoryview(b"").cast("i").itemsize
    segment = SharedMemory(create=True, size=size)
    try:
        with segment.buf.cast("i") as numbers:
            for number in range(NUMBERS):
                numbers[number] = number
            work(mp, segment.name)
            return numbers.tolist()[:NUMBERS]  # a segment may be longer than was asked for
    finally:
        segment.close()  # everybody closes
        segment.unlink()  # one unlinks


def work(mp, name):
    """Start the children, each with a part of its own, so that no lock is needed."""
    part = NUMBERS // CHILDREN
    children = [
        mp.Process(target=square, args=(name, first, first + part))
        for first in range(0, NUMBERS, part)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=PATIENCE_S)


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    print(*squares(mp))


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
