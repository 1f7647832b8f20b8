def kept(mp, network):
    """Start the network as a child; return the lines that may be written, in their order."""
    box = mp.Queue()
    child = mp.Process(target=network, args=(box,))
    child.start()
    lines, newest = [], 0
    while (message := box.get()) is not None:
        turn, line = message
        if turn < newest:  # its lease has run out: somebody else has had the pen since
            continue
        newest = turn
        lines.append(line)
    child.join()
    return lines
