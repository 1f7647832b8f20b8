from multiprocessing.connection import wait


def born(mp, target, parcel):
    """Start a child. Return "ready" if it says so and has gone home, else its exit code."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    wait([mine, child.sentinel])  # a word or its end, whichever comes first, however late
    if mine.poll():
        said = mine.recv()
        mine.send("go home")
        child.join()
        return said
    child.join()  # before this, the exit code may still be None
    return child.exitcode
