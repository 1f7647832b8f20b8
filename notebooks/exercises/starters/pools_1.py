def weights(mp, weigh, parcels):
    """Return, in order, the weight of each parcel; or the name of the error that it raised."""
    with mp.Pool(2) as pool:
        return pool.map(weigh, parcels)
