# %% second
from threading import Thread


def other_side(line, size):
    line.send(bytes(size))
    line.recv()


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    sending = Thread(target=mine.send, args=(bytes(size),))  # as a queue's feeder thread does
    sending.start()
    got = len(mine.recv())
    sending.join()
    child.join()
    return got


# %% second (a manager's queues)
def other_side(there, back, size):
    back.put(bytes(size))
    print("got", len(there.get()), "bytes")


def swap(mp, size):
    with mp.Manager() as manager:
        there, back = manager.Queue(), manager.Queue()
        child = mp.Process(target=other_side, args=(there, back, size))
        child.start()
        there.put(bytes(size))
        got = len(back.get())
        child.join()
        return got


# %% wrong: both-send
def other_side(line, size):
    line.send(bytes(size))
    print("got", len(line.recv()), "bytes")


# %% wrong: both-listen
def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    got = len(mine.recv())
    mine.send(bytes(size))
    child.join()
    return got


# %% wrong: joined-first
def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    mine.send(bytes(size))
    child.join()
    return len(mine.recv())


# %% wrong: cut
def other_side(line, size):
    line.send(bytes(min(size, 1000)))
    print("got", len(line.recv()), "bytes")


# %% wrong: one-way
def other_side(line, size):
    line.send(bytes(size))


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    got = len(mine.recv())
    child.join()
    return got


# %% wrong: sent-a-number
def other_side(line, size):
    line.send(size)
    print("got", line.recv(), "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    mine.send(size)
    got = mine.recv()
    child.join()
    return got


# %% wrong: in-pieces
PIECE = 1000


def other_side(line, size):
    got = 0
    for sent in range(0, size, PIECE):
        line.send(bytes(min(PIECE, size - sent)))
        got += len(line.recv())


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    got = 0
    for sent in range(0, size, PIECE):
        mine.send(bytes(min(PIECE, size - sent)))
        got += len(mine.recv())
    child.join()
    return got


# %% wrong: both-send (if nothing has come)
def other_side(line, size):
    line.send(bytes(size))
    print("got", len(line.recv()), "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    if mine.poll(0.5):
        got = len(mine.recv())
        mine.send(bytes(size))
    else:
        mine.send(bytes(size))
        got = len(mine.recv())
    child.join()
    return got
