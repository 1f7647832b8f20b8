# %% second
from multiprocessing.connection import wait


def one(mp, parser, text):
    """A parser for each text, and another one if it dies."""
    while True:
        mine, yours = mp.Pipe()
        child = mp.Process(target=parser, args=(yours,))
        child.start()
        yours.close()
        try:
            mine.send(text)
            wait([mine, child.sentinel])
            words = mine.recv()
        except (EOFError, OSError):
            child.join()
            continue
        try:
            mine.send(None)
        except OSError:
            pass
        child.join()
        return words


def index_of(mp, parser, texts):
    split = {name: set(one(mp, parser, text)) for name, text in texts.items()}
    words = set().union(*split.values())
    return {word: [name for name in sorted(split) if word in split[name]] for word in words}


# %% wrong: waited-for-the-dead under spawn
def hire(mp, parser):
    mine, yours = mp.Pipe()
    child = mp.Process(target=parser, args=(yours,))
    child.start()
    return child, mine, yours


def index_of(mp, parser, texts):
    child, line, other = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        line.send(text)
        try:
            words = line.recv()
        except EOFError:
            child, line, other = hire(mp, parser)
            line.send(text)
            words = line.recv()
        for word in words:
            index.setdefault(word, set()).add(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: eof-not-caught under spawn
def index_of(mp, parser, texts):
    child, line = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        line.send(text)
        for word in line.recv():
            index.setdefault(word, set()).add(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: send-not-guarded under spawn
def index_of(mp, parser, texts):
    child, line = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        line.send(text)
        try:
            words = line.recv()
        except (EOFError, OSError):
            child.join()
            child, line = hire(mp, parser)
            line.send(text)
            words = line.recv()
        for word in words:
            index.setdefault(word, set()).add(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: lost-a-text under spawn
def index_of(mp, parser, texts):
    child, line = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        try:
            line.send(text)
            words = line.recv()
        except (EOFError, OSError):
            child.join()
            child, line = hire(mp, parser)
            continue
        for word in words:
            index.setdefault(word, set()).add(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: named-twice under spawn
def index_of(mp, parser, texts):
    child, line = hire(mp, parser)
    index, todo = {}, list(texts)
    while todo:
        name = todo.pop(0)
        try:
            line.send(texts[name])
            words = set(line.recv())
        except (EOFError, OSError):
            child.join()
            child, line = hire(mp, parser)
            todo = list(texts)
            continue
        for word in words:
            index.setdefault(word, []).append(name)
    line.send(None)
    child.join()
    return {word: sorted(names) for word, names in index.items()}


# %% wrong: never-sent-home under spawn
def index_of(mp, parser, texts):
    child, line = hire(mp, parser)
    index = {}
    for name, text in texts.items():
        line.send(text)
        for word in line.recv():
            index.setdefault(word, set()).add(name)
    child.join()
    return {word: sorted(names) for word, names in index.items()}
