"""Count words with four children, using a manager's Queue, dict, Lock, Event and Barrier.

Run it:  python 05_manager_gallery.py  (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30
TEXT = ["the queue gives", "the lock guards", "the event starts", "the barrier waits"] * 5


def count_words(desk):
    """Take lines until the sentinel, count at home, add to the shared dict once at the end."""
    if not desk["start"].wait(timeout=PATIENCE_S):
        raise TimeoutError("no start signal")
    mine = {}
    while (line := desk["lines"].get(timeout=PATIENCE_S)) is not None:
        for word in line.split():
            mine[word] = mine.get(word, 0) + 1

    if not desk["lock"].acquire(timeout=PATIENCE_S):
        raise TimeoutError("somebody keeps the lock")
    for word, times in mine.items():
        desk["counts"][word] = desk["counts"].get(word, 0) + times
    desk["lock"].release()
    desk["all_counted"].wait(timeout=PATIENCE_S)


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    with mp.Manager() as manager:
        desk = {
            "lines": manager.Queue(),
            "counts": manager.dict(),
            "lock": manager.Lock(),
            "start": manager.Event(),
            "all_counted": manager.Barrier(5),
        }
        children = [mp.Process(target=count_words, args=(desk,)) for _ in range(4)]
        for child in children:
            child.start()
        for line in TEXT + [None] * len(children):  # one sentinel for each child
            desk["lines"].put(line)
        desk["start"].set()
        desk["all_counted"].wait(timeout=PATIENCE_S)  # the four children and this process
        counts = desk["counts"].copy()
        for child in children:
            child.join(timeout=PATIENCE_S)

    for word, times in sorted(counts.items()):
        print(f"{times:3}  {word}")
    print("exit codes:", [child.exitcode for child in children])


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
