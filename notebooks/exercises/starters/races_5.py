def sell(left, lock):
    """Sell a ticket if there is one: take it from left.value, and return True; else False."""
    if left.value > 0:
        with lock:
            left.value -= 1
        return True
    return False
