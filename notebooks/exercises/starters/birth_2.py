def pay(amount, lock, total):
    """A child: add an amount to the total."""
    with lock:
        total.value = total.value + amount


def open_till(mp, total, amounts):
    """Start a child for each amount; return the children."""
    lock = mp.Lock()
    children = [mp.Process(target=pay, args=(amount, lock, total)) for amount in amounts]
    for child in children:
        child.start()
    return children


def takings(mp, amounts):
    """Return the sum of all amounts, added up by children."""
    total = mp.RawValue("i", 0)  # shared memory, without a lock of its own
    for child in open_till(mp, total, amounts):
        child.join()
    return total.value
