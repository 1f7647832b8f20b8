# %% right: a file for each text
# A file of its own for each child, in a folder that lives until all are joined: nobody shares anything.
import os
import tempfile


def count(text, path):
    with open(path, "w") as file:
        file.write(str(len(text.split())))


def count_words(mp, texts):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, str(place)) for place in range(len(texts))]
        children = [mp.Process(target=count, args=pair) for pair in zip(texts, paths)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        total = 0
        for path in paths:
            with open(path) as file:
                total += int(file.read())
        return total


# %% right: a slot for each text
# Each child writes into its own place of one shared array, so no update can be lost; read after join.
def count(text, found, place):
    found[place] = len(text.split())


def count_words(mp, texts):
    found = mp.Array("i", max(len(texts), 1))
    children = [mp.Process(target=count, args=(t, found, i)) for i, t in enumerate(texts)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return sum(found[:])


# %% wrong: run instead of start
# run() does the work in the parent. The number is right, and there was no child.
def count(text, found):
    found.append(len(text.split()))


def count_words(mp, texts):
    found = []
    children = [mp.Process(target=count, args=(text, found)) for text in texts]
    for child in children:
        child.run()
    return sum(found)


# %% wrong: the exit code carries the number
# An exit code is one byte: a text of 300 words counts as 44.
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


# %% wrong: += on a shared number
# `found.value += n` reads, adds and writes. Two children can read the same old number: an update is lost.
def count(text, found):
    found.value += len(text.split())


def count_words(mp, texts):
    found = mp.Value("i", 0)
    children = [mp.Process(target=count, args=(text, found)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return found.value
