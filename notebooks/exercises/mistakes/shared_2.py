# %% second
from multiprocessing.shared_memory import SharedMemory


def read(board, size, line):
    line.send(bytes(board.buf[:size]).decode())
    line.recv()
    board.close()


def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=100)
    board.buf[: len(data)] = data
    lines = []
    for _ in range(readers):
        mine, yours = mp.Pipe()
        mp.Process(target=read, args=(board, len(data), yours)).start()
        lines.append(mine)
    texts = [line.recv() for line in lines]
    board.unlink()  # early, but all have attached
    for line in lines:
        line.send("you may close it")
    board.close()
    return texts


# %% wrong: read-after-close
def read(name, size, answers):
    board = SharedMemory(name)
    board.close()
    answers.put(bytes(board.buf[:size]).decode())


# %% wrong: unlinked-too-early
def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    board.unlink()
    answers = mp.Queue()
    for _ in range(readers):
        mp.Process(target=read, args=(board.name, len(data), answers)).start()
    texts = [answers.get() for _ in range(readers)]
    board.close()
    return texts


# %% wrong: unlinked-twice
def read(name, size, answers):
    board = SharedMemory(name)
    text = bytes(board.buf[:size]).decode()
    answers.put(text)


def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    answers = mp.Queue()
    for _ in range(readers):
        mp.Process(target=read, args=(board.name, len(data), answers)).start()
    texts = []
    for _ in range(readers):
        texts.append(answers.get())
    board.unlink()
    board.close()
    board.unlink()
    return texts


# %% wrong: left-behind
def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    answers = mp.Queue()
    for _ in range(readers):
        mp.Process(target=read, args=(board.name, len(data), answers)).start()
    texts = [answers.get() for _ in range(readers)]
    board.close()
    return texts


# %% wrong: sent-not-shared
def read(data, answers):
    answers.put(data.decode())


def announce(mp, news, readers):
    answers = mp.Queue()
    for _ in range(readers):
        mp.Process(target=read, args=(news.encode(), answers)).start()
    return [answers.get() for _ in range(readers)]


# %% wrong: one-by-one
def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    answers, texts = mp.Queue(), []
    for _ in range(readers):
        child = mp.Process(target=read, args=(board.name, len(data), answers))
        child.start()
        texts.append(answers.get())
        child.join()
    board.close()
    board.unlink()
    return texts


# %% wrong: too-few-children
def announce(mp, news, readers):
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    answers = mp.Queue()
    mp.Process(target=read, args=(board.name, len(data), answers)).start()
    texts = [answers.get()] * readers
    board.close()
    board.unlink()
    return texts
