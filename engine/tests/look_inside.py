"""A worker that tells what its process has loaded."""

import sys


def report(names, queue, lock):
    with lock:
        print("a line of the transcript")
    queue.put("a message")
    queue.get()
    names.put(sorted(sys.modules))
