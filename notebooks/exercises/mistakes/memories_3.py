# %% second
def greet(line):
    words, name = line.recv()
    line.send(f"{words}, {name}")


def greet_all(mp, words, names):
    lines = []
    for name in names:
        mine, yours = mp.Pipe()
        mp.Process(target=greet, args=(yours,)).start()
        mine.send((words, name))
        lines.append(mine)
    return sorted(line.recv() for line in lines)


# %% wrong: relied-on-a-copy under spawn
greeting = "Hello"


def greet(name, letters):
    letters.put(f"{greeting}, {name}")


def greet_all(mp, words, names):
    global greeting
    greeting = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: missing-name under spawn
def greet(name, letters):
    letters.put(f"{greeting}, {name}")


def greet_all(mp, words, names):
    global greeting
    greeting = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: bound-too-early
greeting = "Hello"


def greet(name, letters, words=greeting):
    letters.put(f"{words}, {name}")


def greet_all(mp, words, names):
    global greeting
    greeting = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: by-environment under forkserver
import os


def greet(name, letters):
    letters.put(f"{os.environ['GREETING']}, {name}")


def greet_all(mp, words, names):
    os.environ["GREETING"] = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: chose-fork
import multiprocessing


def greet_all(mp, words, names):
    mp = multiprocessing.get_context("fork")
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(words, name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: not-sorted
def greet_all(mp, words, names):
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(words, name, letters)).start()
    return sorted((letters.get() for _ in names), reverse=True)


# %% wrong: too-few-children
def greet_everybody(words, names, letters):
    for name in names:
        letters.put(f"{words}, {name}")


def greet_all(mp, words, names):
    letters = mp.Queue()
    mp.Process(target=greet_everybody, args=(words, names, letters)).start()
    return sorted(letters.get() for _ in names)
