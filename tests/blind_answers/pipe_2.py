# %% right: watch the line and the child
# It waits for a number or for the end of the child, numbers first. It closes nothing and needs no EOFError.
from multiprocessing.connection import wait


def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    result = 0
    while True:
        ready = wait([reader, child.sentinel])
        if reader in ready:
            result += reader.recv()
        else:
            child.join()
            return result


# %% right: a generator reads to the end
# The parent's copy of the writing end is closed by `with` as soon as the child has its own.
def numbers(reader):
    while True:
        try:
            yield reader.recv()
        except EOFError:
            return


def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    with writer:
        child = mp.Process(target=sender, args=(writer,))
        child.start()
    with reader:
        result = sum(numbers(reader))
    child.join()
    return result


# %% wrong: half a second of silence
# Nobody knows how long a customer takes. A pause is taken for closing time.
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    result = 0
    while reader.poll(0.5):
        result += reader.recv()
    child.join()
    return result


# %% wrong: join first, then read what is there
# Works for as many numbers as the pipe holds. With more the child waits for the parent, the parent for the child.
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    child.join()
    result = 0
    while reader.poll():
        result += reader.recv()
    return result


# %% wrong: closed before the child is started
# The end is closed before the child has it: it has nothing to send with.
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    writer.close()
    child.start()
    result = 0
    try:
        while True:
            result += reader.recv()
    except EOFError:
        pass
    child.join()
    return result
