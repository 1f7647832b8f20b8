# %% second
def kept(mp, network):
    box = mp.SimpleQueue()
    mp.Process(target=network, args=(box,)).start()
    turns, lines = [0], []
    for turn, line in iter(box.get, None):
        if turn >= max(turns):
            lines += [line]
        turns.append(turn)
    return lines


# %% wrong: took-all
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    return [line for turn, line in iter(box.get, None)]


# %% wrong: sorted-first
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    messages = list(iter(box.get, None))
    lines, newest = [], 0
    for turn, line in sorted(messages, key=lambda it: it[0]):
        if turn >= newest:
            newest = turn
            lines.append(line)
    return lines


# %% wrong: only-the-last
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    messages = list(iter(box.get, None))
    newest = max(turn for turn, _ in messages)
    return [line for turn, line in messages if turn == newest]


# %% wrong: one-line-each
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    lines, newest = [], 0
    for turn, line in iter(box.get, None):
        if turn > newest:
            newest = turn
            lines.append(line)
    return lines


# %% wrong: forgot-the-newest
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    lines, newest = [], 0
    for turn, line in iter(box.get, None):
        if turn >= newest:
            lines.append(line)
        newest = turn
    return lines


# %% wrong: never-stopped
def kept(mp, network):
    box = mp.Queue()
    mp.Process(target=network, args=(box,)).start()
    lines, newest = [], 0
    while True:
        message = box.get()
        if message and message[0] >= newest:
            newest = message[0]
            lines.append(message[1])
    return lines
