STEPS = {
    "wash": lambda plate: plate + 1,
    "dry": lambda plate: plate * 2,
    "pack": lambda plate: plate - 3,
}


def station(step, inbox, outbox):
    """A child: take plates from `inbox`, do a step with each, put them into `outbox`."""
    while (plate := inbox.get()) is not None:
        outbox.put(STEPS[step](plate))  # the step's name travels; a lambda could not


def run(mp, plates, room):
    """Send all plates through wash, dry and pack, with two processes for each step.

    The three inboxes hold at most `room` plates. Return what comes out at the end, sorted.
    """
    boxes = [mp.Queue(room) for _ in STEPS] + [mp.Queue()]  # nobody reads the last one till the end
    crews = []
    for step, inbox, outbox in zip(STEPS, boxes, boxes[1:]):
        crews.append([mp.Process(target=station, args=(step, inbox, outbox)) for _ in range(2)])
        for worker in crews[-1]:
            worker.start()
    for plate in plates:
        boxes[0].put(plate)
    for crew, inbox in zip(crews[:2], boxes):
        close(crew, inbox)
    for _ in crews[2]:
        boxes[2].put(None)
    done = sorted(boxes[3].get() for _ in plates)  # drain ...
    for worker in crews[2]:
        worker.join()  # ... then join
    return done


def close(crew, inbox):
    """A sentinel for each worker; and nobody closes the next station before both have ended."""
    for _ in crew:
        inbox.put(None)
    for worker in crew:
        worker.join()
