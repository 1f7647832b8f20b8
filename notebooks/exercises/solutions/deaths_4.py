from multiprocessing.connection import wait


def deliver(parcels, drive, line):
    """A courier: drive with each parcel; what has arrived, counts."""
    for parcel in parcels:
        drive(parcel)  # an accident may end this process here
        line.send(parcel)  # at once: who has died cannot tell any more


def arrived(mp, drive, rounds):
    """Return the sum of all parcels that have arrived; a courier for each round."""
    lines = []
    for parcels in rounds:
        mine, yours = mp.Pipe(duplex=False)  # a line of its own: nothing that others need
        mp.Process(target=deliver, args=(parcels, drive, yours)).start()
        yours.close()  # its death is an end of file here
        lines.append(mine)
    total = 0  # nobody but the parent adds
    while lines:
        for line in wait(lines):
            try:
                total += line.recv()
            except EOFError:
                lines.remove(line)
    return total
