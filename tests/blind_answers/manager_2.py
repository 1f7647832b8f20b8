# %% right: a token in a queue
# There is one token. Who has it may write; the others wait until it is back. A lock by another name.
def count(text, counts, token):
    for word in text.split():
        mine = token.get()
        counts[word] = counts.get(word, 0) + 1
        token.put(mine)


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts, token = manager.dict(), manager.Queue()
        token.put("you may write")
        children = [mp.Process(target=count, args=(text, counts, token)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


# %% right: a sheet for each, added up by the parent
# Each child hands in a count of its own; only the parent adds, when all are back. Nothing is updated twice.
from collections import Counter


def count(text, sheets):
    sheets.append(dict(Counter(text.split())))


def count_words(mp, texts):
    with mp.Manager() as manager:
        sheets = manager.list()
        children = [mp.Process(target=count, args=(text, sheets)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return dict(sum((Counter(sheet) for sheet in sheets), Counter()))


# %% wrong: only the writing is locked
# Two children read the same old number before either has the lock. The second one overwrites the first.
def count(text, counts, lock):
    for word in text.split():
        number = counts.get(word, 0)
        with lock:
            counts[word] = number + 1


def count_words(mp, texts):
    lock = mp.Lock()
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


# %% wrong: a lock of the module
# Under fork all children have this lock; under spawn each one makes its own, and locks nobody out.
import multiprocessing

lock = multiprocessing.Lock()


def count(text, counts):
    for word in text.split():
        with lock:
            counts[word] = counts.get(word, 0) + 1


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(text, counts)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


# %% wrong: setdefault, then +=
# It looks shorter; it is still a read and a write, and another child fits between them.
def count(text, counts):
    for word in text.split():
        counts.setdefault(word, 0)
        counts[word] += 1


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(text, counts)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()
