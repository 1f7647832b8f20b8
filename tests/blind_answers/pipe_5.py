# %% right: a thread speaks, the child hears
# The child speaks and hears at the same time; so it does not matter that the parent speaks first.
from threading import Thread


def other_side(line, size):
    speaker = Thread(target=line.send, args=(bytes(size),))
    speaker.start()
    print("got", len(line.recv()), "bytes")
    speaker.join()


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    mine.send(bytes(size))
    got = len(mine.recv())
    child.join()
    return got


# %% right: two queues
# put() of a queue does not wait for the reader: a thread of its own writes. So both may speak first.
def other_side(there, back, size):
    back.put(bytes(size))
    print("got", len(there.get()), "bytes")


def swap(mp, size):
    there, back = mp.Queue(), mp.Queue()
    child = mp.Process(target=other_side, args=(there, back, size))
    child.start()
    there.put(bytes(size))
    got = len(back.get())
    child.join()
    return got


# %% wrong: slice by slice
# The parcel arrives in pieces: many messages, and the task wants one.
def other_side(line, size):
    got = 0
    for start in range(0, size, 10_000):
        got += len(line.recv())
        line.send(bytes(min(10_000, size - start)))
    print("got", got, "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    got = 0
    for start in range(0, size, 10_000):
        mine.send(bytes(min(10_000, size - start)))
        got += len(mine.recv())
    child.join()
    return got


# %% wrong: says that it has got it
# The child sends its parcel and prints the size that it expects. Nobody sent it anything.
def other_side(line, size):
    line.send(bytes(size))
    print("got", size, "bytes")


def swap(mp, size):
    mine, yours = mp.Pipe()
    child = mp.Process(target=other_side, args=(yours, size))
    child.start()
    got = len(mine.recv())
    child.join()
    return got


# %% wrong: who finds nothing speaks first
# The parent hears first if the child has begun within half a second. If it is late, both speak first.
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
