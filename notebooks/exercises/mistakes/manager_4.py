# %% second
def overwrite(boxes):
    for box in boxes.values():
        box[0] += 1


def find_sharing(mp, boxes):
    child = mp.Process(target=overwrite, args=(boxes,))  # one child for all
    child.start()
    child.join()
    return [name for name in sorted(boxes) if boxes[name][0]]


# %% wrong: no-experiment
def find_sharing(mp, boxes):
    return sorted(n for n, box in boxes.items() if type(box).__name__ not in ("list", "array"))


# %% wrong: changed-at-home
def find_sharing(mp, boxes):
    shared = []
    for name, box in sorted(boxes.items()):
        overwrite(box)
        child = mp.Process(target=overwrite, args=(box,))
        child.start()
        child.join()
        if box[0] == 7:
            shared.append(name)
    return shared


# %% wrong: looked-too-early
import time


def overwrite(box):
    time.sleep(0.1)
    box[0] = 7


def find_sharing(mp, boxes):
    shared = []
    for name, box in sorted(boxes.items()):
        mp.Process(target=overwrite, args=(box,)).start()
        if box[0] == 7:
            shared.append(name)
    time.sleep(0.2)
    return shared


# %% wrong: not-sorted
def find_sharing(mp, boxes):
    for box in boxes.values():
        child = mp.Process(target=overwrite, args=(box,))
        child.start()
        child.join()
    return sorted((name for name, box in boxes.items() if box[0] == 7), reverse=True)


# %% wrong: turned-round
def find_sharing(mp, boxes):
    for box in boxes.values():
        child = mp.Process(target=overwrite, args=(box,))
        child.start()
        child.join()
    return sorted(name for name, box in boxes.items() if box[0] != 7)


# %% wrong: stopped-at-the-first
def find_sharing(mp, boxes):
    for name, box in boxes.items():
        child = mp.Process(target=overwrite, args=(box,))
        child.start()
        child.join()
        if box[0] == 7:
            return [name]


# %% wrong: not-sorted (as they come)
def find_sharing(mp, boxes):
    shared = []
    for name, box in boxes.items():
        p = mp.Process(target=overwrite, args=(box,))
        p.start()
        p.join()
        if box[0] == 7:
            shared.append(name)
    return shared


# %% wrong: changed-at-home (no child)
def find_sharing(mp, boxes):
    shared = []
    for name, box in boxes.items():
        overwrite(box)
        if box[0] == 7:
            shared.append(name)
    return sorted(shared)


# %% wrong: looked-too-early (by the clock)
import time


def find_sharing(mp, boxes):
    for box in boxes.values():
        mp.Process(target=overwrite, args=(box,)).start()
    time.sleep(0.5)
    found = sorted(name for name, box in boxes.items() if box[0] == 7)
    time.sleep(0.6)
    return found


# %% wrong: all-five
def find_sharing(mp, boxes):
    child = mp.Process(target=overwrite, args=(boxes["box 1"],))
    child.start()
    child.join()
    return sorted(boxes)


# %% wrong: read-by-luck
import time


def find_sharing(mp, boxes):
    for box in boxes.values():
        mp.Process(target=overwrite, args=(box,)).start()
    time.sleep(1.5)
    return sorted(name for name, box in boxes.items() if box[0] == 7)
