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
