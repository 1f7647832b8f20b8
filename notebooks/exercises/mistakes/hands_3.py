# %% second
import threading


def read_all(reader, messages):
    try:
        while True:
            messages.append(reader.recv())
    except EOFError:
        pass


def listen(mp, senders):
    heard, threads = [], []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        heard.append([])
        threads.append(threading.Thread(target=read_all, args=(reader, heard[-1])))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heard


# %% wrong: one-after-the-other
def listen(mp, senders):
    readers = []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        readers.append(reader)
    heard = [[] for _ in readers]
    for reader, messages in zip(readers, heard):
        try:
            while True:
                messages.append(reader.recv())
        except EOFError:
            pass
    return heard


# %% wrong: kept-a-writer
def listen(mp, senders):
    heard, keep = {}, []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        keep.append(writer)
        heard[reader] = []
    open_ends = list(heard)
    while open_ends:
        for reader in wait(open_ends):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                open_ends.remove(reader)
    return list(heard.values())


# %% wrong: end-not-caught
def listen(mp, senders):
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        heard[reader] = []
    while True:
        for reader in wait(list(heard)):
            heard[reader].append(reader.recv())


# %% wrong: ran-in-circles
def listen(mp, senders):
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        heard[reader] = []
    while heard:
        for reader in wait(list(heard)):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                pass
    return list(heard.values())


# %% wrong: kept-listening
def listen(mp, senders):
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        heard[reader] = []
    while True:
        for reader in wait(list(heard)):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                reader.close()


# %% wrong: closed-too-early
def listen(mp, senders):
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        child = mp.Process(target=sender, args=(writer,))
        writer.close()
        child.start()
        heard[reader] = []
    open_ends = list(heard)
    while open_ends:
        for reader in wait(open_ends):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                open_ends.remove(reader)
    return list(heard.values())


# %% wrong: joined-first
def listen(mp, senders):
    heard, children = {}, []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        children.append(mp.Process(target=sender, args=(writer,)))
        children[-1].start()
        writer.close()
        heard[reader] = []
    for child in children:
        child.join()
    open_ends = list(heard)
    while open_ends:
        for reader in wait(open_ends):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                open_ends.remove(reader)
    return list(heard.values())


# %% wrong: only-the-first
def listen(mp, senders):
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        heard[reader] = []
    open_ends = list(heard)
    while open_ends:
        for reader in wait(open_ends):
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                pass
            open_ends.remove(reader)
    return list(heard.values())


# %% wrong: all-in-one
def listen(mp, senders):
    heard, open_ends = [], []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        open_ends.append(reader)
    while open_ends:
        for reader in wait(open_ends):
            try:
                heard.append(reader.recv())
            except EOFError:
                open_ends.remove(reader)
    return heard
