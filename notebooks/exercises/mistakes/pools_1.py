# %% second
from concurrent.futures import ProcessPoolExecutor


def weights(mp, weigh, parcels):
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        futures = [executor.submit(weigh, parcel) for parcel in parcels]
    errors = [future.exception() for future in futures]
    return [type(e).__name__ if e else f.result() for e, f in zip(errors, futures)]


# %% wrong: one-for-all
def weights(mp, weigh, parcels):
    with mp.Pool(2) as pool:
        return pool.map(weigh, parcels)


# %% wrong: too-late
def weights(mp, weigh, parcels):
    with mp.Pool(2) as pool:
        receipts = [pool.apply_async(weigh, (parcel,)) for parcel in parcels]
    return [weight_or_error(receipt) for receipt in receipts]


# %% wrong: lost-some
def weights(mp, weigh, parcels):
    found = []
    with mp.Pool(2) as pool:
        for receipt in [pool.apply_async(weigh, (parcel,)) for parcel in parcels]:
            try:
                found.append(receipt.get())
            except ValueError:
                pass
    return found


# %% wrong: lost-some (the generator is at its end)
from concurrent.futures import ProcessPoolExecutor


def weights(mp, weigh, parcels):
    found = []
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        results = executor.map(weigh, parcels)
        for _ in parcels:
            try:
                found.append(next(results))
            except ValueError as error:
                found.append(type(error).__name__)
            except StopIteration:
                break
    return found


# %% wrong: not-the-name
def weight_or_error(receipt):
    try:
        return receipt.get()
    except Exception as error:
        return error


# %% wrong: one-at-a-time
def weights(mp, weigh, parcels):
    with mp.Pool(2) as pool:
        return [weight_or_error(pool.apply_async(weigh, (parcel,))) for parcel in parcels]


# %% wrong: no-pool
def weights(mp, weigh, parcels):
    found = []
    for parcel in parcels:
        try:
            found.append(weigh(parcel))
        except ValueError as error:
            found.append(type(error).__name__)
    return found


# %% wrong: out-of-order
def weights(mp, weigh, parcels):
    with mp.Pool(2) as pool:
        receipts = [pool.apply_async(weigh, (parcel,)) for parcel in parcels]
        return [weight_or_error(receipt) for receipt in reversed(receipts)]
