def total(mp, sender):
    """Run sender(writer) in a child. Return the sum of the numbers that it sends.

    Nobody knows how many there are. The child ends when it has sent them all.
    """
    reader, writer = mp.Pipe(duplex=False)
    mp.Process(target=sender, args=(writer,)).start()
    writer.close()  # the parent's copy; the last one is now the child's
    result = 0
    try:
        while True:
            result += reader.recv()
    except EOFError:  # the child has ended, and its copy with it
        return result
