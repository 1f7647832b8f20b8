def sell(left, lock):
    """Sell a ticket if there is one: take it from left.value, and return True; else False."""
    with lock:  # what was seen must still be true when the ticket is taken
        if left.value > 0:
            left.value -= 1
            return True
        return False  # leaving the block lets go of the lock, here too
