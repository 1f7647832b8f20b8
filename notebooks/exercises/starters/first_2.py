def grind(corn, flour):
    """A child, the miller: send twice of each number that comes, until there are no more."""
    try:
        while True:
            flour.send(2 * corn.recv())
    except EOFError:
        pass


def mill(mp, sacks):
    """Send the sacks to the miller. Return all that comes back, in order."""
    corn_out, corn_in = mp.Pipe(duplex=False)
    flour_out, flour_in = mp.Pipe(duplex=False)
    miller = mp.Process(target=grind, args=(corn_out, flour_in))
    miller.start()
    for sack in sacks:
        corn_in.send(sack)
    found = []
    try:
        while True:
            found.append(flour_out.recv())
    except EOFError:
        return found
