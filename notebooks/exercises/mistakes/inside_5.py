# %% second
from contextlib import contextmanager


@contextmanager
def flushed(box):
    yield box
    box.close()
    box.join_thread()


def report(results, lines, leave):
    with flushed(results):
        list(map(results.put, lines))
    leave()


# %% wrong: lost-at-exit
def report(results, lines, leave):
    for line in lines:
        results.put(line)
    leave()


# %% wrong: lost-at-exit (let go)
def report(results, lines, leave):
    results.cancel_join_thread()
    for line in lines:
        results.put(line)
    leave()


# %% wrong: lost-at-exit (a short sleep)
import time


def report(results, lines, leave):
    for line in lines:
        results.put(line)
    time.sleep(0.05)
    leave()


# %% wrong: closed-only
def report(results, lines, leave):
    for line in lines:
        results.put(line)
    results.close()
    leave()


# %% wrong: closed-before-the-end
def report(results, lines, leave):
    for line in lines:
        results.put(line)
        results.close()
    leave()


# %% wrong: out-of-order
def report(results, lines, leave):
    for line in lines:
        results.put(line)
    results.join_thread()
    results.close()
    leave()


# %% wrong: by-the-clock
import time


def report(results, lines, leave):
    for line in lines:
        results.put(line)
    time.sleep(1)
    leave()


# %% wrong: stayed
def report(results, lines, leave):
    for line in lines:
        results.put(line)
