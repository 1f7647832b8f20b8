def wait_for(bell, box):
    """Wait until box.value is not 0 any more, and return it.

    Somebody else does, some time:  with bell: box.value = 7; bell.notify_all()
    """
    with bell:
        while box.value == 0:  # before each sleep: it may have happened already, or not yet
            bell.wait()
        return box.value
