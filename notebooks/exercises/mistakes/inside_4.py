# %% second
def report(batches, readings):
    for start in range(0, len(readings), 2):
        batches.put(readings[start : start + 2])  # a slice is a new list


# %% wrong: changed-after-put
def report(batches, readings):
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(batch)
            batch.clear()
    if batch:
        batches.put(batch)


# %% wrong: changed-after-put (a pause does not help)
import time


def report(batches, readings):
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(batch)
            time.sleep(0.1)
            batch.clear()
    if batch:
        batches.put(batch)


# %% wrong: forgot-the-rest
def report(batches, readings):
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(batch)
            batch = []


# %% wrong: not-in-batches
def report(batches, readings):
    for reading in readings:
        batches.put(reading)


# %% wrong: not-in-batches (all at once)
def report(batches, readings):
    batches.put(list(readings))


# %% wrong: not-in-batches (each alone)
def report(batches, readings):
    for reading in readings:
        batches.put([reading])


# %% wrong: empty-batch
def report(batches, readings):
    batch = []
    for reading in readings:
        batch.append(reading)
        if len(batch) == 2:
            batches.put(list(batch))
            batch.clear()
    if batch:
        batches.put(list(batch))
    batches.put([])


# %% wrong: closed-too-early
def report(batches, readings):
    for start in range(0, len(readings), 2):
        batches.put(readings[start : start + 2])
        batches.close()
