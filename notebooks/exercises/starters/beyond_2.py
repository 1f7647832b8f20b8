def total(mp, couriers):
    """Start a child for each courier; return the sum of all parcels, each counted once."""
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    found = 0
    for _ in couriers:
        while (message := box.get()) is not None:
            _, weight = message
            found += weight
    return found
