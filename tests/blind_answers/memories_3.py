# %% right: a partial as target
# The words travel inside the target, which is pickled with the arguments.
from functools import partial


def greet(words, name, letters):
    letters.put(f"{words}, {name}")


def greet_all(mp, words, names):
    letters = mp.Queue()
    sing = partial(greet, words)
    for name in names:
        mp.Process(target=sing, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% right: a singer is an object
# The target is an object with the words as an attribute; it is pickled as any argument.
class Singer:
    def __init__(self, words):
        self.words = words

    def __call__(self, name, letters):
        letters.put(self.words + ", " + name)


def greet_all(mp, words, names):
    letters = mp.Queue()
    choir = [mp.Process(target=Singer(words), args=(name, letters)) for name in names]
    for child in choir:
        child.start()
    greetings = [letters.get() for child in choir]
    for child in choir:
        child.join()
    return sorted(greetings)


# %% right: the words come by post
# Each child finds its words in a queue of their own: one copy for each.
def greet(name, sheets, letters):
    words = sheets.get()
    letters.put(f"{words}, {name}")


def greet_all(mp, words, names):
    sheets, letters = mp.Queue(), mp.Queue()
    for name in names:
        sheets.put(words)
        mp.Process(target=greet, args=(name, sheets, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: an environment variable under forkserver
# fork and spawn hand the environment on; the children of a fork server have that of the server.
import os


def greet(name, letters):
    letters.put(f"{os.environ.get('CHOIR_SINGS', 'Hello')}, {name}")


def greet_all(mp, words, names):
    os.environ["CHOIR_SINGS"] = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)


# %% wrong: always fork
# It goes round the question: whoever asks for spawn gets fork, and on Windows nothing at all.
import multiprocessing

greeting = "Hello"


def greet(name, letters):
    letters.put(f"{greeting}, {name}")


def greet_all(mp, words, names):
    global greeting
    greeting = words
    mp = multiprocessing.get_context("fork")
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)
