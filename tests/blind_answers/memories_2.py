# %% right: a pipe for each
def count(text, line):
    line.send(len(text.split()))
    line.close()


def count_words(mp, texts):
    total, lines = 0, []
    for text in texts:
        mine, yours = mp.Pipe(duplex=False)
        child = mp.Process(target=count, args=(text, yours))
        child.start()
        yours.close()
        lines.append(mine)
    for line in lines:
        total += line.recv()
    return total


# %% right: a managed list
def count(text, found):
    found.append(len(text.split()))


def count_words(mp, texts):
    with mp.Manager() as manager:
        found = manager.list()
        children = [mp.Process(target=count, args=(text, found)) for text in texts]
        for c in children:
            c.start()
        for c in children:
            c.join()
        return sum(found)


# %% right: a Value and a lock of its own
def count(text, total, lock):
    number = len(text.split())
    with lock:
        total.value += number


def count_words(mp, texts):
    total, lock = mp.Value("i", 0), mp.Lock()
    children = [mp.Process(target=count, args=(text, total, lock)) for text in texts]
    for c in children:
        c.start()
    for c in children:
        c.join()
    return total.value


# %% wrong: a managed list, and a nap
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


# %% wrong: only the lines of the first
def count(text, found):
    found.put(len(text))


def count_words(mp, texts):
    found = mp.Queue()
    for text in texts:
        mp.Process(target=count, args=(text, found)).start()
    return sum(found.get() for text in texts)


# %% wrong: no lock
def count(text, total):
    number = len(text.split())
    total.value = total.value + number


def count_words(mp, texts):
    total = mp.Value("i", 0)
    children = [mp.Process(target=count, args=(text, total)) for text in texts]
    for c in children:
        c.start()
    for c in children:
        c.join()
    return total.value
