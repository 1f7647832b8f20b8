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


# %% second (one by one)
def count_words(mp, texts):
    total = mp.Value("i", 0)
    for text in texts:
        child = mp.Process(target=count, args=(text, total), name="an assistant")
        child.start()
        child.join()
    return total.value


def count(text, total):
    total.value += len(text.split())


# %% second (a place for each child)
def count(text, place, numbers):
    numbers[place] = len(text.split())


def count_words(mp, texts):
    numbers = mp.Array("i", len(texts))
    children = [mp.Process(target=count, args=(t, i, numbers)) for i, t in enumerate(texts)]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        children[0].join(0.01)
    return sum(numbers)


# %% second (files)
import os
import tempfile


def count(text, file):
    with open(file, "w") as sheet:
        sheet.write(str(len(text.split())))


def count_words(mp, texts):
    with tempfile.TemporaryDirectory() as desk:
        files = [os.path.join(desk, str(place)) for place, _ in enumerate(texts)]
        pairs = zip(texts, files)
        children = [mp.Process(target=count, args=pair) for pair in pairs]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return sum(int(open(file).read()) for file in files)


# %% second (added up by the parent, in a Value)
def count(text, found):
    found.put(len(text.split()))


def count_words(mp, texts):
    found, total = mp.Queue(), mp.Value("i", 0)
    for text in texts:
        mp.Process(target=count, args=(text, found)).start()
    for _ in texts:
        total.value += found.get()
    return total.value


# %% second (looked at after the update)
def count(text, total):
    with total.get_lock():
        total.value += len(text.split())
    print("so far", total.value)


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


# %% wrong: read-too-early (by the clock)
import time


def count(text, total):
    with total.get_lock():
        total.value += len(text.split())


def count_words(mp, texts):
    total = mp.Value("i", 0)
    for text in texts:
        mp.Process(target=count, args=(text, total)).start()
    time.sleep(0.5)
    return total.value


# %% wrong: too-few-children
def count_all(texts, found):
    found.put(sum(len(text.split()) for text in texts))


def count_words(mp, texts):
    found = mp.Queue()
    mp.Process(target=count_all, args=(texts, found)).start()
    return found.get()


# %% wrong: idle-children
def count(text):
    len(text.split())


def count_words(mp, texts):
    children = [mp.Process(target=count, args=(text,)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return sum(len(text.split()) for text in texts)


# %% wrong: lost-update (added at leisure)
def count(text, total):
    before = total.value
    total.value = before + len(text.split())


def count_words(mp, texts):
    total = mp.Value("i", 0)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: came-too-late
import time


def count(text, found):
    found.append(len(text.split()))


def count_words(mp, texts):
    with mp.Manager() as manager:
        found = manager.list()
        for text in texts:
            mp.Process(target=count, args=(text, found)).start()
        time.sleep(0.4)
        return sum(found)


# %% wrong: lost-update (in an Array)
def count(text, total):
    total[0] += len(text.split())


def count_words(mp, texts):
    total = mp.Array("i", 1)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total[0]


# %% wrong: lost-update (a lock that is given back before)
def count(text, total, lock):
    with lock:
        number = len(text.split())
    total.value += number


def count_words(mp, texts):
    total, lock = mp.Value("i", 0), mp.Lock()
    children = [mp.Process(target=count, args=(text, total, lock)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: lost-update (a semaphore for two)
def count(text, total, room):
    with room:
        total.value += len(text.split())


def count_words(mp, texts):
    total, room = mp.Value("i", 0), mp.Semaphore(2)
    children = [mp.Process(target=count, args=(text, total, room)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: lost-update (memory without a lock)
def count(text, total):
    total.value += len(text.split())


def count_words(mp, texts):
    total = mp.RawValue("i", 0)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value
