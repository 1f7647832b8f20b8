# %% second
import os
import signal
import sys


def watch(night):
    {
        "quiet": lambda: None,
        "asleep": lambda: sys.exit(3),
        "trips": lambda: 1 / 0,
        "robbed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    }[night]()


def report(mp, nights):
    words = []
    for night in nights:
        child = mp.Process(target=watch, args=(night,))
        child.start()
        child.join()
        sign = (child.exitcode > 0) - (child.exitcode < 0)
        words.append(["well", "failed", "killed"][sign])
    return words


# %% wrong: read-too-early
def report(mp, nights):
    words = []
    for night in nights:
        child = mp.Process(target=watch, args=(night,))
        child.start()
        words.append("failed" if child.exitcode else "well")
    return words


# %% wrong: waited-for-exception
def report(mp, nights):
    words = []
    for night in nights:
        child = mp.Process(target=watch, args=(night,))
        try:
            child.start()
            child.join()
            words.append("well")
        except RuntimeError:
            words.append("failed")
        except BaseException:
            words.append("killed")
    return words


# %% wrong: killed-is-failed
def word_for(code):
    return "failed" if code else "well"


# %% wrong: only-code-one
def word_for(code):
    return {0: "well", 1: "failed"}.get(code, "killed")


# %% wrong: killed-is-well
def word_for(code):
    return "failed" if code > 0 else "well"


# %% wrong: failed-is-killed
def word_for(code):
    return "well" if code == 0 else "killed"


# %% wrong: never-looked
def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return ["well" for child in children]


# %% wrong: read-too-early (by the clock)
import time


def report(mp, nights):
    children = [mp.Process(target=watch, args=(night,)) for night in nights]
    for child in children:
        child.start()
    time.sleep(0.5)
    return [word_for(child.exitcode) for child in children]


# %% wrong: too-few-children
def report(mp, nights):
    codes = {}
    for night in dict.fromkeys([*nights, "quiet"][:1]):
        child = mp.Process(target=watch, args=(night,))
        child.start()
        child.join()
        codes[night] = child.exitcode
    known = {"quiet": "well", "asleep": "failed", "trips": "failed", "robbed": "killed"}
    return [known[night] for night in nights]
