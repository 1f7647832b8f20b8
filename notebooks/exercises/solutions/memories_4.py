import os
import signal
import sys


def watch(night):
    """A child: one night of the watchman."""
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def word_for(code):
    """0: it returned. Above: it ended itself with an error. Below: a signal ended it."""
    if code == 0:
        return "well"
    return "failed" if code > 0 else "killed"


def report(mp, nights):
    """Start a child for each night. Return "well", "failed" or "killed" for each, in order."""
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    for child in children:
        child.join()  # before the end there is no exit code
    return [word_for(child.exitcode) for child in children]
