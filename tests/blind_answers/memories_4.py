# %% right: by is_alive
import time

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
    children = []
    for night in nights:
        child = mp.Process(target=watch, args=(night,))
        child.start()
        children.append(child)
    while any(child.is_alive() for child in children):
        time.sleep(0.01)
    codes = [child.exitcode for child in children]
    return ["well" if c == 0 else "killed" if c < 0 else "failed" for c in codes]


# %% right: by sentinels
from multiprocessing.connection import wait

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
    watchmen = [mp.Process(target=watch, args=(night,)) for night in nights]
    for w in watchmen:
        w.start()
    words = {}
    for w in watchmen:
        wait([w.sentinel])
        w.join()
        if w.exitcode > 0:
            words[w] = "failed"
        elif w.exitcode < 0:
            words[w] = "killed"
        else:
            words[w] = "well"
    return list(words.values())


# %% wrong: a nap before the codes
import time

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
    watchmen = [mp.Process(target=watch, args=(night,)) for night in nights]
    for w in watchmen:
        w.start()
    time.sleep(0.6)
    names = []
    for w in watchmen:
        if w.exitcode == 0:
            names.append("well")
        elif w.exitcode is None or w.exitcode < 0:
            names.append("killed")
        else:
            names.append("failed")
    return names


# %% wrong: the codes themselves
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
    watchmen = [mp.Process(target=watch, args=(night,)) for night in nights]
    for w in watchmen:
        w.start()
    for w in watchmen:
        w.join()
    return [w.exitcode for w in watchmen]
