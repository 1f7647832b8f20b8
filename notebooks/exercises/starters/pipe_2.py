def total(mp, sender):
    """Run sender(writer) in a child. Return the sum of the numbers that it sends.

    Nobody knows how many there are. The child ends when it has sent them all.
    """
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    result = 0
    while True:
        result += reader.recv()
