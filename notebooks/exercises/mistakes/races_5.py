# %% second
def sell(left, lock):
    lock.acquire()
    try:
        found = left.value
        if found <= 0:
            return False
        left.value = found - 1
        return True
    finally:
        lock.release()


# %% wrong: looked-outside
def sell(left, lock):
    there_is_one = left.value > 0
    with lock:
        if there_is_one:
            left.value -= 1
    return there_is_one


# %% wrong: no-lock
def sell(left, lock):
    if left.value > 0:
        left.value -= 1
        return True
    return False


# %% wrong: never-released
def sell(left, lock):
    lock.acquire()
    if left.value == 0:
        return False
    left.value -= 1
    lock.release()
    return True


# %% wrong: neither-yes-nor-no
def sell(left, lock):
    with lock:
        if left.value > 0:
            left.value -= 1
            return True


# %% wrong: not-taken
def sell(left, lock):
    with lock:
        return left.value > 0


# %% wrong: sent-away
def sell(left, lock):
    if not lock.acquire(block=False):
        return False
    try:
        if left.value > 0:
            left.value -= 1
            return True
        return False
    finally:
        lock.release()


# %% wrong: failed
def sell(left, lock):
    with lock:
        if left > 0:
            left -= 1
            return True
        return False
