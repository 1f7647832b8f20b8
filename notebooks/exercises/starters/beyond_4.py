def kept(mp, network):
    """Start the network as a child; return the lines that may be written, in their order."""
    box = mp.Queue()
    child = mp.Process(target=network, args=(box,))
    child.start()
    lines = []
    while (message := box.get()) is not None:
        _, line = message
        lines.append(line)
    child.join()
    return lines
