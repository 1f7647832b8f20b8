# %% second
def consume(box, producers, results):
    numbers = []
    for _ in range(producers):
        numbers.extend(iter(box.get, None))  # up to the next sentinel, whoever put it
    results.put(sum(numbers))


# %% wrong: first-sentinel
def consume(box, producers, results):
    results.put(sum(iter(box.get, None)))


# %% wrong: one-too-many
def consume(box, producers, results):
    total = 0
    while producers >= 0:
        number = box.get()
        if number is None:
            producers -= 1
        else:
            total += number
    results.put(total)


# %% wrong: returned-not-put
def consume(box, producers, results):
    total = 0
    while producers:
        number = box.get()
        if number is None:
            producers -= 1
        else:
            total += number
    return total


# %% wrong: asked-empty
def consume(box, producers, results):
    total = box.get() or 0
    while not box.empty():
        total += box.get() or 0
    results.put(total)


# %% wrong: gave-up
import queue


def consume(box, producers, results):
    total = 0
    try:
        while True:
            total += box.get(timeout=0.02) or 0
    except queue.Empty:
        results.put(total)


# %% wrong: added-a-sentinel
def consume(box, producers, results):
    total = 0
    while producers:
        number = box.get()
        total += number
        if number is None:
            producers -= 1
    results.put(total)


# %% wrong: put-each-time
def consume(box, producers, results):
    total = 0
    for _ in range(producers):
        while (number := box.get()) is not None:
            total += number
        results.put(total)


# %% wrong: zero-is-no-end
def consume(box, producers, results):
    total = 0
    for _ in range(producers):
        while number := box.get():
            total += number
    results.put(total)


# %% wrong: gave-up (after half a second)
import queue


def consume(box, producers, results):
    total = 0
    try:
        while True:
            total += box.get(timeout=0.5) or 0
    except queue.Empty:
        results.put(total)
