def count(box, votes):
    """A child: count what comes out of the box."""
    while (name := box.get()) is not None:
        votes[name] = votes.get(name, 0) + 1


def result(mp, ballots, counters):
    """Let `counters` children count the ballots. Return a plain dict: name -> votes."""
    with mp.Manager() as manager:
        box, votes = mp.Queue(), manager.dict()
        children = [mp.Process(target=count, args=(box, votes)) for _ in range(counters)]
        for child in children:
            child.start()
        for name in ballots:
            box.put(name)
        for child in children:
            child.join()
    return votes
