# %% second
def write(pair, between, values):
    for value in values:
        with pair.get_lock():
            pair[0] = value
            between()
            pair[1] = value


def read(pair, between, line):
    seen = []
    for _ in range(3):
        pair.get_lock().acquire()
        first = pair[0]
        between()
        seen.append([first, pair[1]])
        pair.get_lock().release()
    line.send(seen)


def watch(mp, between, values):
    pair = mp.Array("i", 2)  # it brings its own lock
    mine, yours = mp.Pipe()
    children = [
        mp.Process(target=read, args=(pair, between, yours)),
        mp.Process(target=write, args=(pair, between, values)),
    ]
    for child in children:
        child.start()
    seen = mine.recv()
    for child in children:
        child.join()
    return [*seen, pair[:]]


# %% wrong: no-lock
def write(pair, lock, between, values):
    for value in values:
        pair[0] = value
        between()
        pair[1] = value


def read(pair, lock, between, seen):
    for n in (0, 2, 4):
        first = pair[0]
        between()
        seen[n : n + 2] = first, pair[1]


# %% wrong: reader-without
def read(pair, lock, between, seen):
    for n in (0, 2, 4):
        first = pair[0]
        between()
        seen[n : n + 2] = first, pair[1]


# %% wrong: writer-without
def write(pair, lock, between, values):
    for value in values:
        pair[0] = value
        between()
        pair[1] = value


# %% wrong: a-lock-each
def watch(mp, between, values):
    pair, seen = mp.Array("i", 2, lock=False), mp.Array("i", 6, lock=False)
    locks = mp.Lock(), mp.Lock()
    writer = mp.Process(target=write, args=(pair, locks[0], between, values))
    reader = mp.Process(target=read, args=(pair, locks[1], between, seen))
    writer.start()
    reader.start()
    writer.join()
    reader.join()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]


# %% wrong: lock-each-half
def write(pair, lock, between, values):
    for value in values:
        with lock:
            pair[0] = value
        between()
        with lock:
            pair[1] = value


def read(pair, lock, between, seen):
    for n in (0, 2, 4):
        with lock:
            first = pair[0]
        between()
        with lock:
            second = pair[1]
        seen[n : n + 2] = first, second


# %% wrong: lock-each-half (the lock that an Array takes by itself)
def watch(mp, between, values):
    pair, seen = mp.Array("i", 2), mp.Array("i", 6, lock=False)
    writer = mp.Process(target=plain_write, args=(pair, between, values))
    reader = mp.Process(target=plain_read, args=(pair, between, seen))
    writer.start()
    reader.start()
    writer.join()
    reader.join()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]


def plain_write(pair, between, values):
    for value in values:
        pair[0] = value
        between()
        pair[1] = value


def plain_read(pair, between, seen):
    for n in (0, 2, 4):
        first = pair[0]
        between()
        seen[n : n + 2] = first, pair[1]


# %% wrong: nothing-between
def write(pair, lock, between, values):
    for value in values:
        pair[0] = pair[1] = value


# %% wrong: changed-a-copy
def watch(mp, between, values):
    pair, seen, lock = [0, 0], mp.Array("i", 6, lock=False), mp.Lock()
    writer = mp.Process(target=write, args=(pair, lock, between, values))
    reader = mp.Process(target=read, args=(pair, lock, between, seen))
    writer.start()
    reader.start()
    writer.join()
    reader.join()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]


# %% wrong: looked-too-early
def watch(mp, between, values):
    pair, seen = mp.Array("i", 2, lock=False), mp.Array("i", 6, lock=False)
    lock = mp.Lock()
    mp.Process(target=write, args=(pair, lock, between, values)).start()
    mp.Process(target=read, args=(pair, lock, between, seen)).start()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]
