def pay(amount, lock, total):
    """A child: add an amount to the total."""
    with lock:
        total.value = total.value + amount


def open_till(mp, total, amounts):
    """Start a child for each amount; return the children, and the lock that they come for."""
    lock = mp.Lock()
    children = [mp.Process(target=pay, args=(amount, lock, total)) for amount in amounts]
    for child in children:
        child.start()
    return children, lock  # start() has forgotten the arguments: somebody else must hold the lock


def takings(mp, amounts):
    """Return the sum of all amounts, added up by children."""
    total = mp.RawValue("i", 0)  # shared memory, without a lock of its own
    children, _lock = open_till(mp, total, amounts)  # held until this function ends
    for child in children:
        child.join()  # ... and by then all children have come for it, and gone
    return total.value
