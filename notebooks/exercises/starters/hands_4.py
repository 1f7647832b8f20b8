def introduce(mp, speaker, listener):
    """Let two strangers talk through a pipe. Return what the listener reports.

    speaker(line) receives an end through its line, says something through that end,
    and closes it. listener(line) receives an end, too, listens until the end of file,
    and sends back through its line what it has heard.
    """
    lines = []
    for stranger in (speaker, listener):
        line, theirs = mp.Pipe()
        mp.Process(target=stranger, args=(theirs,)).start()
        lines.append(line)
    reader, writer = mp.Pipe(duplex=False)
    lines[0].send(writer)
    lines[1].send(reader)
    return lines[1].recv()
