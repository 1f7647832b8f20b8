# %% second
def total(mp, couriers):
    boxes = [mp.Queue() for _ in couriers]
    for courier, box in zip(couriers, boxes):
        mp.Process(target=courier, args=(box,)).start()
    seen, found = set(), 0
    for box in boxes:
        for parcel, weight in iter(box.get, None):
            if parcel not in seen:
                seen.add(parcel)
                found += weight
    return found


# %% wrong: counted-twice
def total(mp, couriers):
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    found = 0
    for _ in couriers:
        for parcel, weight in iter(box.get, None):
            found += weight
    return found


# %% wrong: by-weight
def total(mp, couriers):
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    found = set()
    for _ in couriers:
        for parcel, weight in iter(box.get, None):
            found.add(weight)
    return sum(found)


# %% wrong: only-neighbours
def total(mp, couriers):
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    found, last = 0, None
    for _ in couriers:
        for parcel, weight in iter(box.get, None):
            if parcel != last:
                found += weight
            last = parcel
    return found


# %% wrong: one-courier-only
def total(mp, couriers):
    found = 0
    for courier in couriers:
        box = mp.Queue()
        mp.Process(target=courier, args=(box,)).start()
        found += sum(dict(iter(box.get, None)).values())
    return found


# %% wrong: stopped-early
def total(mp, couriers):
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    return sum(dict(iter(box.get, None)).values())


# %% wrong: never-stopped
def total(mp, couriers):
    box = mp.Queue()
    for courier in couriers:
        mp.Process(target=courier, args=(box,)).start()
    weights = {}
    while True:
        message = box.get()
        if message is not None:
            weights[message[0]] = message[1]
    return sum(weights.values())
