# %% right: the parent listens first
def other_side(line, size):
    line.send(bytes(size))
    print("got", len(line.recv()), "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    parcel = mine.recv()
    mine.send(bytes(size))
    child.join()
    return len(parcel)


# %% right: two queues
def other_side(inbox, outbox, size):
    outbox.put(bytes(size))
    print("got", len(inbox.get()), "bytes")


def swap(mp, size):
    there, back = mp.Queue(), mp.Queue()
    child = mp.Process(target=other_side, args=(there, back, size))
    child.start()
    there.put(bytes(size))
    got = len(back.get())
    child.join()
    return got


# %% wrong: in halves
def other_side(line, size):
    half = size // 2
    first = line.recv()
    line.send(bytes(half))
    second = line.recv()
    line.send(bytes(size - half))
    print("got", len(first + second), "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    half = size // 2
    mine.send(bytes(half))
    got = len(mine.recv())
    mine.send(bytes(size - half))
    got += len(mine.recv())
    child.join()
    return got


# %% wrong: the same parcel comes back, and is cut
def other_side(line, size):
    parcel = line.recv()
    line.send(parcel[:60_000])


def swap(mp, size):
    mine, yours = mp.Pipe()
    mp.Process(target=other_side, args=(yours, size)).start()
    mine.send(bytes(size))
    return len(mine.recv())
