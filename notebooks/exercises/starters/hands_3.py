def listen(mp, senders):
    """Run each sender(writer) in a child of its own. Return what each has sent: a list of lists."""
    readers = []
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()
        readers.append(reader)
    heard = [[] for _ in readers]
    for reader, messages in zip(readers, heard):
        try:
            while True:
                messages.append(reader.recv())
        except EOFError:
            pass
    return heard
