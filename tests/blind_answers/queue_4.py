# %% right: a counter of those who have ended
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox, ended):
    while True:
        plate = inbox.get()
        if plate is None:
            break
        outbox.put(STEPS[step](plate))
    with ended.get_lock():
        ended.value += 1
        last = ended.value == 2
    if last:
        outbox.put(None)
        outbox.put(None)


def run(mp, plates, room):
    boxes = [mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()]
    counters = [mp.Value("i", 0) for _ in STEPS]
    people = []
    for i, step in enumerate(STEPS):
        for _ in range(2):
            arguments = (step, boxes[i], boxes[i + 1], counters[i])
            people.append(mp.Process(target=station, args=arguments))
    for p in people:
        p.start()
    for plate in plates:
        boxes[0].put(plate)
    boxes[0].put(None)
    boxes[0].put(None)
    packed = []
    for plate in iter(boxes[3].get, None):
        packed.append(plate)
    boxes[3].get()
    for p in people:
        p.join()
    return sorted(packed)


# %% right: joinable queues
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    while True:
        plate = inbox.get()
        if plate is not None:
            outbox.put(STEPS[step](plate))
        inbox.task_done()
        if plate is None:
            return


def run(mp, plates, room):
    wash, dry, pack = (mp.JoinableQueue(room) for _ in range(3))
    done = mp.Queue()
    ways = [("wash", wash, dry), ("dry", dry, pack), ("pack", pack, done)]
    people = [mp.Process(target=station, args=way) for way in ways for _ in range(2)]
    for p in people:
        p.start()
    for plate in plates:
        wash.put(plate)
    for box in (wash, dry, pack):
        box.join()
        box.put(None)
        box.put(None)
    result = sorted(done.get() for _ in plates)
    for p in people:
        p.join()
    return result


# %% wrong: a sentinel each, handed on
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    while True:
        plate = inbox.get()
        if plate is None:
            inbox.put(None)
            outbox.put(None)
            return
        outbox.put(STEPS[step](plate))


def run(mp, plates, room):
    boxes = [mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()]
    for i, step in enumerate(STEPS):
        for _ in range(2):
            mp.Process(target=station, args=(step, boxes[i], boxes[i + 1])).start()
    for plate in plates:
        boxes[0].put(plate)
    boxes[0].put(None)
    return sorted(iter(boxes[3].get, None))


# %% wrong: one box for everything
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(inbox, outbox):
    for plate in iter(inbox.get, None):
        for step in STEPS.values():
            plate = step(plate)
        outbox.put(plate)


def run(mp, plates, room):
    inbox, outbox = mp.Queue(room), mp.Queue()
    people = [mp.Process(target=station, args=(inbox, outbox)) for _ in range(6)]
    for p in people:
        p.start()
    for plate in plates:
        inbox.put(plate)
    for _ in people:
        inbox.put(None)
    return sorted(outbox.get() for _ in plates)
