# %% right: a lock of mp
def count(text, counts, lock):
    for word in text.split():
        lock.acquire()
        try:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
        finally:
            lock.release()


def count_words(mp, texts):
    lock = mp.Lock()
    with mp.Manager() as m:
        counts = m.dict()
        ps = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return dict(counts)


# %% right: a sheet in a queue
def count(text, sheets):
    mine = {}
    for word in text.split():
        mine[word] = mine.get(word, 0) + 1
    sheets.put(mine)


def count_words(mp, texts):
    sheets = mp.Queue()
    for text in texts:
        mp.Process(target=count, args=(text, sheets)).start()
    total = {}
    for _ in texts:
        for word, number in sheets.get().items():
            total[word] = total.get(word, 0) + number
    return total


# %% right: the lock around the whole text
def count(text, counts, lock):
    with lock:
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1


def count_words(mp, texts):
    with mp.Manager() as m:
        counts, lock = m.dict(), m.RLock()
        ps = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return counts.copy()


# %% wrong: setdefault helps nobody
def count(text, counts):
    for word in text.split():
        counts.setdefault(word, 0)
        counts[word] += 1


def count_words(mp, texts):
    with mp.Manager() as m:
        counts = m.dict()
        ps = [mp.Process(target=count, args=(text, counts)) for text in texts]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return counts.copy()


# %% wrong: read under the lock, written after it
def count(text, counts, lock):
    for word in text.split():
        with lock:
            before = counts.get(word, 0)
        with lock:
            counts[word] = before + 1


def count_words(mp, texts):
    with mp.Manager() as m:
        counts, lock = m.dict(), m.Lock()
        ps = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        return counts.copy()
