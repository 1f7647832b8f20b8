# %% right: everybody hands one None on
# Two None come into each step, each behind the plates of the one who sent it. When both are taken, all is.
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    for plate in iter(inbox.get, None):
        outbox.put(STEPS[step](plate))
    outbox.put(None)


def run(mp, plates, room):
    ways = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    crew = [
        mp.Process(target=station, args=(step, ways[place], ways[place + 1]))
        for place, step in enumerate(STEPS)
        for _ in range(2)
    ]
    for child in crew:
        child.start()
    for plate in [*plates, None, None]:
        ways[0].put(plate)
    done = []
    for _ in range(2):
        done.extend(iter(ways[-1].get, None))
    for child in crew:
        child.join()
    return sorted(done)


# %% right: the parent closes step after step
# A step gets its None when the two before it have been joined: what they sent is then in the inbox.
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    while True:
        plate = inbox.get()
        if plate is None:
            return
        outbox.put(STEPS[step](plate))


def run(mp, plates, room):
    names = list(STEPS)
    inboxes = {name: mp.Queue(maxsize=room) for name in names}
    shelf = mp.Queue()
    outboxes = dict(zip(names, [inboxes["dry"], inboxes["pack"], shelf]))
    crews = {}
    for name in names:
        crews[name] = [
            mp.Process(target=station, args=(name, inboxes[name], outboxes[name])) for _ in "12"
        ]
        for child in crews[name]:
            child.start()
    for plate in plates:
        inboxes["wash"].put(plate)
    for name in names[:-1]:
        for _ in crews[name]:
            inboxes[name].put(None)
        for child in crews[name]:
            child.join()
    for _ in crews["pack"]:
        inboxes["pack"].put(None)
    packed = sorted(shelf.get() for _ in plates)
    for child in crews["pack"]:
        child.join()
    return packed


# %% wrong: go home when nothing comes
# Who finds nothing for half a second goes home. A slow plate finds nobody.
import queue

STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    while True:
        try:
            plate = inbox.get(timeout=0.5)
        except queue.Empty:
            return
        outbox.put(STEPS[step](plate))


def run(mp, plates, room):
    wash, dry, pack, shelf = mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()
    crew = []
    for step, inbox, outbox in [("wash", wash, dry), ("dry", dry, pack), ("pack", pack, shelf)]:
        for _ in range(2):
            crew.append(mp.Process(target=station, args=(step, inbox, outbox)))
            crew[-1].start()
    for plate in plates:
        wash.put(plate)
    done = [shelf.get() for _ in plates]
    for child in crew:
        child.join()
    return sorted(done)


# %% wrong: the first to see None closes the next step
# It puts None for its colleague and two for the next step, while the colleague still has a plate in hand.
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    while (plate := inbox.get()) is not None:
        outbox.put(STEPS[step](plate))
    inbox.put(None)
    outbox.put(None)


def run(mp, plates, room):
    wash, dry, pack, shelf = mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()
    crew = []
    for step, inbox, outbox in [("wash", wash, dry), ("dry", dry, pack), ("pack", pack, shelf)]:
        for _ in range(2):
            crew.append(mp.Process(target=station, args=(step, inbox, outbox)))
            crew[-1].start()
    for plate in plates:
        wash.put(plate)
    wash.put(None)
    done = []
    while (plate := shelf.get()) is not None:
        done.append(plate)
    for child in crew:
        child.join()
    return sorted(done)


# %% wrong: the inboxes have no limit
# The room is a parameter that nobody uses: all plates may stand between two steps.
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    for plate in iter(inbox.get, None):
        outbox.put(STEPS[step](plate))
    outbox.put(None)


def run(mp, plates, room):
    wash, dry, pack, shelf = (mp.Queue() for _ in range(4))
    crew = []
    for step, inbox, outbox in [("wash", wash, dry), ("dry", dry, pack), ("pack", pack, shelf)]:
        for _ in range(2):
            crew.append(mp.Process(target=station, args=(step, inbox, outbox)))
    for child in crew:
        child.start()
    for plate in plates:
        wash.put(plate)
    wash.put(None)
    wash.put(None)
    done = [shelf.get() for _ in range(len(plates) + 2)]
    for child in crew:
        child.join()
    return sorted(plate for plate in done if plate is not None)


# %% wrong: the last one of a step closes the next
# Nearly right. put() hands a plate to a thread of the child; it may still be on its way when the
# colleague counts down to 0 and closes the next step, and then None overtakes it.
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox, working):
    while (plate := inbox.get()) is not None:
        outbox.put(STEPS[step](plate))
    with working.get_lock():
        working.value -= 1
        last = working.value == 0
    if last:
        outbox.put(None)
        outbox.put(None)


def run(mp, plates, room):
    wash, dry, pack, shelf = mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()
    crew, counters = [], []
    for step, inbox, outbox in [("wash", wash, dry), ("dry", dry, pack), ("pack", pack, shelf)]:
        working = mp.Value("i", 2)
        counters.append(working)
        for _ in range(2):
            crew.append(mp.Process(target=station, args=(step, inbox, outbox, working)))
    for child in crew:
        child.start()
    for plate in [*plates, None, None]:
        wash.put(plate)
    done = list(iter(shelf.get, None))
    shelf.get()
    for child in crew:
        child.join()
    return sorted(done)
