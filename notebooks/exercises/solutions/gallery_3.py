import time


def serve(name, bell, ready, reports):
    """A child: say that I am ready, serve until the bell rings, report."""
    ready.put(name)
    while not bell.is_set():
        time.sleep(0.01)  # a customer
    reports.put(f"{name} closes")


def close_shop(mp, names):
    """Start a clerk for each name. When all are ready, ring. Return their reports, sorted."""
    with mp.Manager() as manager:
        bell, ready, reports = manager.Event(), manager.Queue(), manager.Queue()
        clerks = [mp.Process(target=serve, args=(name, bell, ready, reports)) for name in names]
        for clerk in clerks:
            clerk.start()
        for _ in names:
            ready.get()
        bell.set()  # all of them see it, and it stays on
        for clerk in clerks:
            clerk.join()
        return sorted(reports.get() for _ in names)
