def hire(mp, parser):
    """Start a parser; return it with the parent's end of its line."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=parser, args=(yours,))
    child.start()
    yours.close()  # now the child's end is its own, and its death is an end of file
    return child, mine


def index_of(mp, parser, texts):
    """Return, for each word, the sorted names of the texts that have it."""
    child, line = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        words = None
        while words is None:  # the text is forgotten when its answer is there
            try:
                line.send(text)  # it may have died before
                words = line.recv()  # ... or now
            except (EOFError, OSError):
                child.join()
                child, line = hire(mp, parser)
        for word in words:
            index.setdefault(word, set()).add(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}
