# %% right: a thread empties the box
# While the parent waits for its children, a thread of the parent takes the letters.
from threading import Thread


def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    found = []
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    opener = Thread(target=lambda: found.extend(len(letters.get()) for _ in sizes))
    opener.start()
    for child in children:
        child.join()
    opener.join()
    return sum(found)


# %% right: the box stands elsewhere
# A manager's queue takes each letter at once, whatever its size: then join may come first.
def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    with mp.Manager() as manager:
        letters = manager.Queue()
        children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return sum(len(letters.get()) for _ in sizes)


# %% right: open the box as long as somebody is out
# A child that has ended has written all of its letter. Nobody out and nothing there: that was all.
import queue


def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    total = 0
    while any(child.is_alive() for child in children) or not letters.empty():
        try:
            total += len(letters.get(timeout=0.05))
        except queue.Empty:
            pass
    return total


# %% wrong: wait a moment, then take what is there
# Half a second is enough on a good day. A letter that is late is not counted.
import time


def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    time.sleep(0.5)
    total = 0
    while not letters.empty():
        total += len(letters.get())
    for child in children:
        child.join()
    return total


# %% wrong: post the size instead of the letter
# A number is small enough for every pipe. No letter was posted.
def post(letters, size):
    letters.put(size)


def collect(mp, sizes):
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return sum(letters.get() for _ in sizes)
