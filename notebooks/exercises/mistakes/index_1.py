# %% second
def index_of(mp, sender, records):
    mine, yours = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    texts = dict(iter(mine.recv, None))  # the second of a name replaces the first
    child.join()
    words = sorted({word for found in texts.values() for word in found})
    return {word: [name for name in sorted(texts) if word in texts[name]] for word in words}


# %% wrong: named-twice under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while (record := mine.recv()) is not None:
        name, words = record
        for word in set(words):
            index.setdefault(word, []).append(name)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: in-order-of-arrival under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while (record := mine.recv()) is not None:
        name, words = record
        for word in words:
            names = index.setdefault(word, [])
            if name not in names:
                names.append(name)
    child.join()
    return index


# %% wrong: lost-a-text (a word is known) under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while (record := mine.recv()) is not None:
        name, words = record
        for word in words:
            index.setdefault(word, [name])
    child.join()
    return index


# %% wrong: lost-a-text (the last one wins) under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while (record := mine.recv()) is not None:
        name, words = record
        index.update({word: [name] for word in words})
    child.join()
    return index


# %% wrong: not-turned-round under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = dict(iter(mine.recv, None))
    child.join()
    return index


# %% wrong: no-end under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while True:
        record = mine.recv()
        for word in record[1] if record else ():
            index.setdefault(word, set()).add(record[0])
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: joined-first under spawn
def index_of(mp, sender, records):
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    child.join()
    index = {}
    while (record := mine.recv()) is not None:
        for word in record[1]:
            index.setdefault(word, set()).add(record[0])
    return {word: sorted(names) for word, names in index.items()}
