import time


def walk(name, log, bridge):
    """A child: come to the bridge, wait for all others, cross it."""
    if name.startswith("slow"):
        time.sleep(0.15)
    log.append(f"{name} arrives")
    bridge.wait()  # until as many wait here as the barrier has parties
    log.append(f"{name} crosses")


def hike(mp, names):
    """Let a child walk for each name. Return the log as a plain list."""
    with mp.Manager() as manager:
        log = manager.list()
        bridge = manager.Barrier(len(names))  # one bridge, passed to all
        children = [mp.Process(target=walk, args=(name, log, bridge)) for name in names]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return log[:]
