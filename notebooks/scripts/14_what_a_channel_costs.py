"""Compare one message a time with lists of a hundred, through the same Pipe, and be honest.

Run it:  python 14_what_a_channel_costs.py      (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
import statistics
import sys
from time import perf_counter

MESSAGES, BATCH = 2000, 100
FEWEST, MOST = 7, 50  # rounds
PATIENCE_S = 30


def consume(line):
    """Receive as many objects as I am told, then say that I have had them."""
    while count := line.recv():
        for _ in range(count):
            line.recv()
        line.send("all")


def burst(line, objects):
    """Seconds from the first send until the consumer has the last object."""
    line.send(len(objects))
    began = perf_counter()
    for each in objects:
        line.send(each)
    if not line.poll(PATIENCE_S):
        sys.exit("the consumer says nothing")
    line.recv()
    return perf_counter() - began


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    ours, theirs = mp.Pipe()
    child = mp.Process(target=consume, args=(theirs,))
    child.start()
    singles = [str(number) for number in range(MESSAGES)]  # no object comes twice
    lists = [singles[n : n + BATCH] for n in range(0, MESSAGES, BATCH)]
    burst(ours, singles)  # both sides are alive and warm
    ratios = []
    while len(ratios) < FEWEST or (statistics.median(ratios) < 5 and len(ratios) < MOST):
        one_by_one, in_lists = burst(ours, singles), burst(ours, lists)
        ratios.append(one_by_one / in_lists)  # of the same round
    ours.send(0)
    child.join(timeout=PATIENCE_S)
    print("lists of a hundred: at least 5 times as quick:", statistics.median(ratios) >= 5)


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
