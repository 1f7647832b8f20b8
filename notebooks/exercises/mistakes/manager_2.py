# %% second
from collections import Counter


def count(text, parts):
    parts.append(Counter(text.split()))  # count at home, one request for the result


def count_words(mp, texts):
    with mp.Manager() as manager:
        parts = manager.list()
        children = [mp.Process(target=count, args=(text, parts)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return dict(sum(parts[:], Counter()))


# %% second (keys of their own)
def count_words(mp, texts):
    with mp.Manager() as manager:
        parts = manager.dict()
        for number, text in enumerate(texts):
            mp.Process(target=count, args=(number, text, parts)).start()
        for child in mp.active_children():
            if child.name.startswith("SyncManager"):
                continue
            child.join()
        return total(parts.values())


def count(number, text, parts):
    parts[number] = {word: text.split().count(word) for word in text.split()}


def total(parts):
    words = sorted({word for part in parts for word in part})
    return {word: sum(part.get(word, 0) for part in parts) for word in words}


# %% second (read and written, each its own keys)
def count(number, text, counts):
    for word in text.split():
        counts[(number, word)] = counts.get((number, word), 0) + 1


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(n, t, counts)) for n, t in enumerate(texts)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        total = {}
        for (_, word), number in counts.items():
            total[word] = total.get(word, 0) + number
        return total


# %% wrong: lost-update
def count(text, counts, lock):
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1


# %% wrong: lost-update (a lock for the write alone)
def count(text, counts, lock):
    for word in text.split():
        new = counts.get(word, 0) + 1
        with lock:
            counts[word] = new


# %% wrong: plain-dict
def count_words(mp, texts):
    counts, lock = {}, mp.Lock()
    children = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return counts


# %% wrong: returned-proxy
def count_words(mp, texts):
    with mp.Manager() as manager:
        counts, lock = manager.dict(), manager.Lock()
        children = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts


# %% wrong: read-too-early
def count_words(mp, texts):
    with mp.Manager() as manager:
        counts, lock = manager.dict(), mp.Lock()
        children = [mp.Process(target=slow_count, args=(text, counts, lock)) for text in texts]
        for child in children:
            child.start()
        home = counts.copy()
        while any(child.is_alive() for child in children):
            pass
        return home


def slow_count(text, counts, lock):
    import time

    time.sleep(0.1)
    count(text, counts, lock)


# %% wrong: children-outlived-it
def count_words(mp, texts):
    with mp.Manager() as manager:
        counts, lock = manager.dict(), mp.Lock()
        for text in texts:
            mp.Process(target=slow_count, args=(text, counts, lock)).start()
        return counts.copy()


def slow_count(text, counts, lock):
    import time

    time.sleep(0.1)
    count(text, counts, lock)


# %% wrong: copy-changed
def count(text, counts, lock):
    with lock:
        mine = counts.copy()
        for word in text.split():
            mine[word] = mine.get(word, 0) + 1


# %% wrong: own-lock
def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        locks = [manager.Lock() for _ in texts]
        shared = zip(texts, locks, strict=True)
        children = [mp.Process(target=count, args=(text, counts, lock)) for text, lock in shared]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


def count(text, counts, lock):
    for word in text.split():
        with lock:
            counts[word] = counts.get(word, 0) + 1


# %% wrong: unseen-lock (made in the child)
import multiprocessing


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(text, counts)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


def count(text, counts):
    lock = multiprocessing.Lock()
    for word in text.split():
        with lock:
            counts[word] = counts.get(word, 0) + 1


# %% wrong: unseen-lock (of the file)
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


# %% wrong: own-lock (two locks dealt out)
def count_words(mp, texts):
    with mp.Manager() as manager:
        counts, locks = manager.dict(), [manager.Lock(), manager.Lock()]
        children = [
            mp.Process(target=count, args=(text, counts, locks[place % 2]))
            for place, text in enumerate(texts)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()


# %% wrong: lost-update (copied and updated)
def count(text, counts, lock):
    mine = counts.copy()
    for word in text.split():
        mine[word] = mine.get(word, 0) + 1
    counts.update(mine)


# %% wrong: too-few-children
def count_all(texts, counts):
    for text in texts:
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1


def count_words(mp, texts):
    with mp.Manager() as manager:
        counts = manager.dict()
        child = mp.Process(target=count_all, args=(texts, counts))
        child.start()
        child.join()
        return counts.copy()
