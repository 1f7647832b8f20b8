def run(task, line):
    line.send(task())


def run_all(mp, tasks):
    """Run each task in a child of its own. Return the results in order; None for who fell over."""
    lines, children = [], []
    for task in tasks:
        reader, writer = mp.Pipe(duplex=False)
        children.append(mp.Process(target=run, args=(task, writer)))
        children[-1].start()
        writer.close()  # now the child has the only one: if it falls over, that is the end of file
        lines.append(reader)
    results = [result_of(line) for line in lines]
    for child in children:
        child.join()
    return results


def result_of(line):
    try:
        return line.recv()
    except EOFError:
        return None
