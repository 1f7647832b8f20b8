def index_of(mp, sender, records):
    """Return, for each word, the sorted names of the texts that have it."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=sender, args=(yours, records))
    child.start()
    index = {}
    while (record := mine.recv()) is not None:
        name, words = record
        for word in words:
            index.setdefault(word, []).append(name)
    child.join()
    return index
