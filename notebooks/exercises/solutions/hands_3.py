from multiprocessing.connection import wait


def listen(mp, senders):
    """Run each sender(writer) in a child of its own. Return what each has sent: a list of lists."""
    heard = {}
    for sender in senders:
        reader, writer = mp.Pipe(duplex=False)
        mp.Process(target=sender, args=(writer,)).start()
        writer.close()  # or its end of file never comes
        heard[reader] = []
    open_ends = list(heard)
    while open_ends:
        for reader in wait(open_ends):  # whoever has something, in any order
            try:
                heard[reader].append(reader.recv())
            except EOFError:
                open_ends.remove(reader)  # it would be ready for ever
    return list(heard.values())
