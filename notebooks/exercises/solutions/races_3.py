def transfer(accounts, locks, source, target, amount):
    """Move an amount from one account to another. Each account has a lock of its own.

    accounts[0].value is what is in account 0; locks[0] is its lock. Other processes
    make transfers at the same time.
    """
    first, second = sorted((source, target))  # one order for everybody: no circle
    with locks[first], locks[second]:
        accounts[source].value -= amount
        accounts[target].value += amount
