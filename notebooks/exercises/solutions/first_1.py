def count(box, votes, guard):
    """A child: count what comes out of the box."""
    while (name := box.get()) is not None:
        with guard:  # nobody reads the old number between my reading and my writing
            votes[name] = votes.get(name, 0) + 1


def result(mp, ballots, counters):
    """Let `counters` children count the ballots. Return a plain dict: name -> votes."""
    with mp.Manager() as manager:
        box, votes, guard = mp.Queue(), manager.dict(), mp.Lock()
        children = [mp.Process(target=count, args=(box, votes, guard)) for _ in range(counters)]
        for child in children:
            child.start()
        for name in [*ballots, *[None] * counters]:  # a sentinel for each of them
            box.put(name)
        for child in children:
            child.join()
        return votes.copy()  # before the manager ends
