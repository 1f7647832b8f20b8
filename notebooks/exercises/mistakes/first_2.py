# %% second
def grind(corn, flour, not_mine):
    for end in not_mine:
        end.close()
    while True:
        try:
            number = corn.recv()
        except EOFError:
            flour.close()
            return
        flour.send(number + number)


def mill(mp, sacks):
    flour_out, flour_in = mp.Pipe(duplex=False)
    corn_out, corn_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, [corn_in, flour_out]))
    miller.start()
    with corn_in:
        for sack in sacks:
            corn_in.send(sack)
    flour_in.close()
    found = []
    with flour_out:
        while True:
            try:
                found.append(flour_out.recv())
            except EOFError:
                break
    miller.join()
    return found


# %% wrong: farmer-keeps-the-corn
def mill(mp, sacks):
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    corn_out.close()
    flour_in.close()
    for sack in sacks:
        corn_in.send(sack)
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found


# %% wrong: farmer-keeps-the-flour
def mill(mp, sacks):
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    for sack in sacks:
        corn_in.send(sack)
    corn_in.close()
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found


# %% wrong: miller-keeps-the-corn
def grind(corn, flour, not_mine=None):
    try:
        while True:
            flour.send(2 * corn.recv())
    except EOFError:
        pass


# %% wrong: used-a-sentinel
def grind(corn, flour, not_mine):
    while (number := corn.recv()) is not None:
        flour.send(2 * number)


def mill(mp, sacks):
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    flour_in.close()
    for sack in [*sacks, None]:
        corn_in.send(sack)
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found


# %% wrong: counted
def mill(mp, sacks):
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    for sack in sacks:
        corn_in.send(sack)
    corn_in.close()
    return [flour_out.recv() for _ in sacks]


# %% wrong: closed-too-early
def mill(mp, sacks):
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    flour_in.close()
    flour_out.close()
    for sack in sacks:
        corn_in.send(sack)
    corn_in.close()
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found
