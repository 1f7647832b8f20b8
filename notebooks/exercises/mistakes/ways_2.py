# %% second
def count(text, line):
    line.send(len(text.split()))


def count_words(mp, texts):
    readers, workers = [], []
    for text in texts:
        reader, writer = mp.Pipe(duplex=False)
        workers.append(mp.Process(target=count, args=(text, writer)))
        workers[-1].start()
        readers.append(reader)
    counts = [reader.recv() for reader in readers]
    for worker in workers:
        worker.join()
    return counts


# %% wrong: still-global
counts = {}


def keep(number, text):
    counts[number] = len(text.split())


def count_words(mp, texts):
    workers = [mp.Process(target=keep, args=pair) for pair in enumerate(texts)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [counts.get(number) for number in range(len(texts))]


# %% wrong: one-by-one
def count_words(mp, texts):
    results, counts = mp.Queue(), {}
    for number, text in enumerate(texts):
        worker = mp.Process(target=count, args=(number, text, results))
        worker.start()
        counts.update([results.get()])
        worker.join()
    return [counts[number] for number in range(len(texts))]


# %% wrong: at-home
def count_words(mp, texts):
    return [len(text.split()) for text in texts]


# %% wrong: one-child
def count_all(texts, results):
    results.put([len(text.split()) for text in texts])


def count_words(mp, texts):
    results = mp.Queue()
    worker = mp.Process(target=count_all, args=(texts, results))
    worker.start()
    counts = results.get()
    worker.join()
    return counts


# %% wrong: never-joined
def count_words(mp, texts):
    results = mp.Queue()
    workers = [mp.Process(target=count, args=(*pair, results)) for pair in enumerate(texts)]
    for worker in workers:
        worker.start()
    counts = dict(results.get() for _ in workers)
    return [counts[number] for number in range(len(texts))]


# %% wrong: backwards
def count_words(mp, texts):
    results = mp.Queue()
    workers = [mp.Process(target=count, args=(*pair, results)) for pair in enumerate(texts)]
    for worker in workers:
        worker.start()
    counts = dict(results.get() for _ in workers)
    for worker in workers:
        worker.join()
    return [counts[number] for number in sorted(counts, reverse=True)]
