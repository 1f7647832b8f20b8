# %% right: whoever is first, in the order of the nights
# It waits for whichever child ends next and notes the word at the place of its night.
import os
import signal
import sys

from multiprocessing.connection import wait


def watch(night):
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def report(mp, nights):
    out = {}
    for place, night in enumerate(nights):
        child = mp.Process(target=watch, args=(night,))
        child.start()
        out[child.sentinel] = place, child
    words = [""] * len(nights)
    while out:
        for sentinel in wait(list(out)):
            place, child = out.pop(sentinel)
            child.join()
            if child.exitcode == 0:
                words[place] = "well"
            else:
                words[place] = "failed" if child.exitcode > 0 else "killed"
    return words


# %% right: look whether anybody is still out
# is_alive() is asked until all are back: as good as join, only busier.
import os
import signal
import sys
import time


def watch(night):
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def word(code):
    return {0: "well"}.get(code, "killed" if code < 0 else "failed")


def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        time.sleep(0.01)
    return [word(child.exitcode) for child in children]


# %% wrong: as the shell counts
# The shell says 128 + 9 for a child killed by signal 9. Here it is -9.
import os
import signal
import sys


def watch(night):
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    for child in children:
        child.join()
    words = []
    for child in children:
        if child.exitcode > 128:
            words.append("killed")
        elif child.exitcode:
            words.append("failed")
        else:
            words.append("well")
    return words


# %% wrong: half a second must do
# It does not wait for the children but for the clock. Who is still out has no exit code.
import os
import signal
import sys
import time


def watch(night):
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    time.sleep(0.5)
    codes = [child.exitcode or 0 for child in children]
    return ["well" if c == 0 else "failed" if c > 0 else "killed" for c in codes]


# %% wrong: only 1 is an error
# The child that fell asleep ended with 3: an error that it chose itself, not a signal.
import os
import signal
import sys


def watch(night):
    if night == "asleep":
        sys.exit(3)
    if night == "trips":
        raise RuntimeError("the stairs!")
    if night == "robbed":
        os.kill(os.getpid(), signal.SIGKILL)


def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    for child in children:
        child.join()
    words = {0: "well", 1: "failed"}
    return [words.get(child.exitcode, "killed") for child in children]
