import os
import signal
import sys


def watch(night):
    """A child: one night of the watchman. (Leave it as it is.)"""
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def report(mp, nights):
    """Start a child for each night. Return "well", "failed" or "killed" for each, in order."""
    ...
