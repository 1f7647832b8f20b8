def deliver(parcels, drive, lock, total):
    """A courier: drive with each parcel; what has arrived, counts."""
    for parcel in parcels:
        with lock:
            drive(parcel)  # an accident may end this process here
            total.value += parcel


def arrived(mp, drive, rounds):
    """Return the sum of all parcels that have arrived; a courier for each round."""
    lock, total = mp.Lock(), mp.Value("i", 0, lock=False)
    couriers = [
        mp.Process(target=deliver, args=(parcels, drive, lock, total)) for parcels in rounds
    ]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return total.value
