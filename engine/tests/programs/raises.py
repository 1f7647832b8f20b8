"""Whatever can end badly; what is printed, and how it ends, is for Python to say."""

import multiprocessing
import os
import sys


def inner(queue):
    queue.get(timeout=0.01)


def fails(queue):
    try:
        inner(queue)
    except Exception:
        raise ValueError("in a child") from None


def exits():
    sys.exit("a message")


def program(how):
    queue = multiprocessing.Queue()
    for target, args in ((fails, (queue,)), (exits, ()), (os._exit, (3,))):
        child = multiprocessing.Process(target=target, args=args)
        child.start()
        child.join()
        print(child.exitcode, flush=True)
    if how == "raise":
        raise LookupError("in the parent")
    if how == "message":
        sys.exit("the parent's message")
    if how == "kill":
        os.kill(os.getpid(), 9)
    if how == "interrupt":
        raise KeyboardInterrupt


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    program(sys.argv[2])
