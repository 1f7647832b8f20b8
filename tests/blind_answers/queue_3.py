# %% right: get between start and join
def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    postmen = []
    for size in sizes:
        postman = mp.Process(target=post, args=(letters, size))
        postman.start()
        postmen.append(postman)
    total = 0
    while postmen:
        total += len(letters.get())
        postmen.pop()
    return total


# %% right: one after the other, drained
def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    total = 0
    for size in sizes:
        letters = mp.Queue()
        p = mp.Process(target=post, args=(letters, size))
        p.start()
        total += len(letters.get())
        p.join()
    return total


# %% wrong: until it is empty
def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters = mp.Queue()
    for size in sizes:
        mp.Process(target=post, args=(letters, size)).start()
    total = len(letters.get())
    while not letters.empty():
        total += len(letters.get())
    return total


# %% wrong: join, get, join, get
def post(letters, size):
    letters.put(bytes(size))


def collect(mp, sizes):
    letters, total = mp.Queue(), 0
    ps = [mp.Process(target=post, args=(letters, size)) for size in sizes]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
        total += len(letters.get())
    return total
