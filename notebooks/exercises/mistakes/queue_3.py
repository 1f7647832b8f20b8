# %% second
def post(letters, size):
    letters.put(b"x" * size)


def collect(mp, sizes):
    letters = mp.Queue()
    for size in sizes:
        mp.Process(target=post, args=(letters, size)).start()
    lengths = []
    while len(lengths) < len(sizes):
        lengths.append(len(letters.get()))
    return sum(lengths)  # the end of the block, or of the program, joins


# %% wrong: joined-first
def collect(mp, sizes):
    letters = mp.Queue()
    total = 0
    for size in sizes:
        child = mp.Process(target=post, args=(letters, size))
        child.start()
        child.join()
        total += len(letters.get())
    return total


# %% wrong: let-go
def post(letters, size):
    letters.cancel_join_thread()
    letters.put(bytes(size))


# %% wrong: stopped-the-postman
def collect(mp, sizes):
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    for child in children:
        child.join(0.3)
        child.terminate()
    return sum(len(letters.get()) for _ in sizes)


# %% wrong: asked-empty
import time


def post(letters, size):
    time.sleep(0.1)
    letters.put(bytes(size))


def collect(mp, sizes):
    letters, total = mp.Queue(), 0
    for size in sizes:
        mp.Process(target=post, args=(letters, size)).start()
    while not letters.empty():
        total += len(letters.get())
    return total


# %% wrong: gave-up
import queue
import time


def post(letters, size):
    time.sleep(0.1)
    letters.put(bytes(size))


def collect(mp, sizes):
    letters, total = mp.Queue(), 0
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    try:
        while True:
            total += len(letters.get(timeout=0.001))
    except queue.Empty:
        return total


# %% wrong: too-few
def collect(mp, sizes):
    letters = mp.Queue()
    for size in sizes:
        mp.Process(target=post, args=(letters, size)).start()
    return len(letters.get())


# %% wrong: joined-with-a-limit
def collect(mp, sizes):
    letters = mp.Queue()
    children = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=1)
    return sum(len(letters.get()) for _ in sizes)


# %% wrong: sent-a-number
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


# %% wrong: asked-empty (by the clock)
import time


def collect(mp, sizes):
    letters, total = mp.Queue(), 0
    for size in sizes:
        mp.Process(target=post, args=(letters, size)).start()
    time.sleep(0.5)
    while not letters.empty():
        total += len(letters.get())
    return total


# %% wrong: too-few-children
def post_all(letters, sizes):
    for size in sizes:
        letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    mp.Process(target=post_all, args=(letters, sizes)).start()
    return sum(len(letters.get()) for _ in sizes)
