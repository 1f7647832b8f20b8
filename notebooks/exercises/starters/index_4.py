def index_of(mp, parser, texts):
    """Return, for each word, the sorted names of the texts that have it."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=parser, args=(yours,))
    child.start()
    index = {}
    for name, text in texts.items():
        mine.send(text)
        for word in mine.recv():
            index.setdefault(word, set()).add(name)
    mine.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}
