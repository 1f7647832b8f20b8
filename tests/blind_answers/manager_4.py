# %% right: all started, all joined
def overwrite(box):
    box[0] = 1


def find_sharing(mp, boxes):
    ps = [mp.Process(target=overwrite, args=(box,)) for box in boxes.values()]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    shared = [name for name in boxes if boxes[name][0] == 1]
    shared.sort()
    return shared


# %% right: the other way round
def look(box, told, answer):
    told.get()
    answer.put(box[0])


def find_sharing(mp, boxes):
    shared = []
    for name, box in boxes.items():
        told, answer = mp.Queue(), mp.Queue()
        p = mp.Process(target=look, args=(box, told, answer))
        p.start()
        box[0] = 5
        told.put("look")
        changed = answer.get() == 5
        p.join()
        if changed:
            shared.append(name)
    return sorted(shared)


# %% wrong: a nap
import time


def overwrite(box):
    box[0] = 1


def find_sharing(mp, boxes):
    ps = [mp.Process(target=overwrite, args=(box,)) for box in boxes.values()]
    for p in ps:
        p.start()
    time.sleep(0.5)
    found = sorted(name for name in boxes if boxes[name][0] == 1)
    for p in ps:
        p.join()
    return found


# %% wrong: by its label
def find_sharing(mp, boxes):
    return sorted(name for name, box in boxes.items() if "Proxy" in type(box).__name__)
