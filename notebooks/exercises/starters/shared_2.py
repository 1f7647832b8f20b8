from multiprocessing.shared_memory import SharedMemory


def read(name, size, answers):
    """A child: tell what is written on the board."""
    board = SharedMemory(name)
    board.close()
    text = bytes(board.buf[:size]).decode()
    answers.put(text)
    board.unlink()


def announce(mp, news, readers):
    """Write the news on a board of shared memory; return what each reader has read."""
    data = news.encode()
    board = SharedMemory(create=True, size=len(data))
    board.buf[: len(data)] = data
    answers = mp.Queue()
    for _ in range(readers):
        mp.Process(target=read, args=(board.name, len(data), answers)).start()
    texts = [answers.get() for _ in range(readers)]
    board.close()
    return texts
