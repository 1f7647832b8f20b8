def write(pair, lock, between, values):
    """A child: write each value into both halves of the pair."""
    for value in values:
        pair[0] = value
        between()
        pair[1] = value


def read(pair, lock, between, seen):
    """Another child: read the pair three times."""
    for n in (0, 2, 4):
        first = pair[0]
        between()
        seen[n : n + 2] = first, pair[1]


def watch(mp, between, values):
    """Let one child write while another one reads; return what was read, and what is in the end."""
    pair, seen = mp.Array("i", 2, lock=False), mp.Array("i", 6, lock=False)
    lock = mp.Lock()
    writer = mp.Process(target=write, args=(pair, lock, between, values))
    reader = mp.Process(target=read, args=(pair, lock, between, seen))
    writer.start()
    reader.start()
    writer.join()
    reader.join()
    return [*(tuple(seen[n : n + 2]) for n in (0, 2, 4)), tuple(pair)]
