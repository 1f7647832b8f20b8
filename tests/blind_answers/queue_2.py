# %% right: a for and a while
def consume(box, producers, results):
    total = 0
    for _ in range(producers):
        while True:
            item = box.get()
            if item is None:
                break
            total = total + item
    results.put(total)


# %% right: a list of all
def consume(box, producers, results):
    got = []
    while got.count(None) < producers:
        got.append(box.get())
    results.put(sum(item for item in got if item is not None))


# %% wrong: a time-out of a third of a second
from queue import Empty


def consume(box, producers, results):
    total = 0
    while True:
        try:
            item = box.get(timeout=0.35)
        except Empty:
            break
        if item is not None:
            total += item
    results.put(total)


# %% wrong: two are enough
def consume(box, producers, results):
    ended, total = 0, 0
    while ended < 2:
        item = box.get()
        if item is None:
            ended += 1
        else:
            total += item
    results.put(total)
