def total(mp, couriers):
    """Start a child for each courier; return the sum of all parcels, each counted once."""
    box = mp.Queue()  # one for all: a parcel may come again with another courier
    children = [mp.Process(target=courier, args=(box,)) for courier in couriers]
    for child in children:
        child.start()
    weights = {}
    for _ in couriers:  # each one ends with None
        while (message := box.get()) is not None:
            parcel, weight = message
            weights[parcel] = weight  # the same name again changes nothing
    for child in children:
        child.join()
    return sum(weights.values())
