def born(mp, target, parcel):
    """Start a child. Return "ready" if it says so and has gone home, else its exit code."""
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    said = mine.recv()  # "ready"
    mine.send("go home")
    child.join()
    return said
