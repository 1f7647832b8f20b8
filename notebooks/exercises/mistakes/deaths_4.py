# %% second
def deliver(parcels, drive, mine):
    for parcel in parcels:
        drive(parcel)
        mine.value += parcel


def arrived(mp, drive, rounds):
    shelves = [mp.Value("i", 0, lock=False) for _ in rounds]
    couriers = [
        mp.Process(target=deliver, args=(parcels, drive, shelf))
        for parcels, shelf in zip(rounds, shelves)
    ]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return sum(shelf.value for shelf in shelves)


# %% wrong: died-with-the-lock
def deliver(parcels, drive, lock, total):
    for parcel in parcels:
        with lock:
            drive(parcel)
            total.value += parcel


def arrived(mp, drive, rounds):
    return added_up(mp, drive, rounds, mp.Lock())


def added_up(mp, drive, rounds, lock):
    total = mp.Value("i", 0, lock=False)
    couriers = [mp.Process(target=deliver, args=(p, drive, lock, total)) for p in rounds]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return total.value


# %% wrong: died-with-the-lock (the value's own)
def deliver(parcels, drive, total):
    for parcel in parcels:
        with total.get_lock():
            drive(parcel)
            total.value += parcel


def arrived(mp, drive, rounds):
    total = mp.Value("i", 0)
    couriers = [mp.Process(target=deliver, args=(p, drive, total)) for p in rounds]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return total.value


# %% wrong: still-shared
def deliver(parcels, drive, lock, total):
    for parcel in parcels:
        drive(parcel)
        with lock:
            total.value += parcel


def arrived(mp, drive, rounds):
    lock, total = mp.Lock(), mp.Value("i", 0, lock=False)
    couriers = [mp.Process(target=deliver, args=(p, drive, lock, total)) for p in rounds]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return total.value


# %% wrong: lost-update
def deliver(parcels, drive, total):
    for parcel in parcels:
        drive(parcel)
        total.value += parcel


def arrived(mp, drive, rounds):
    total = mp.Value("i", 0, lock=False)
    couriers = [mp.Process(target=deliver, args=(p, drive, total)) for p in rounds]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    return total.value


# %% wrong: a-queue-is-shared
def deliver(parcels, drive, box):
    for parcel in parcels:
        drive(parcel)
        box.put(parcel)
    box.put(None)


def arrived(mp, drive, rounds):
    box, total = mp.Queue(), 0
    for parcels in rounds:
        mp.Process(target=deliver, args=(parcels, drive, box)).start()
    for _ in rounds:
        for parcel in iter(box.get, None):
            total += parcel
    return total


# %% wrong: told-too-late
def deliver(parcels, drive, line):
    total = 0
    for parcel in parcels:
        drive(parcel)
        total += parcel
    line.send(total)


# %% wrong: counted-too-early
def deliver(parcels, drive, line):
    for parcel in parcels:
        line.send(parcel)
        drive(parcel)


# %% wrong: eof-not-caught
def arrived(mp, drive, rounds):
    total = 0
    for parcels in rounds:
        mine, yours = mp.Pipe(duplex=False)
        mp.Process(target=deliver, args=(parcels, drive, yours)).start()
        yours.close()
        total += sum(mine.recv() for _ in parcels)
    return total


# %% wrong: waited-for-the-dead
def arrived(mp, drive, rounds):
    lines, total = [], 0
    for parcels in rounds:
        mine, yours = mp.Pipe(duplex=False)
        mp.Process(target=deliver, args=(parcels, drive, yours)).start()
        lines.append((mine, yours))
    for line, _ in lines:
        try:
            while True:
                total += line.recv()
        except EOFError:
            pass
    return total


# %% wrong: one-by-one
def arrived(mp, drive, rounds):
    total = 0
    for parcels in rounds:
        mine, yours = mp.Pipe(duplex=False)
        courier = mp.Process(target=deliver, args=(parcels, drive, yours))
        courier.start()
        yours.close()
        courier.join()
        while mine.poll():
            try:
                total += mine.recv()
            except EOFError:
                break
    return total
