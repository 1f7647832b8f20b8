# %% second
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    yours.close()  # now the child's end of the line closes with the child
    try:
        said = mine.recv()
        mine.send("go home")
    except EOFError:
        said = None
    child.join()
    return said or child.exitcode


# %% wrong: waited-for-the-dead
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    said = mine.recv()
    mine.send("go home")
    child.join()
    return said


# %% wrong: eof-not-caught
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    yours.close()
    said = mine.recv()
    mine.send("go home")
    child.join()
    return said


# %% wrong: joined-first
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    child.join()
    return mine.recv() if mine.poll() else child.exitcode


# %% wrong: never-sent-home
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    wait([mine, child.sentinel])
    said = mine.recv() if mine.poll() else None
    child.join()
    return said or child.exitcode


# %% wrong: gave-up
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    if mine.poll(0.001):
        said = mine.recv()
        mine.send("go home")
        child.join()
        return said
    child.terminate()
    child.join()
    return child.exitcode


# %% wrong: started-is-not-born
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    mine.send("go home")
    child.join()
    return "ready"


# %% wrong: asked-too-early
def born(mp, target, parcel):
    mine, yours = mp.Pipe()
    child = mp.Process(target=target, args=(yours, parcel))
    child.start()
    code = child.exitcode
    wait([mine, child.sentinel])
    if mine.poll():
        said = mine.recv()
        mine.send("go home")
        child.join()
        return said
    return code
