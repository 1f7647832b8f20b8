# %% right: the parent writes, the child looks
# The other way round: when the child has its boxes, the parent writes, and the child says where it sees that.
def look(line, box):
    line.send("I have it")
    line.recv()
    line.send(box[0] == 7)


def find_sharing(mp, boxes):
    shared = []
    for name, box in boxes.items():
        mine, yours = mp.Pipe()
        child = mp.Process(target=look, args=(yours, box))
        child.start()
        mine.recv()
        box[0] = 7
        mine.send("look now")
        if mine.recv():
            shared.append(name)
        child.join()
    return sorted(shared)


# %% right: one child writes into all
# One child is enough: it writes into each box, and the parent looks when it has ended.
def overwrite(boxes):
    for place, box in enumerate(boxes):
        box[0] = place + 1


def find_sharing(mp, boxes):
    names = list(boxes)
    child = mp.Process(target=overwrite, args=([boxes[name] for name in names],))
    child.start()
    child.join()
    return sorted(name for place, name in enumerate(names, 1) if boxes[name][0] == place)


# %% wrong: known by its type
# No experiment. It knows the types of today's boxes, and nothing of tomorrow's.
def find_sharing(mp, boxes):
    return sorted(
        name for name, box in boxes.items() if type(box).__module__.startswith("multiprocessing")
    )


# %% wrong: a moment must do
# The parent looks after half a second, whether the children have written or not.
import time


def overwrite(box):
    box[0] = 7


def find_sharing(mp, boxes):
    for box in boxes.values():
        mp.Process(target=overwrite, args=(box,)).start()
    time.sleep(0.5)
    return sorted(name for name, box in boxes.items() if box[0] == 7)


# %% wrong: threads instead of processes
# A thread shares everything with the one who started it: all boxes are found.
import threading


def overwrite(box):
    box[0] = 7


def find_sharing(mp, boxes):
    others = [threading.Thread(target=overwrite, args=(box,)) for box in boxes.values()]
    for other in others:
        other.start()
    for other in others:
        other.join()
    return sorted(name for name, box in boxes.items() if box[0] == 7)
