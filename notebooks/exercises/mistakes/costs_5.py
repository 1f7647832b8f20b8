# %% second
from multiprocessing.shared_memory import SharedMemory


def count_part(line):
    while about := line.recv():
        name, begin, end = about
        block = SharedMemory(name)
        line.send(bytes(block.buf[begin:end]).count(1))
        block.close()


def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_part, args=(yours,))
    child.start()
    block = new_block(sum(map(len, pictures)))
    begin = 0
    for picture in pictures:
        end = begin + len(picture)
        block.buf[begin:end] = picture
        mine.send((block.name, begin, end))
        begin = end
    counts = [mine.recv() for _ in pictures]
    mine.send(None)
    child.join()
    block.close()
    block.unlink()
    return counts


# %% wrong: a-block-each
def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    counts = []
    for picture in pictures:
        block = new_block(len(picture))
        block.buf[: len(picture)] = picture
        mine.send((block.name, len(picture)))
        counts.append(mine.recv())
        block.close()
        block.unlink()
    mine.send(None)
    child.join()
    return counts


# %% wrong: too-small
def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    block = new_block(len(pictures[0]))
    counts = []
    for picture in pictures:
        block.buf[: len(picture)] = picture
        mine.send((block.name, len(picture)))
        counts.append(mine.recv())
    mine.send(None)
    child.join()
    block.close()
    block.unlink()
    return counts


# %% wrong: did-not-wait
def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    block = new_block(50_000)
    for picture in pictures:
        block.buf[: len(picture)] = picture
        mine.send((block.name, len(picture)))
    counts = [mine.recv() for _ in pictures]
    mine.send(None)
    child.join()
    block.close()
    block.unlink()
    return counts


# %% wrong: read-too-much
def count_ones(line):
    while about := line.recv():
        name, length = about
        block = SharedMemory(name)
        line.send(bytes(block.buf).count(1))
        block.close()


# %% wrong: through-the-pipe
def count_ones(line):
    while about := line.recv():
        line.send(about.count(1))


def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    block = new_block(50_000)
    counts = []
    for picture in pictures:
        mine.send(picture)
        counts.append(mine.recv())
    mine.send(None)
    child.join()
    block.close()
    block.unlink()
    return counts


# %% wrong: left-behind
def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    block = new_block(50_000)
    counts = []
    for picture in pictures:
        block.buf[: len(picture)] = picture
        mine.send((block.name, len(picture)))
        counts.append(mine.recv())
    mine.send(None)
    child.join()
    block.close()
    return counts


# %% wrong: counted-at-home
def ones(mp, pictures, new_block):
    mine, yours = mp.Pipe()
    child = mp.Process(target=count_ones, args=(yours,))
    child.start()
    block = new_block(50_000)
    counts = []
    for picture in pictures:
        block.buf[: len(picture)] = picture
        counts.append(picture.count(1))
    mine.send(None)
    child.join()
    block.close()
    block.unlink()
    return counts
