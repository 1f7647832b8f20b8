# %% second
def start(mp, stranger):
    line, theirs = mp.Pipe()
    child = mp.Process(target=stranger, args=(theirs,))
    child.start()
    theirs.close()
    return line, child


def introduce(mp, speaker, listener):
    (to_speaker, one), (to_listener, two) = start(mp, speaker), start(mp, listener)
    reader, writer = mp.Pipe(duplex=False)
    with reader:
        to_listener.send(reader)
    with writer:
        to_speaker.send(writer)
    report = to_listener.recv()
    one.join()
    two.join()
    return report


# %% wrong: kept-a-copy
def introduce(mp, speaker, listener):
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    reader, writer = mp.Pipe(duplex=False)
    lines[0].send(writer)
    lines[1].send(reader)
    reader.close()
    return lines[1].recv()


# %% wrong: wrong-end
def introduce(mp, speaker, listener):
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    writer, reader = mp.Pipe(duplex=False)
    lines[0].send(writer)
    lines[1].send(reader)
    writer.close()
    reader.close()
    return lines[1].recv()


# %% wrong: closed-too-early
def introduce(mp, speaker, listener):
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    reader, writer = mp.Pipe(duplex=False)
    writer.close()
    lines[0].send(writer)
    lines[1].send(reader)
    reader.close()
    return lines[1].recv()


# %% wrong: joined-first
def introduce(mp, speaker, listener):
    lines, children = [], []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        children.append(mp.Process(target=stranger, args=(theirs,)))
        children[-1].start()
        lines.append(line)
    for child in children:
        child.join()
    reader, writer = mp.Pipe(duplex=False)
    lines[0].send(writer)
    lines[1].send(reader)
    writer.close()
    reader.close()
    return lines[1].recv()


# %% wrong: never-introduced
def introduce(mp, speaker, listener):
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    reader, writer = mp.Pipe(duplex=False)
    lines[0].send(writer)
    writer.close()
    return lines[1].recv()


# %% wrong: not-told
def introduce(mp, speaker, listener):
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    reader, writer = mp.Pipe(duplex=False)
    lines[0].send(writer)
    lines[1].send(reader)
    writer.close()
    reader.close()
    print(lines[1].recv())
