# %% second
def count(text, total):
    words = len(text.split())
    with total.get_lock():
        total.value += words


def count_words(mp, texts):
    total = mp.Value("i", 0)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: changed-a-copy
def count(text, found):
    found.append(len(text.split()))


def count_words(mp, texts):
    found = []
    children = [mp.Process(target=count, args=(text, found)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return sum(found)


# %% wrong: changed-a-copy (a global)
total = 0


def count(text):
    global total
    total += len(text.split())


def count_words(mp, texts):
    children = [mp.Process(target=count, args=(text,)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total


# %% wrong: returned-to-nobody
def count(text):
    return len(text.split())


def count_words(mp, texts):
    total = 0
    for text in texts:
        child = mp.Process(target=count, args=(text,))
        child.start()
        total += child.join() or 0
    return total


# %% wrong: no-children
def count_words(mp, texts):
    return sum(len(text.split()) for text in texts)


# %% wrong: exit-code-as-letter
import sys


def count(text):
    sys.exit(len(text.split()))


def count_words(mp, texts):
    children = [mp.Process(target=count, args=(text,)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return sum(child.exitcode for child in children)


# %% wrong: lost-update
def count(text, total):
    total.value += len(text.split())


def count_words(mp, texts):
    total = mp.Value("i", 0)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: read-too-early
import time


def count(text, total):
    time.sleep(0.1)
    with total.get_lock():
        total.value += len(text.split())


def count_words(mp, texts):
    total = mp.Value("i", 0)
    for text in texts:
        mp.Process(target=count, args=(text, total)).start()
    return total.value


# %% wrong: one-for-all
def count_words(mp, texts):
    found = mp.Queue()
    for text in texts:
        mp.Process(target=count, args=(text, found)).start()
    return found.get()
