def run(task, results):
    results.put(task())


def run_all(mp, tasks):
    """Run each task in a child of its own. Return the results in order; None for who fell over."""
    results = mp.Queue()
    children = [mp.Process(target=run, args=(task, results)) for task in tasks]
    for child in children:
        child.start()
    return [results.get() for _ in children]
