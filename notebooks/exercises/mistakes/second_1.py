# %% second
import os


def carry(letters, box):
    try:
        for letter in letters:
            box.put(letter)
    finally:
        box.close()
        box.join_thread()
        os._exit(3)


def post(mp, bundles):
    box, found, carriers = mp.Queue(), [], []
    for letters in bundles:
        carriers.append(mp.Process(target=carry, args=(letters, box), daemon=True))
        carriers[-1].start()
    while len(found) < sum(map(len, bundles)):
        found.append(box.get())
    for carrier in carriers:
        carrier.join()
    found.sort()
    return found


# %% wrong: no-box under spawn
def carry(letters):
    for letter in letters:
        box.put(letter)
    box.close()
    box.join_thread()
    os._exit(3)


def post(mp, bundles):
    global box
    box = mp.Queue()
    carriers = [mp.Process(target=carry, args=(letters,)) for letters in bundles]
    for carrier in carriers:
        carrier.start()
    found = [box.get() for letters in bundles for _ in letters]
    for carrier in carriers:
        carrier.join()
    return sorted(found)


# %% wrong: lost-at-exit
def carry(box, letters):
    for letter in letters:
        box.put(letter)
    os._exit(3)


# %% wrong: closed-only
def carry(box, letters):
    for letter in letters:
        box.put(letter)
    box.close()
    os._exit(3)


# %% wrong: out-of-order
def carry(box, letters):
    for letter in letters:
        box.put(letter)
    box.join_thread()
    box.close()
    os._exit(3)


# %% wrong: by-the-clock
def carry(box, letters):
    import time

    for letter in letters:
        box.put(letter)
    time.sleep(0.6)
    os._exit(3)


# %% wrong: stayed
def carry(box, letters):
    for letter in letters:
        box.put(letter)
