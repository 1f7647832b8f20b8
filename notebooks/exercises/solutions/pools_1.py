def weights(mp, weigh, parcels):
    """Return, in order, the weight of each parcel; or the name of the error that it raised."""
    with mp.Pool(2) as pool:
        receipts = [pool.apply_async(weigh, (parcel,)) for parcel in parcels]  # all are under way
        return [weight_or_error(receipt) for receipt in receipts]  # inside the with: it ends them


def weight_or_error(receipt):
    try:
        return receipt.get()  # an error is raised where you ask, for this task alone
    except Exception as error:
        return type(error).__name__
