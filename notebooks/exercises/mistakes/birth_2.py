# %% second
def pay(amount, total):
    with total.get_lock():
        total.value += amount


def takings(mp, amounts):
    total = mp.Value("i", 0)  # it has a lock of its own, and this function keeps both
    children = [mp.Process(target=pay, args=(amount, total)) for amount in amounts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: vanished under spawn
def open_till(mp, total, amounts):
    lock = mp.Lock()
    children = [mp.Process(target=pay, args=(amount, lock, total)) for amount in amounts]
    for child in children:
        child.start()
    return children, None


# %% wrong: vanished (made on the spot) under spawn
def pay(amount, lock, total):
    with lock:
        total.value = total.value + amount


def takings(mp, amounts):
    total = mp.RawValue("i", 0)
    children = []
    for amount, lock in zip(amounts, [mp.Lock()] * len(amounts)):
        children.append(mp.Process(target=pay, args=(amount, lock, total)))
    del lock
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: no-lock
def pay(amount, lock, total):
    total.value = total.value + amount


# %% wrong: no-lock (the value's own, twice)
def pay(amount, total):
    total.value += amount


def takings(mp, amounts):
    total = mp.Value("i", 0)
    children = [mp.Process(target=pay, args=(amount, total)) for amount in amounts]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: a-lock-each
def takings(mp, amounts):
    total = mp.RawValue("i", 0)
    locks = [mp.Lock() for _ in amounts]
    children = [
        mp.Process(target=pay, args=(amount, lock, total)) for amount, lock in zip(amounts, locks)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return total.value


# %% wrong: one-by-one
def takings(mp, amounts):
    total, lock = mp.RawValue("i", 0), mp.Lock()
    for amount in amounts:
        child = mp.Process(target=pay, args=(amount, lock, total))
        child.start()
        child.join()
    return total.value


# %% wrong: read-too-early under spawn
kept = []


def takings(mp, amounts):
    total = mp.RawValue("i", 0)
    kept.extend(open_till(mp, total, amounts))
    return total.value


# %% wrong: changed-a-copy
def pay(amount, lock, total):
    with lock:
        total[0] = total[0] + amount


def takings(mp, amounts):
    total = [0]
    children, _lock = open_till(mp, total, amounts)
    for child in children:
        child.join()
    return total[0]
