# %% second
def numbers_from(reader):
    while True:
        try:
            yield reader.recv()
        except EOFError:
            return


def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    with reader:
        writer.close()
        result = sum(numbers_from(reader))
    child.join()
    return result


# %% second (looks twice)
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    prices = []
    while child.is_alive() or reader.poll():
        if reader.poll(0.02):
            prices.append(reader.recv())
    return sum(prices)


# %% wrong: kept-a-writer
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    result = 0
    try:
        while True:
            result += reader.recv()
    except EOFError:
        return result


# %% wrong: closed-too-early
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
        return result


# %% wrong: end-not-caught
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()
    result = 0
    while (number := reader.recv()) is not None:
        result += number
    return result


# %% wrong: stopped-at-a-pause
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()
    result = 0
    try:
        while reader.poll(0.03):
            result += reader.recv()
    except EOFError:
        pass
    return result


# %% wrong: wrong-end
def total(mp, sender):
    writer, reader = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()
    result = 0
    try:
        while True:
            result += reader.recv()
    except (EOFError, OSError):
        return result


# %% wrong: only-one
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()
    try:
        return reader.recv()
    except EOFError:
        return 0


# %% wrong: joined-first
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=sender, args=(writer,))
    child.start()
    child.join()
    result = 0
    while reader.poll():
        result += reader.recv()
    return result


# %% wrong: stopped-at-a-pause (after half a second)
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    result = 0
    while reader.poll(0.5):
        result += reader.recv()
    return result
