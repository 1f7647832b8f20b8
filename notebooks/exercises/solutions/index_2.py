def answers(mp, worker, texts):
    """Return what the worker answers to each text, in the order of the texts."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=worker, args=(yours,))
    child.start()
    found = []
    for text in texts:
        mine.send(text)  # the worker is idle: it takes the text, however long it is
        found.append(mine.recv())  # and is never left with an answer that nobody takes
    mine.send(None)
    child.join()
    return found
