"""The main program puts more into a queue than anybody reads: it cannot end."""

import multiprocessing
import sys


def take_one(letters):
    print("took", len(letters.get()), flush=True)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    letters = multiprocessing.Queue()
    child = multiprocessing.Process(target=take_one, args=(letters,))
    child.start()
    for _ in range(50):
        letters.put("x" * 10_000)
    child.join()
    print("the parent is done")
