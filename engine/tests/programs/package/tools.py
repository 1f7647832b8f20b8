"""Run as `-m tools`; its child imports it by that name."""

import multiprocessing
import sys


def say(text):
    print(text, __name__, flush=True)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    print(__name__, __spec__ and __spec__.name, sys.argv[1:], flush=True)
    child = multiprocessing.Process(target=say, args=("hello",))
    child.start()
    child.join()
