# %% second
def wait_for(bell, box):
    with bell:
        bell.wait_for(lambda: box.value)
    return box.value


# %% wrong: did-not-look
def wait_for(bell, box):
    with bell:
        bell.wait()
    return box.value


# %% wrong: looked-too-early
def wait_for(bell, box):
    while box.value == 0:
        with bell:
            bell.wait()
    return box.value


# %% wrong: believed-the-bell
def wait_for(bell, box):
    with bell:
        if box.value == 0:
            bell.wait()
    return box.value


# %% wrong: polled
def wait_for(bell, box):
    while box.value == 0:
        pass
    return box.value


# %% wrong: gave-up
def wait_for(bell, box):
    with bell:
        if box.value == 0:
            return box.value
    return box.value


# %% wrong: without-the-lock
def wait_for(bell, box):
    while box.value == 0:
        bell.wait()
    return box.value


# %% wrong: told-nothing
def wait_for(bell, box):
    with bell:
        while box.value == 0:
            bell.wait()


# %% wrong: failed
def wait_for(bell, box):
    with bell:
        bell.wait_for(box.value)
    return box.value
