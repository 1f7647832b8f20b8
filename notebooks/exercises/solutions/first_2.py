def grind(corn, flour, not_mine):
    """A child, the miller: send twice of each number that comes, until there are no more."""
    not_mine.close()  # a forked miller has inherited it: it would keep his own end of file away
    try:
        while True:
            flour.send(2 * corn.recv())
    except EOFError:
        pass


def mill(mp, sacks):
    """Send the sacks to the miller. Return all that comes back, in order."""
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in, corn_in))
    miller.start()
    corn_out.close()
    flour_in.close()  # handed over: now only the miller can write
    for sack in sacks:
        corn_in.send(sack)
    corn_in.close()  # that was all
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found
