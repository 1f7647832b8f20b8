# %% right: a list first
def total(mp, sender):
    receiving, sending = mp.Pipe(duplex=False)
    desk = mp.Process(target=sender, args=(sending,))
    desk.start()
    sending.close()
    prices = []
    while True:
        try:
            prices.append(receiving.recv())
        except EOFError:
            break
    desk.join()
    return sum(prices)


# %% right: an ordinary pipe
def total(mp, sender):
    mine, yours = mp.Pipe()
    mp.Process(target=sender, args=(yours,)).start()
    yours.close()
    result = 0
    try:
        while mine.poll(None):
            result += mine.recv()
    except EOFError:
        pass
    return result


# %% wrong: patient, but not enough
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    total = 0
    while reader.poll(0.4):
        total += reader.recv()
    return total


# %% wrong: at most three
def total(mp, sender):
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()
    return sum(reader.recv() for _ in range(3))
