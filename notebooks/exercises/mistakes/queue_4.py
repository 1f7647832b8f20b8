# %% second
STEPS = [lambda p: p + 1, lambda p: p * 2, lambda p: p - 3]


def station(number, inbox, outbox, meeting):
    """The two of a station meet when both have seen a sentinel; then each passes one on."""
    for plate in iter(inbox.get, None):
        outbox.put(STEPS[number](plate))
    meeting.wait()
    outbox.put(None)


def run(mp, plates, room):
    boxes = [mp.Queue(maxsize=room) for _ in range(3)]
    boxes.append(mp.Queue())
    meetings = []
    for number in range(3):
        meetings.append(mp.Barrier(2))  # kept: a spawned child has to find it when it begins
        for _ in range(2):
            arguments = (number, boxes[number], boxes[number + 1], meetings[-1])
            mp.Process(target=station, args=arguments).start()
    for plate in plates + [None, None]:
        boxes[0].put(plate)
    done, ended = [], 0
    while ended < 2:
        plate = boxes[3].get()
        if plate is None:
            ended += 1
        else:
            done.append(plate)
    return sorted(done)


# %% second (managed inboxes)
STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    for plate in iter(inbox.get, None):
        outbox.put(STEPS[step](plate))


def run(mp, plates, room):
    with mp.Manager() as manager:
        boxes = [manager.Queue(room), manager.Queue(room), manager.Queue(room), manager.Queue()]
        crews = []
        for number, step in enumerate(STEPS):
            arguments = (step, boxes[number], boxes[number + 1])
            crews.append([mp.Process(target=station, args=arguments) for _ in range(2)])
            for worker in crews[-1]:
                worker.start()
        for plate in plates:
            boxes[0].put(plate)
        for crew, inbox in zip(crews, boxes):
            for _ in crew:
                inbox.put(None)
            for worker in crew:
                worker.join()
        return sorted(boxes[3].get() for _ in plates)


# %% wrong: sentinel-missing
def close(crew, inbox):
    inbox.put(None)
    for worker in crew:
        worker.join()


# %% wrong: overtaken
def station(step, inbox, outbox):
    while (plate := inbox.get()) is not None:
        outbox.put(STEPS[step](plate))
    for _ in range(2):
        outbox.put(None)


def run(mp, plates, room):
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    for step, inbox, outbox in zip(STEPS, boxes, boxes[1:]):
        for _ in range(2):
            mp.Process(target=station, args=(step, inbox, outbox)).start()
    for plate in [*plates, None, None]:
        boxes[0].put(plate)
    done = []
    while (plate := boxes[3].get()) is not None:
        done.append(plate)
    return sorted(done)


# %% wrong: unbounded
def run(mp, plates, room, plain=run):
    class Roomy:
        Process = mp.Process
        Queue = staticmethod(lambda maxsize=0: mp.Queue())

    return plain(Roomy, plates, room)


# %% wrong: nobody-collects
def run(mp, plates, room, plain=run):
    class Narrow:
        Process = mp.Process
        Queue = staticmethod(lambda maxsize=0: mp.Queue(room))

    return plain(Narrow, plates, room)


# %% wrong: too-few-processes
def run(mp, plates, room):
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    for step, inbox, outbox in zip(STEPS, boxes, boxes[1:]):
        mp.Process(target=relay, args=(step, inbox, outbox)).start()
    for plate in [*plates, None]:
        boxes[0].put(plate)
    return sorted(iter(boxes[3].get, None))


def relay(step, inbox, outbox):
    station(step, inbox, outbox)
    outbox.put(None)


# %% wrong: twice
def station(step, inbox, outbox):
    while (plate := inbox.get()) is not None:
        outbox.put(STEPS[step](plate))
        if step == "pack":
            outbox.put(STEPS[step](plate))


def run(mp, plates, room, plain=run):
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    crews = []
    for step, inbox, outbox in zip(STEPS, boxes, boxes[1:]):
        crews.append([mp.Process(target=station, args=(step, inbox, outbox)) for _ in range(2)])
        for worker in crews[-1]:
            worker.start()
    for plate in plates:
        boxes[0].put(plate)
    for crew, inbox in zip(crews, boxes):
        close(crew, inbox)
    done = [boxes[3].get() for _ in range(2 * len(plates))]
    return sorted(done)


# %% wrong: lambda-cannot-travel under spawn
def station(step, inbox, outbox):
    while (plate := inbox.get()) is not None:
        outbox.put(step(plate))


def run(mp, plates, room):
    boxes = [mp.Queue(room), mp.Queue(room), mp.Queue(room), mp.Queue()]
    crews = []
    for i, step in enumerate(STEPS.values()):
        crew = [mp.Process(target=station, args=(step, boxes[i], boxes[i + 1])) for _ in range(2)]
        crews.append(crew)
        for c in crew:
            c.start()
    for p in plates:
        boxes[0].put(p)
    for box, crew in zip(boxes, crews):
        for _ in crew:
            box.put(None)
        for c in crew:
            c.join()
    return sorted(boxes[3].get() for _ in plates)


# %% wrong: lonely-station
def run(mp, plates, room):
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    crews = []
    for step, inbox, outbox, size in zip(STEPS, boxes, boxes[1:], [1, 1, 4]):
        crews.append([mp.Process(target=station, args=(step, inbox, outbox)) for _ in range(size)])
        for worker in crews[-1]:
            worker.start()
    for plate in plates:
        boxes[0].put(plate)
    for crew, inbox in zip(crews[:2], boxes):
        close(crew, inbox)
    for _ in crews[2]:
        boxes[2].put(None)
    return sorted(boxes[3].get() for _ in plates)


# %% wrong: sent-home-by-force
def run(mp, plates, room):
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]
    workers = []
    for step, inbox, outbox in zip(STEPS, boxes, boxes[1:]):
        workers += [mp.Process(target=station, args=(step, inbox, outbox)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for plate in plates:
        boxes[0].put(plate)
    done = sorted(boxes[3].get() for _ in plates)
    for worker in workers:
        worker.terminate()
    return done


# %% wrong: unbounded (a manager's)
def run(mp, plates, room, plain=run):
    with mp.Manager() as manager:

        class Managed:
            Process = mp.Process
            Queue = staticmethod(lambda maxsize=0: manager.Queue())

        return plain(Managed, plates, room)


# %% wrong: overtaken (by what is still on its way)
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
