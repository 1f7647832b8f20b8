# %% right: read to None, as often as there are producers
# Each None ends one round; what is read in which round does not matter to the sum.
def consume(box, producers, results):
    results.put(sum(sum(iter(box.get, None)) for _ in range(producers)))


# %% right: look without waiting
# It never waits in get(), and looks again after a moment. It ends by the count of None alone.
import queue
import time


def consume(box, producers, results):
    seen = []
    while seen.count(None) < producers:
        try:
            seen.append(box.get_nowait())
        except queue.Empty:
            time.sleep(0.01)
    results.put(sum(number for number in seen if number is not None))


# %% wrong: nothing is nothing
# `not number` is true for 0 as well: a delivery of 0 counts as the end of a producer.
def consume(box, producers, results):
    total = ended = 0
    while ended < producers:
        number = box.get()
        if not number:
            ended += 1
        else:
            total += number
    results.put(total)


# %% wrong: half a second of silence
# Silence is taken for the end. A producer that takes its time is not heard.
import queue


def consume(box, producers, results):
    total = 0
    while True:
        try:
            number = box.get(timeout=0.5)
        except queue.Empty:
            break
        if number is not None:
            total += number
    results.put(total)


# %% wrong: take what is left after the first note
# After the first None it takes what is there. What comes later is lost.
def consume(box, producers, results):
    total = 0
    while (number := box.get()) is not None:
        total += number
    while not box.empty():
        number = box.get()
        if number is not None:
            total += number
    results.put(total)
