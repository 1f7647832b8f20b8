"""A worker waits for what it gets when a line is read from standard input."""

import multiprocessing
import sys


def work(jobs):
    print("the worker is there", flush=True)
    try:
        print("the worker got", jobs.get(), flush=True)
    except KeyboardInterrupt:
        print("the worker was interrupted", flush=True)


def busy():
    while True:
        pass


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    jobs = multiprocessing.Queue()
    worker = multiprocessing.Process(target=work, args=(jobs,))
    worker.start()
    if sys.argv[2] == "busy":
        busy()
    jobs.put(sys.stdin.readline())
    worker.join()
    print("the parent is done")
