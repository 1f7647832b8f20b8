# %% second
def add(count, lock):
    with count.get_lock():  # the lock that a Value brings with it
        seen = count.value
        count.value = seen + 1


# %% wrong: no-lock
def add(count, lock):
    seen = count.value
    count.value = seen + 1


# %% wrong: own-lock
from multiprocessing import Lock


def add(count, lock):
    with Lock():
        count.value += 1


# %% wrong: lock-too-short
def add(count, lock):
    with lock:
        seen = count.value
    count.value = seen + 1


# %% wrong: lock-too-short (one for each step)
def add(count, lock):
    with lock:
        seen = count.value
    with lock:
        count.value = seen + 1


# %% wrong: never-released
def add(count, lock):
    lock.acquire()
    count.value += 1


# %% wrong: gave-up
def add(count, lock):
    if lock.acquire(block=False):
        count.value += 1
        lock.release()


# %% wrong: counted-wrong
def add(count, lock):
    with lock:
        count.value = 1


# %% wrong: failed
def add(count, lock):
    with lock:
        count += 1
