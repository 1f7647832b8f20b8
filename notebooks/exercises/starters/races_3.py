def transfer(accounts, locks, source, target, amount):
    """Move an amount from one account to another. Each account has a lock of its own.

    accounts[0].value is what is in account 0; locks[0] is its lock. Other processes
    make transfers at the same time.
    """
    with locks[source], locks[target]:
        accounts[source].value -= amount
        accounts[target].value += amount
