"""Play all six schedules of two processes that add one in two steps: four of them lose an update.

Run it:  python 09_races_one_step_at_a_time.py     (IPC_START_METHOD=fork chooses how)
"""

import multiprocessing
import os
from itertools import permutations

PATIENCE_S = 30


def add_one(count, line):
    """Read, then write; wait for a token before each step, and answer after it."""
    hear(line)
    seen = count.value
    line.send("done")
    hear(line)
    count.value = seen + 1
    line.send("done")


def hear(line):
    """Receive a token or an answer, but do not wait for ever."""
    if not line.poll(PATIENCE_S):
        raise TimeoutError("nothing came through the pipe")
    return line.recv()


def play(mp, schedule):
    """Let two processes make their steps in the order of the letters; return the count."""
    count, lines, children = mp.Value("i", 0), {}, []
    for name in "AB":
        lines[name], theirs = mp.Pipe()
        children.append(mp.Process(target=add_one, args=(count, theirs), name=name))
        children[-1].start()
    for name in schedule:
        lines[name].send("your turn")
        hear(lines[name])  # nobody else moves before this step is over
    for child in children:
        child.join(timeout=PATIENCE_S)
    return count.value


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    for schedule in sorted({"".join(order) for order in permutations("AABB")}):
        print(schedule, "->", play(mp, schedule))


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
