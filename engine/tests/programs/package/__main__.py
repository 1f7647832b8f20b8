"""Run as `-m package`, or as a folder."""

import multiprocessing
import sys

from tools import say  # beside it, in the folder

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    print(__name__, __spec__ and __spec__.name, sys.argv[1:], flush=True)
    child = multiprocessing.Process(target=say, args=("hello",))
    child.start()
    child.join()
